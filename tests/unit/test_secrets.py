# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks for keys, tokens and signatures in everything a module writes, however it ends."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from emulator import (
    SECURITY_TOKEN,
    TEMPORARY_ACCESS_KEY,
    TEMPORARY_SECRET_ID,
    TEMPORARY_SECRET_KEY,
    TEMPORARY_SECRET_KEY_TENCENT,
    Emulator,
    Fault,
)
from emulator import faults as broken
from emulator.answers import Refusal
from emulator.faults import Exchange
from unit.front_door import FrontDoor

JSON = {"Content-Type": "application/json"}


@pytest.fixture(params=["jdcloud", "qcloud2", "qcloud3"])
def door(request: pytest.FixtureRequest) -> FrontDoor:
    """Each API with temporary keys, so that there is a token as well, on the most talkative level."""
    keys = (
        {"access_key": TEMPORARY_ACCESS_KEY, "secret_key": TEMPORARY_SECRET_KEY, "security_token": SECURITY_TOKEN}
        if request.param == "jdcloud"
        else {"secret_id": TEMPORARY_SECRET_ID, "secret_key": TEMPORARY_SECRET_KEY_TENCENT, "token": SECURITY_TOKEN}
    )
    public = {"image_source" if request.param == "jdcloud" else "image_type": "public"}
    api: FrontDoor = request.getfixturevalue(request.param)
    return api.with_options(**keys, **public, _ansible_verbosity=4, _ansible_debug=True)


def forms(secret: str) -> set[str]:
    """A secret as it stands, URL-encoded in all ways, in Base64 with any two bytes before it, and in JSON."""
    shifted = {
        base64.b64encode(b"x" * before + secret.encode())[4 if before else 0 : -4].decode() for before in range(3)
    }
    quoted = {quote(secret, safe=""), quote(secret)}
    return {secret, json.dumps(secret)[1:-1]} | quoted | set(map(small_letters, quoted)) | shifted


def small_letters(quoted: str) -> str:
    return quoted.replace("%2B", "%2b").replace("%2F", "%2f").replace("%3D", "%3d")


def signatures(cloud: Emulator) -> set[str]:
    found = set()
    for received in cloud.requests:
        header = received.header("authorization") or ""
        found |= {header, header.rpartition("Signature=")[2], str(received.parameters.get("Signature", ""))}
    return found - {""}


def assert_no_secret(door: FrontDoor, cloud: Emulator, *further: str) -> None:
    assert door.said
    for secret in {TEMPORARY_SECRET_KEY, TEMPORARY_SECRET_KEY_TENCENT, SECURITY_TOKEN, *signatures(cloud), *further}:
        for form in forms(secret):
            assert form not in door.said, form
    assert "Traceback" not in door.said


def test_a_success_shows_no_secret(door: FrontDoor, cloud: Emulator) -> None:
    door.fine()
    assert signatures(cloud)
    assert_no_secret(door, cloud)


def test_a_wrong_option_shows_no_secret(door: FrontDoor, cloud: Emulator) -> None:
    door.failed("option", name_regex="(")
    assert_no_secret(door, cloud)
    door.failed("option", colour="red")
    assert_no_secret(door, cloud)


@pytest.mark.parametrize("wrong", ["wrong/KEY+EXAMPLE==", "错KEYEXAMPLE", "KEYEXAMPLE\n", " KEYEXAMPLE"])
def test_a_refused_key_shows_no_secret(door: FrontDoor, cloud: Emulator, wrong: str) -> None:
    door.failed("credentials", secret_key=wrong)
    assert_no_secret(door, cloud, wrong)
    assert "KEYEXAMPLE" not in door.said
    assert "KEY+EXAMPLE" not in door.said


def test_a_network_error_shows_no_secret(door: FrontDoor, cloud: Emulator) -> None:
    cloud.faults = [Fault(broken.reset_before_answer, times=None)]
    door.failed("network", retries=1)
    assert signatures(cloud)
    assert_no_secret(door, cloud)


def test_a_refused_connection_shows_no_secret(door: FrontDoor, cloud: Emulator) -> None:
    door.failed("network", retries=0, endpoint="http://127.0.0.1:9")
    assert_no_secret(door, cloud)


def test_an_answer_that_is_no_json_shows_no_secret(door: FrontDoor, cloud: Emulator) -> None:
    async def echo(exchange: Exchange) -> Any:
        heard = exchange.received
        page = f"<html>{heard.raw_path}{heard.headers}{heard.body!r}</html>"
        return await broken.answer(200, page)(exchange)

    cloud.faults = [Fault(echo, times=None)]
    door.failed("answer", retries=0)
    assert_no_secret(door, cloud)


