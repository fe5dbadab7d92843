# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults as a user meets them, by both doors: one clean failure each, in time, and no secret in anything written."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import quote

import emulator
import pytest
import yaml
from aiohttp import web
from emulator import Emulator, Fault
from emulator import faults as broken
from emulator.certificates import certificates
from emulator.faults import Action, Exchange
from emulator.proxy import Proxy
from integration.conftest import Ansible
from integration.doors import LANE

JSON = {"Content-Type": "application/json"}
PAGE = "<html><h1>Bad Gateway</h1></html>"


class Case(NamedTuple):
    """A fault of the cloud, on one ``page`` or on all, or options that lead to one, and the kind of the failure."""

    kind: str
    action: Action | None = None
    options: Mapping[str, Any] = MappingProxyType({})
    environment: Mapping[str, str] = MappingProxyType({})
    page: int | None = None


async def quoting(exchange: Exchange) -> web.StreamResponse:
    """A refusal that repeats the request, as a gateway's error page for developers does."""
    received = exchange.received
    headers = "; ".join(f"{name}: {value}" for name, value in received.headers)
    secret = KEYS["jdcloud_image_info" if received.api.startswith("jdcloud") else "qcloud_image_info"]["secret_key"]
    said = f"refused {received.raw_path} with {headers} for {secret}"
    documents: dict[str, Any] = {
        "jdcloud": {"requestId": said, "error": {"code": 400, "status": "INVALID_ARGUMENT", "message": said}},
        "qcloud.2.0": {"code": 4000, "message": said, "codeDesc": said},
        "qcloud.3.0": {"Response": {"RequestId": said, "Error": {"Code": "InvalidParameter", "Message": said}}},
    }
    document = documents.get(received.api, documents["jdcloud"])
    return web.Response(text=json.dumps(document), content_type="application/json")


@broken.named("quoting_page")
async def quoting_page(exchange: Exchange) -> web.StreamResponse:
    authorization = exchange.received.header("authorization") or exchange.received.raw_path
    return web.Response(text=f"<p>{authorization}", headers={"Content-Type": f"text/html; said={authorization[:300]}"})


@broken.named("quoting_redirect")
async def quoting_redirect(exchange: Exchange) -> web.StreamResponse:
    place = f"http://127.0.0.1:9{exchange.received.raw_path}"
    return web.Response(status=302, headers={"Location": place})


pytestmark = pytest.mark.usefixtures("either_door")

HANG = {"timeout": 0.3}
CASES: dict[str, Case] = {
    "reset before the answer": Case("network", broken.reset_before_answer),
    "reset inside the answer": Case("network", broken.reset_inside_answer),
    "a cut body": Case("network", broken.cut_body),
    "no answer": Case("network", broken.hang(), HANG),
    "a body that drips": Case("network", broken.drip_body(0.1), HANG),
    "an endless body": Case("answer", broken.endless_body()),
    "a gzip bomb": Case("answer", broken.gzip_bomb()),
    "HTML": Case("answer", broken.answer(200, PAGE)),
    "HTTP 403": Case("api", broken.answer(403, PAGE)),
    "HTTP 502": Case("api", broken.answer(502, PAGE)),
    "wrong UTF-8": Case("answer", broken.answer(200, b'{"a": "\xff"}', JSON)),
    "wrong shape": Case("answer", broken.answer(200, '{"result": [], "Response": 7, "code": 0}', JSON)),
    "throttled": Case("throttled", broken.throttle()),
    "throttled for a day": Case("throttled", broken.throttle(86400)),
    "a redirect": Case("answer", quoting_redirect),
    "a quoted request": Case("api", quoting),
    "a quoted request on a page": Case("answer", quoting_page),
    "reset on page 2": Case("network", broken.reset_inside_answer, page=2),
    "HTML on page 2": Case("answer", broken.answer(200, PAGE), page=2),
    "HTTP 403 on page 2": Case("api", broken.answer(403, PAGE), page=2),
    "throttled on page 2": Case("throttled", broken.throttle(), page=2),
    "a quoted request of page 2": Case("api", quoting, page=2),
    "a deadline on page 2": Case("deadline", broken.hang(), {"total_timeout": 2}, page=2),
    "a deadline": Case("deadline", broken.hang(), {"total_timeout": 1}),
    "nobody there": Case("network", None, {"endpoint": "http://127.0.0.1:9"}),
    "no TLS": Case("tls", None, {"endpoint": "https"}),
    "a certificate of nobody": Case("tls", None, {"endpoint": "tls"}),
    "an expired certificate": Case("tls", None, {"endpoint": "expired", "ca_path": "authority"}),
    "a certificate of another host": Case("tls", None, {"endpoint": "wrong host", "ca_path": "authority"}),
    "a clock that is off": Case("clock", None, {"endpoint": "off"}),
    "a tunnel that is dropped": Case("network", None, {"endpoint": "tls"}, {"https_proxy": "dropping", "NO_PROXY": ""}),
    "a proxy that wants a login": Case("network", None, {}, {"http_proxy": "proxy", "NO_PROXY": ""}),
    "a number that is none": Case("option", None, {"timeout": "soon"}),
    "an infinite number": Case("option", None, {"retries": float("inf")}),
    "an unknown option": Case("option", None, {"secretkey": "x"}),
    "an endpoint with a login": Case("option", None, {"endpoint": "http://somebody:something@127.0.0.1"}),
    "a bad pattern": Case("option", None, {"name_regex": "("}),
    "a field that no image has": Case("option", None, {"where": {"nowhere": 1}}),
    "nothing to pick": Case("selection", None, {"name_regex": "no such image", "pick": "only"}),
}

