# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every message that the guide to troubleshooting quotes is provoked here, and says what the guide says."""

from __future__ import annotations

import contextlib
import importlib
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import pytest
from ansible_collections.cncloud.images.plugins.module_utils import _errors
from emulator import Catalogue, Emulator, Fault
from emulator import faults as broken
from emulator.answers import Refusal
from emulator.certificates import Certificates, certificates
from emulator.faults import Action, Exchange
from emulator.proxy import Proxy
from unit.front_door import FrontDoor, Result

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "docsite" / "rst" / "guide_troubleshooting.rst").read_text(encoding="utf-8")
NOT_A_KIND = ("warning", "from Ansible")


class Quote(NamedTuple):
    """Part of a message, ``...`` standing for anything, and the ``error.kind`` that the guide names with it."""

    text: str
    kind: str

    def is_in(self, message: str) -> bool:
        return bool(re.search(".*".join(re.escape(part) for part in self.text.split("...")), message, re.DOTALL))


QUOTES = [Quote(*found) for found in re.findall(r"^``(.+)`` : (.+)$", GUIDE, re.MULTILINE)]


class Stage:
    """What a provocation can use: the emulator, a front door to each API, and what stands on the way."""

    def __init__(
        self, request: pytest.FixtureRequest, patch: pytest.MonkeyPatch, folder: Path, running: contextlib.ExitStack
    ) -> None:
        self.cloud: Emulator = request.getfixturevalue("cloud")
        self.jdcloud: FrontDoor = request.getfixturevalue("jdcloud").with_options(image_source="public")
        self.qcloud2: FrontDoor = request.getfixturevalue("qcloud2").with_options(image_type="public")
        self.qcloud3: FrontDoor = request.getfixturevalue("qcloud3").with_options(image_type="public")
        self.patch = patch
        self.folder = folder
        self._running = running
        self._request = request

    def breaks(self, action: Action, **more: Any) -> None:
        self.cloud.faults.append(Fault(action, **{"times": None, **more}))

    def refuses(self, code: str, status: int) -> None:
        """Every request, as JD Cloud does: ``code`` is its word, ``status`` that of HTTP."""

        async def action(exchange: Exchange) -> Any:
            return exchange.response(exchange.refuse(Refusal(code, "some words of the cloud", status)))

        self.breaks(action)

    @property
    def issued(self) -> Certificates:
        found: Certificates = self._request.getfixturevalue("issued")
        return found

    def secure(self, certificate: str) -> str:
        """The endpoint of a cloud with TLS, by the name that the right certificate holds as well."""
        cloud = self._running.enter_context(Emulator(tls=getattr(self.issued, certificate), catalogue=Catalogue(120)))
        return cloud.url

    def proxy(self, **settings: Any) -> None:
        running = self._running.enter_context(Proxy(**settings))
        self.patch.setenv("https_proxy", running.url)
        self.patch.setenv("http_proxy", running.url)

    def free_port(self) -> int:
        """A port that is bound, so that nobody else gets it, and that nobody serves."""
        taken = self._running.enter_context(socket.socket())
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture(scope="session")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def stage(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Stage]:
    with contextlib.ExitStack() as running:
        yield Stage(request, monkeypatch, tmp_path, running)


Provocation = Callable[[Stage], Result]
PROVOCATIONS: dict[str, Provocation] = {}
"""By words that one quote of the guide holds, and no other."""


def provokes(words: str) -> Callable[[Provocation], Provocation]:
    def note(provocation: Provocation) -> Provocation:
        assert words not in PROVOCATIONS
        PROVOCATIONS[words] = provocation
        return provocation

    return note


def test_every_quoted_message_is_provoked_and_every_provocation_is_quoted() -> None:
    assert len(QUOTES) > 40
    told = [quote.text for quote in QUOTES]
    assert [text for text in told if len([words for words in PROVOCATIONS if words in text]) != 1] == []
    assert [words for words in PROVOCATIONS if len([text for text in told if words in text]) != 1] == []