def test_a_password_of_a_proxy_is_not_shown(door: FrontDoor, cloud: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://someone:proxyEXAMPLEpassword@127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    door.failed("network", retries=0)
    assert "proxyEXAMPLEpassword" not in door.said


def encoded(before: int) -> Callable[[str], str]:
    return lambda text: base64.b64encode(b"x" * before + text.encode() + b"x").decode()


AS: dict[str, Callable[[str], str]] = {
    "secret": str,
    "encoded": lambda text: quote(text, safe=""),
    "encoded, but the slash": quote,
    "encoded in small letters": lambda text: small_letters(quote(text, safe="")),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 of it in a text": encoded(0),
    "base64 of it in a text, one on": encoded(1),
    "base64 of it in a text, two on": encoded(2),
}
"""How a message may quote a secret."""


def quoting(kind: str) -> broken.Action:
    """The API's own error with the request in its message, as some gateways do it."""

    async def action(exchange: Exchange) -> Any:
        heard = exchange.received
        secret = TEMPORARY_SECRET_KEY if heard.api.startswith("jd") else TEMPORARY_SECRET_KEY_TENCENT
        said = f"refused: {heard.header('authorization')} {heard.query} signature"
        if kind != "authorization":
            said = f"your key {AS[kind](secret)} with token {AS[kind](SECURITY_TOKEN)} is wrong"
        if heard.api.startswith("jd"):
            document: Any = {"error": {"code": 401, "status": "ACCESS_ERROR", "message": said}, "requestId": "r"}
        elif heard.api == "qcloud.2.0":
            document = {"code": 4100, "message": said, "codeDesc": "AuthFailure"}
        else:
            document = {"Response": {"Error": {"Code": "AuthFailure.X", "Message": said}, "RequestId": "r"}}
        return await broken.answer(200, json.dumps(document), JSON)(exchange)

    return action


@pytest.mark.parametrize("kind", ["authorization", *AS])
def test_a_message_of_the_cloud_that_quotes_the_request_is_cleaned(door: FrontDoor, cloud: Emulator, kind: str) -> None:
    cloud.faults = [Fault(quoting(kind), times=None)]
    result = door.failed("credentials")
    assert "****" in result["error"]["message"]
    assert "****" in result["msg"]
    assert_no_secret(door, cloud)


@pytest.mark.parametrize("shape", [{}, {"result": [], "imageSet": 7, "ImageSet": 7}], ids=["a list", "no list"])
def test_a_signature_in_place_of_the_requests_number_is_not_shown(
    door: FrontDoor, cloud: Emulator, shape: dict[str, Any]
) -> None:
    async def action(exchange: Exchange) -> Any:
        heard = exchange.received
        quoted = heard.header("authorization") or heard.parameters["Signature"]

        def put(document: Any) -> None:
            where = document.get("Response", document)
            where.update({"requestId": quoted, "RequestId": quoted, **shape})

        return await broken.change_answer(put)(exchange)

    cloud.faults = [Fault(action, times=None)]
    error = door.failed("answer", retries=1)["error"]
    assert error["message"] == "the answer quotes the request's signature"
    assert error["request_id"] is None
    assert_no_secret(door, cloud)


@pytest.mark.parametrize("said", ["x" * 129, "two words", "a=b", "\x1b[31m", [], {}])
def test_what_is_no_number_of_a_request_is_left_out(door: FrontDoor, cloud: Emulator, said: Any) -> None:
    def put(document: Any) -> None:
        document.get("Response", document).update({"requestId": said, "RequestId": said})

    cloud.faults = [Fault(broken.change_answer(put), times=None)]
    assert door.fine()["request_ids"] == []


def test_what_could_steer_a_terminal_is_taken_out_of_a_message(door: FrontDoor, cloud: Emulator) -> None:
    said = "red\x1b[31m, back\u202e, bell\x07, null\x00."

    async def action(exchange: Exchange) -> Any:
        return exchange.response(exchange.refuse(Refusal("4999", said)))

    cloud.faults = [Fault(action, times=None)]
    message = door.failed("api", retries=0)["error"]["message"]
    assert "red [31m, back , bell , null ." in message
    assert message.isprintable()


def test_an_unexpected_content_type_is_cleaned(door: FrontDoor, cloud: Emulator) -> None:
    cloud.faults = [Fault(broken.answer(200, "x", {"Content-Type": f"text/{SECURITY_TOKEN}"}), times=None)]
    door.failed("answer", retries=0)
    assert_no_secret(door, cloud)


def test_region_ids_and_endpoint_are_not_masked(door: FrontDoor, cloud: Emulator) -> None:
    result = door.fine()
    options = result["invocation"]["module_args"]
    assert options["endpoint"] == cloud.url
    assert options.get("region_id", options.get("region")) in ("cn-north-1", "ap-guangzhou")
    assert not any("*" in each for each in result["image_ids"])
    ids = result["image_ids"][:2]
    named = door.fine(**({"ids": ids, "image_source": None} if "region_id" in options else {"image_ids": ids}))
    assert named["image_ids"] == ids
    shown = named["invocation"]["module_args"]
    assert shown.get("ids", shown.get("image_ids")) == ids


def test_secrets_are_masked_where_ansible_shows_the_options(door: FrontDoor) -> None:
    options = door.fine()["invocation"]["module_args"]
    masked = {name for name, value in options.items() if value == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"}
    assert masked in ({"access_key", "secret_key", "security_token"}, {"secret_id", "secret_key", "token"})


def test_an_unexpected_failure_tells_the_place_and_nothing_else(
    door: FrontDoor, cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ansible_collections.cncloud.images.plugins.module_utils import _query

    def broken_inside(*dummy: Any) -> None:
        raise RuntimeError(f"{TEMPORARY_SECRET_KEY} {TEMPORARY_SECRET_KEY_TENCENT} {SECURITY_TOKEN}")

    monkeypatch.setattr(_query, "select", broken_inside)
    result = door.failed("answer")
    assert result["error"]["message"].startswith("unexpected RuntimeError at test_secrets.py:")
    assert "Please report this with the options of the task." in result["msg"]
    assert_no_secret(door, cloud)