APIS: dict[str, tuple[str, dict[str, Any]]] = {
    "jdcloud": ("jdcloud_image_info", {"image_source": "public", "page_size": None}),
    "qcloud2": ("qcloud_image_info", {"image_type": "public", "api_version": "2.0"}),
    "qcloud3": ("qcloud_image_info", {"image_type": "public"}),
}
KEYS = {
    "jdcloud_image_info": {
        "access_key": emulator.TEMPORARY_ACCESS_KEY,
        "secret_key": emulator.TEMPORARY_SECRET_KEY,
        "security_token": emulator.SECURITY_TOKEN,
    },
    "qcloud_image_info": {
        "secret_id": emulator.TEMPORARY_SECRET_ID,
        "secret_key": emulator.TEMPORARY_SECRET_KEY_TENCENT,
        "token": emulator.SECURITY_TOKEN,
    },
}


PLACES = ("endpoint", "ca_path")
"""Options whose value in a case may be the name of one of the ``urls``."""


def region(api: str, name: str) -> str:
    """Names the case on the wire, so that the cloud knows which fault is meant."""
    number = list(CASES).index(name)
    return f"cn-case-{number}" if api == "jdcloud" else f"ap-case{chr(97 + number // 26)}{chr(97 + number % 26)}"


@broken.named("asked_for")
async def asked_for(exchange: Exchange) -> web.StreamResponse:
    """The fault that the request's region names."""
    received = exchange.received
    wire = received.header("x-tc-region") or f"{received.raw_path} {received.parameters}"
    for api in APIS:
        for name, case in CASES.items():
            where = region(api, name)
            if case.page is not None and received.page != case.page:
                continue
            if case.action and (f"{where}/" in wire or wire == where or f"'{where}'" in wire):
                return await case.action(exchange)
    return exchange.response(exchange.answer())


def tasks(urls: dict[str, str]) -> list[dict[str, Any]]:
    found = []
    for api, (module, options) in APIS.items():
        for name, case in CASES.items():
            arguments = {
                "region_id" if api == "jdcloud" else "region": region(api, name), "retries": 1, "timeout": 20,
                "endpoint": urls["cloud"], **options, **case.options,
            }  # fmt: skip
            arguments = {option: value for option, value in arguments.items() if value is not None}
            arguments.update({name: urls.get(arguments[name], arguments[name]) for name in PLACES if name in arguments})
            environment = {variable: urls.get(value, value) for variable, value in case.environment.items()}
            found.append(
                {"name": f"{api}: {name}", f"cncloud.images.{module}": arguments, "environment": environment,
                 "ignore_errors": True}
            )  # fmt: skip
    return found