@pytest.mark.parametrize("quote", QUOTES, ids=lambda quote: quote.text)
def test_the_message_is_what_the_guide_quotes(quote: Quote, stage: Stage) -> None:
    provocation = next(provocation for words, provocation in PROVOCATIONS.items() if words in quote.text)
    result = provocation(stage)
    if quote.kind == "warning":
        assert not result.get("failed"), result["msg"]
        assert [warning for warning in result["warnings"] if quote.is_in(warning)], result["warnings"]
    else:
        assert quote.is_in(result["msg"]), result["msg"]
        assert quote.kind == (result["error"]["kind"] if "error" in result else "from Ansible")
        # That a pause is too long comes on top of what the pause is for.
        entries = [entry.text for entry in QUOTES if entry.is_in(result["msg"]) and "next attempt" not in entry.text]
        assert set(entries) - {quote.text} == set() or "next attempt" in quote.text, entries


def test_a_quote_fits_a_line_of_the_screen() -> None:
    assert [quote.text for quote in QUOTES if len(quote.text) > 100] == []


def test_the_guide_speaks_of_every_kind_and_of_no_other() -> None:
    kinds = set(_errors.KINDS)
    assert {quote.kind for quote in QUOTES} - set(NOT_A_KIND) == kinds
    table = GUIDE.partition("Branch on the kind\n")[2].partition("\n\n.. code-block::")[0]
    assert set(re.findall(r"^   \* - ``(\w+)``$", table, re.MULTILINE)) == kinds
    asked = re.findall(r"error\.kind\s+not in \[(.+)\]", GUIDE)
    assert len(asked) == 2
    assert {word for words in asked for word in re.findall(r"'(\w+)'", words)} <= kinds


# --- options


@provokes("missing required arguments: region_id")
def no_region(stage: Stage) -> Result:
    return stage.jdcloud(region_id=None)


@provokes("Unsupported parameters for")
def misspelt(stage: Stage) -> Result:
    return stage.jdcloud(name_regexp="^CentOS")


@provokes("image_source is missing")
def no_source(stage: Stage) -> Result:
    return stage.jdcloud(image_source=None)


@provokes("does not compile")
def shell_pattern(stage: Stage) -> Result:
    return stage.jdcloud(name_regex="*CentOS*")


@provokes("names a field that no image has")
def unknown_field(stage: Stage) -> Result:
    return stage.qcloud3(where={"os": "Ubuntu"})


@provokes("which is no address of a host")
def no_scheme(stage: Stage) -> Result:
    return stage.jdcloud(endpoint="127.0.0.1:8080")


@provokes("INVALID_ARGUMENT")
def zone_of_jdcloud(stage: Stage) -> Result:
    return stage.jdcloud(region_id="cn-north-1a")


@provokes("InvalidRegion.NotFound")
def zone_of_tencent(stage: Stage) -> Result:
    return stage.qcloud3(region="ap-guangzhou-3")


@provokes("4000 InvalidParameter: ... Check region")
def zone_of_tencent_in_2(stage: Stage) -> Result:
    return stage.qcloud2(region="ap-guangzhou-3")


@provokes("NOT_FOUND: ")
def no_such_path(stage: Stage) -> Result:
    stage.refuses("NOT_FOUND", 404)
    return stage.jdcloud()


# --- keys


@provokes("access_key is missing")
def no_key_of_jdcloud(stage: Stage) -> Result:
    return stage.jdcloud(access_key=None, secret_key=None)


@provokes("secret_id is missing")
def no_key_of_tencent(stage: Stage) -> Result:
    return stage.qcloud3(secret_id=None, secret_key=None)


@provokes("has a space or line break")
def copied_with_a_line_break(stage: Stage) -> Result:
    return stage.jdcloud(secret_key="SKEXAMPLE\n")


@provokes("which no file has")
def no_such_profile(stage: Stage) -> Result:
    return stage.jdcloud(access_key=None, secret_key=None, profile="work")


@provokes("Each request has a nonce of its own")
def repeated_on_the_way(stage: Stage) -> Result:
    stage.cloud.faults = [Fault(broken.replayed_nonce, times=None)]
    return stage.jdcloud(retries=0)


@provokes("is still at work after total_timeout")
def pattern_without_end(stage: Stage) -> Result:
    stage.cloud.catalogue.images["jdcloud.vm"] = [{"imageId": "img-1", "imageSource": "public", "name": "a" * 60 + "!"}]
    return stage.jdcloud(name_regex="(a+)+$", total_timeout=0.5)


@provokes("is in state creating")
def not_ready_yet(stage: Stage) -> Result:
    stage.cloud.catalogue.images["qcloud"] = [
        {"ImageId": "img-1", "ImageName": "a", "ImageType": "PUBLIC_IMAGE", "ImageState": "CREATING"}
    ]
    return stage.qcloud3(pick="only")