@pytest.fixture
def urls(cloud: Emulator, tmp_path: Path) -> Any:
    cloud.faults = [Fault(asked_for, times=None)]
    issued = certificates(tmp_path)
    with (
        Emulator(tls=issued.right) as secure,
        Emulator(tls=issued.expired) as expired,
        Emulator(tls=issued.wrong_host) as wrong_host,
        Emulator() as off,
        Proxy("always 407") as proxy,
        Proxy("drops the tunnel") as dropping,
    ):
        off.clock_skew = 900
        yield {
            "cloud": cloud.url,
            "https": cloud.url.replace("http:", "https:"),
            "tls": secure.url,
            "expired": expired.url,
            "wrong host": wrong_host.url,
            "authority": issued.ca_file,
            "off": off.url,
            "proxy": proxy.url.replace("://", "://proxy-user:proxy-password@"),
            "dropping": dropping.url,
        }


def playbook(folder: Path, urls: dict[str, str]) -> dict[str, Any]:
    """A play of every case; the keys come from files, so that they stand in nothing that is written down here."""
    defaults = {}
    for module, keys in KEYS.items():
        for name, value in keys.items():
            (folder / f"{module}.{name}").write_text(value, encoding="utf-8")
        defaults[f"cncloud.images.{module}"] = {
            name: f"{{{{ lookup('ansible.builtin.file', '{folder / f'{module}.{name}'}') }}}}" for name in keys
        }
    return {"hosts": "localhost", "gather_facts": False, "module_defaults": defaults, "tasks": tasks(urls)}


def derived_keys(now: float) -> list[bytes]:
    """What is made of a secret on the way to a signature, step by step."""
    found = []
    for days in (0, 1):  # a run may begin before midnight and end after it
        moment = time.gmtime(now - days * 86400)
        for name in CASES:
            scopes = [
                (
                    "JDCLOUD2",
                    emulator.TEMPORARY_SECRET_KEY,
                    "%Y%m%d",
                    [region("jdcloud", name), "vm", "jdcloud2_request"],
                ),
                ("TC3", emulator.TEMPORARY_SECRET_KEY_TENCENT, "%Y-%m-%d", ["cvm", "tc3_request"]),
            ]
            for prefix, secret, form, rest in scopes:
                key = (prefix + secret).encode()
                for part in [time.strftime(form, moment), *rest]:
                    key = hmac.new(key, part.encode(), hashlib.sha256).digest()
                    found.append(key)
    return found


def spellings(cloud: Emulator) -> dict[str, str]:
    """How a signature, an Authorization header or a derived key could stand in a text, and what it is."""
    plain: dict[str, str] = {}
    for received in cloud.requests:
        header = received.header("authorization")
        if header:
            plain[header] = "an Authorization header"
            plain[header.rpartition("Signature=")[2]] = "a signature"
        if received.parameters.get("Signature"):
            plain[str(received.parameters["Signature"])] = "a signature"
    for key in derived_keys(time.time()):
        plain[key.hex()] = plain[base64.b64encode(key).decode()] = "a derived key"
    plain["something@"] = "a password"
    found = dict(plain)
    for text, what in plain.items():
        found[quote(text, safe="")] = found[quote(text)] = what
        found[base64.b64encode(text.encode()).decode().rstrip("=")[:-1]] = what
    return found


def shows_nothing(text: str, cloud: Emulator, no_secret_in: Callable[[str], None]) -> None:
    no_secret_in(text)
    forms = spellings(cloud)
    assert len(forms) > 500
    assert sorted({what for form, what in forms.items() if form in text}) == []


def check(name: str, result: dict[str, Any]) -> None:
    """``result`` is one failure of the kind that belongs to the case, with a remedy and without a traceback."""
    case = CASES[name.partition(": ")[2]]
    assert result["error"]["kind"] == case.kind, (name, result["msg"])
    assert result["error"]["message"] in result["msg"]
    assert result["error"]["hint"] or case.kind == "option"
    assert "Traceback" not in str(result.get("exception"))
    assert "module_stderr" not in result


def test_every_fault_is_one_clean_failure_that_shows_no_secret(
    ansible: Ansible,
    cloud: Emulator,
    urls: dict[str, str],
    no_secret_in: Callable[[str], None],
    either_door: str,
    tmp_path: Path,
) -> None:
    """Run by ansible-runner with ``-vvv`` and a log: its events hold what every callback sees, and more."""
    keys = tmp_path / "keys"
    keys.mkdir()
    data = tmp_path / "runner"
    (data / "project").mkdir(parents=True)
    (data / "project" / "faults.yml").write_text(yaml.safe_dump([playbook(keys, urls)]), encoding="utf-8")
    runner = str(Path(sys.executable).parent / "ansible-runner")
    for name in emulator_keys(ansible.env):
        ansible.env.pop(name)  # the runner writes its whole environment down
    finished = ansible.command(
        runner,
        "run",
        str(data),
        "-p",
        "faults.yml",
        "--ident",
        "1",
        "--cmdline=-vvv",
        env={"ANSIBLE_LOG_PATH": str(data / "log")},
    )
    shutil.rmtree(data / "project")
    files = {file: file.read_text(encoding="utf-8") for file in data.rglob("*") if file.is_file()}
    events = [json.loads(text) for file, text in files.items() if file.parent.name == "job_events"]
    failed = [event["event_data"] for event in events if event["event"] == "runner_on_failed"]
    assert len(failed) == len(CASES) * len(APIS)
    for event in failed:
        check(event["task"], event["res"])
    assert "ignoring" in files[data / "log"]
    written = "".join(files.values()) + finished.text
    assert "Traceback (most recent call last)" not in written
    shows_nothing(written, cloud, no_secret_in)
    if either_door == LANE:  # a module is started with its environment in the -vvv line, by Ansible itself
        assert "proxy-password" not in written


def emulator_keys(env: dict[str, str]) -> list[str]:
    return [name for name in env if name.startswith(("JDCLOUD_", "TENCENTCLOUD_"))]


@pytest.mark.parametrize("page", [1, 2])
def test_what_passes_heals(ansible: Ansible, cloud: Emulator, page: int) -> None:
    """Each API's list is complete and in order though every request of a page meets another fault first."""
    actions = [broken.reset_before_answer, broken.answer(502, PAGE), broken.throttle(), broken.cut_body]
    cloud.faults = [
        Fault(action, api=api, page=page) for action in actions for api in ("jdcloud.*", "qcloud.2.0", "qcloud.3.0")
    ]
    expected = {
        "jdcloud_image_info": [
            image["imageId"] for image in cloud.catalogue.images["jdcloud.vm"]
            if image["imageSource"] == "public" and not image.get("offline")
        ],
        "qcloud_image_info": [
            image["ImageId"] for image in cloud.catalogue.images["qcloud"] if image["ImageType"] == "PUBLIC_IMAGE"
        ],
    }  # fmt: skip
    every = [
        {"name": module, f"cncloud.images.{module}": {**options, where: code}}
        for (module, options), where, code in zip(
            [(module, {name: value for name, value in options.items() if value}) for module, options in APIS.values()],
            ["region_id", "region", "region"], ["cn-north-1", "gz", "ap-guangzhou"], strict=True,
        )
    ]  # fmt: skip
    dummy, recorded = ansible.play(every)
    assert len(recorded) == 3
    for each in recorded:
        assert each.result["image_ids"] == expected[each.task]
        assert each.result["complete"] is True
    assert sum(received.fault is not None for received in cloud.requests) == 12


def test_a_task_ends_within_its_time_and_that_of_starting(ansible: Ansible, cloud: Emulator) -> None:
    def took(total_timeout: float, kind: str) -> float:
        began = time.monotonic()
        options = {"region_id": "cn-north-1", "image_source": "public", "endpoint": cloud.url, "timeout": 60}
        finished = ansible.ad_hoc(
            "jdcloud_image_info", {**options, "total_timeout": total_timeout},
            code=2,
        )  # fmt: skip
        assert f'"kind": "{kind}"' in finished.out
        return time.monotonic() - began

    cloud.faults = [Fault(broken.answer(403, PAGE), times=None)]
    starting = max(took(60, "api"), took(60, "api"))
    cloud.faults = [Fault(broken.drip_headers(0.1), times=None)]
    assert took(1.5, "deadline") < starting + 1.5 + 2