@provokes("ACCESS_ERROR: ")
def wrong_secret_of_jdcloud(stage: Stage) -> Result:
    return stage.jdcloud(secret_key="SKEXAMPLEofSomebodyElse")


@provokes("AuthFailure.SecretIdNotFound")
def wrong_id_of_tencent(stage: Stage) -> Result:
    return stage.qcloud3(secret_id="AKIDEXAMPLEofSomebodyElse")


@provokes("AuthFailure.SignatureFailure")
def wrong_secret_of_tencent(stage: Stage) -> Result:
    return stage.qcloud3(secret_key="TCSKEXAMPLEofSomebodyElse")


@provokes("4100 AuthFailure")
def wrong_secret_in_2_0(stage: Stage) -> Result:
    return stage.qcloud2(secret_key="TCSKEXAMPLEofSomebodyElse")


@provokes("ask for the permission to list images")
def no_permission(stage: Stage) -> Result:
    stage.refuses("PERMISSION_DENIED", 403)
    return stage.jdcloud()


@provokes("metadata service gives no keys")
def no_role(stage: Stage) -> Result:
    stage.cloud.metadata.clear()
    stage.patch.setenv("CNCLOUD_METADATA_ENDPOINT", stage.cloud.url)
    return stage.jdcloud(access_key=None, secret_key=None, credentials_from="instance")


# --- clock


@provokes("Set this machine's clock")
def late_clock(stage: Stage) -> Result:
    stage.cloud.clock_skew = 900
    return stage.jdcloud()


# --- the way to the cloud


@provokes("the name of the host cannot be resolved")
def unknown_host(stage: Stage) -> Result:
    def unknown_name(*dummy: Any, **options: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    stage.patch.setattr(socket, "getaddrinfo", unknown_name)
    return stage.jdcloud(endpoint="https://vm.jdcloud-api.example", retries=0)


@provokes("the connection was refused")
def nobody_listens(stage: Stage) -> Result:
    return stage.jdcloud(endpoint=f"http://127.0.0.1:{stage.free_port()}", retries=0)


@provokes("no complete answer within ... s. ")
def silence(stage: Stage) -> Result:
    stage.breaks(broken.hang())
    return stage.jdcloud(timeout=0.2, retries=0)


@provokes("the connection was lost")
def reset(stage: Stage) -> Result:
    stage.breaks(broken.reset_before_answer)
    return stage.jdcloud(retries=0)


@provokes("asks for a login (407)")
def proxy_with_a_login(stage: Stage) -> Result:
    stage.proxy(mode="always 407")
    return stage.jdcloud(endpoint="https://vm.jdcloud-api.example")


@provokes("the proxy does not connect")
def proxy_that_forbids(stage: Stage) -> Result:
    stage.proxy()
    return stage.jdcloud(endpoint="https://vm.jdcloud-api.example", retries=0)


@provokes("unable to get local issuer certificate")
def unknown_authority(stage: Stage) -> Result:
    return stage.jdcloud(endpoint=stage.secure("right"))


@provokes("Hostname mismatch")
def wrong_host(stage: Stage) -> Result:
    endpoint = stage.secure("wrong_host").replace("127.0.0.1", "localhost")
    return stage.jdcloud(endpoint=endpoint, ca_path=stage.issued.ca_file)


@provokes("certificate has expired")
def expired(stage: Stage) -> Result:
    return stage.jdcloud(endpoint=stage.secure("expired"), ca_path=stage.issued.ca_file)


@provokes("the file of certificate authorities")
def no_authorities(stage: Stage) -> Result:
    stage.patch.setenv("REQUESTS_CA_BUNDLE", str(stage.folder / "nothing.pem"))
    return stage.jdcloud(endpoint=stage.secure("right"))


@provokes("does not speak TLS")
def port_without_tls(stage: Stage) -> Result:
    return stage.jdcloud(endpoint=stage.cloud.url.replace("http:", "https:"))


@provokes("HTTP 404 without an explanation")
def web_server(stage: Stage) -> Result:
    stage.breaks(broken.answer(404, "<h1>Not Found</h1>"))
    return stage.jdcloud()


@provokes("holds no JSON")
def login_page(stage: Stage) -> Result:
    stage.breaks(broken.answer(200, "<h1>Welcome to the guests' network</h1>"))
    return stage.jdcloud()


@provokes("the answer is a redirect")
def redirect(stage: Stage) -> Result:
    stage.breaks(broken.answer(302, b"", {"Location": "https://login.example/"}))
    return stage.jdcloud()


@provokes("is asked without TLS")
def plain_http(stage: Stage) -> Result:
    # The name is not that of loopback, so this way nobody needs a network to be warned.
    def here(host: str, port: int, *dummy: Any, **options: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    stage.patch.setattr(socket, "getaddrinfo", here)
    return stage.jdcloud(endpoint=stage.cloud.url.replace("127.0.0.1", "images.example"))


# --- quota and time


@provokes("RATE_LIMIT: ")
def quota_of_jdcloud(stage: Stage) -> Result:
    stage.breaks(broken.throttle())
    return stage.jdcloud()


@provokes("RequestLimitExceeded: ")
def quota_of_tencent(stage: Stage) -> Result:
    stage.breaks(broken.throttle())
    return stage.qcloud3()


@provokes("The next attempt would wait")
def long_pause(stage: Stage) -> Result:
    stage.breaks(broken.throttle(3600))
    return stage.jdcloud()


@provokes("no complete answer within total_timeout")
def out_of_time(stage: Stage) -> Result:
    stage.breaks(broken.hang())
    return stage.jdcloud(total_timeout=0.3)


@provokes("The cloud fails at the moment")
def failing_cloud(stage: Stage) -> Result:
    stage.refuses("INTERNAL", 500)
    return stage.jdcloud()


# --- the choice


@provokes("no image left: ")
def too_narrow(stage: Stage) -> Result:
    return stage.jdcloud(name_regex="^CentOS 5", pick="newest")


@provokes("pick=only wants exactly one")
def several(stage: Stage) -> Result:
    return stage.jdcloud(name_regex="^CentOS 8", pick="only")


@provokes("has a creation time")
def no_time(stage: Stage) -> Result:
    return stage.qcloud3(pick="newest")


@provokes("other accounts can publish")
def strangers(stage: Stage) -> Result:
    return stage.jdcloud(image_source="shared", name_regex="CentOS", pick="newest")


@provokes("no such source is known")
def misspelt_source(stage: Stage) -> Result:
    return stage.jdcloud(image_source="publik", pick="newest")


@provokes("the list kept changing")
def changing_list_with_a_pick(stage: Stage) -> Result:
    stage.breaks(broken.shift_list(lose=3), page=2, times=1)
    stage.breaks(broken.shift_list(lose=5), page=2, times=1)
    return stage.jdcloud(pick="newest")


@provokes("does not add up")
def short_list(stage: Stage) -> Result:
    stage.breaks(broken.shift_list(lose=3), page=2)
    return stage.jdcloud(pick="newest")


@provokes("The list kept changing")
def changing_list(stage: Stage) -> Result:
    stage.breaks(broken.shift_list(lose=3), page=2, times=1)
    stage.breaks(broken.shift_list(lose=5), page=2, times=1)
    return stage.jdcloud()


# --- API 2.0


@provokes("API 2.0 is closed")
def closed(stage: Stage) -> Result:
    stage.cloud.api_2_closed = True
    return stage.qcloud2()


# --- Ansible and Python


@provokes("couldn't resolve module/action")
def no_collection(stage: Stage) -> Result:
    play = "- hosts: localhost\n  tasks:\n    - cncloud.images.jdcloud_image_info:\n        region_id: cn-north-1\n"
    (stage.folder / "play.yml").write_text(play, encoding="utf-8")
    (stage.folder / "collections").mkdir()
    stage.patch.setenv("ANSIBLE_COLLECTIONS_PATH", str(stage.folder / "collections"))
    stage.patch.setenv("ANSIBLE_NOCOLOR", "1")
    playbook = Path(sys.executable).with_name("ansible-playbook")
    done = subprocess.run(
        [playbook, "--syntax-check", "play.yml"],
        cwd=stage.folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    return {"msg": done.stdout + done.stderr}


@provokes("Failed to import the required Python library")
def no_requests(stage: Stage) -> Result:
    module = importlib.import_module("ansible_collections.cncloud.images.plugins.module_utils._module")
    with mock.patch.object(module, "REQUESTS_IMPORT_ERROR", "ModuleNotFoundError: No module named 'requests'"):
        return stage.jdcloud()
