# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Breaks connections, answers and patience in every way there is, and sees each task end in time with a reason."""

from __future__ import annotations

import builtins
import gzip
import importlib
import itertools
import json
import ssl
import time
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import pytest
from ansible_collections.cncloud.images.plugins.module_utils import _transport
from emulator import Catalogue, Emulator, Fault, Limits
from emulator import faults as broken
from emulator.certificates import Certificates, certificates
from emulator.faults import Exchange
from emulator.proxy import Proxy
from unit.front_door import JDCLOUD, FrontDoor

JSON = {"Content-Type": "application/json"}
ORIGINAL_JITTER = _transport._jittered


@pytest.fixture
def one(public: FrontDoor) -> FrontDoor:
    """Each API in turn, asked for one page."""
    jdcloud = "access_key" in public._defaults
    return public.with_options(**({"page_number": 1} if jdcloud else {"limit": 20}))


# --- what is tried again

PASSING = {
    "reset before the answer": broken.reset_before_answer,
    "reset inside the answer": broken.reset_inside_answer,
    "closed before the answer": broken.close_before_answer,
    "closed inside the answer": broken.cut_body,
    "a proxy's page": broken.answer(200, "<html>busy</html>"),
    "half of a document": broken.answer(200, '{"code": 0, "Response": {', JSON),
    "no UTF-8": broken.answer(200, b'{"code": "\xff"}', JSON),
    "a lone surrogate": broken.answer(200, '{"code": 0, "x": "\\ud800"}', JSON),
    "no number": broken.answer(200, '{"code": 0, "x": NaN}', JSON),
    "a list": broken.answer(200, "[]", JSON),
    "nothing": broken.answer(200, "", JSON),
    "very deep": broken.answer(200, "[" * 100_000, JSON),
    "an unknown packing": broken.answer(200, "x", {**JSON, "Content-Encoding": "br"}),
    "more than the packing": broken.answer(200, gzip.compress(b"{}") + b"x", {**JSON, "Content-Encoding": "gzip"}),
    "half of the packing": broken.answer(200, gzip.compress(b"{}")[:-9], {**JSON, "Content-Encoding": "gzip"}),
    "a broken packing": broken.answer(200, "x", {**JSON, "Content-Encoding": "gzip"}),
    "HTTP 500": broken.answer(500, "<html>"),
    "HTTP 502": broken.answer(502, "<html>"),
    "HTTP 503": broken.answer(503, "<html>"),
    "HTTP 504": broken.answer(504, "<html>"),
    "HTTP 429": broken.answer(429, "<html>"),
    "throttled": broken.throttle(),
}


@pytest.mark.parametrize("action", list(PASSING.values()), ids=list(PASSING))
def test_what_passes_is_tried_again(one: FrontDoor, cloud: Emulator, waits: list[int], action: broken.Action) -> None:
    cloud.faults = [Fault(action, times=2)]
    assert one.fine()["images"]
    assert len(cloud.requests) == 3
    assert waits == [1, 2]


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_the_further_attempts_are_counted(one: FrontDoor, cloud: Emulator, retries: int) -> None:
    cloud.faults = [Fault(broken.answer(503, "<html>"), times=None)]
    result = one.failed("api", retries=retries)
    assert result["error"]["attempts"] == retries + 1 == len(cloud.requests)
    assert "HTTP 503 without an explanation" in result["msg"]
    assert (f"(after {retries + 1} attempts)" in result["msg"]) is (retries > 0)


@pytest.mark.parametrize(
    ("status", "kind", "says"),
    [
        (301, "answer", "the answer is a redirect (HTTP 301), which is not followed"),
        (307, "answer", "the answer is a redirect (HTTP 307), which is not followed"),
        (400, "api", "HTTP 400 without an explanation"),
        (401, "credentials", "HTTP 401 without an explanation"),
        (403, "api", "HTTP 403 without an explanation"),
        (404, "not_found", "HTTP 404 without an explanation"),
        (418, "api", "HTTP 418 without an explanation"),
        (501, "api", "HTTP 501 without an explanation"),
    ],
)
def test_what_stays_fails_at_once(one: FrontDoor, cloud: Emulator, status: int, kind: str, says: str) -> None:
    cloud.faults = [Fault(broken.answer(status, "<html>", {"Location": f"{cloud.url}/elsewhere"}), times=None)]
    error = one.failed(kind)["error"]
    assert (error["http_status"], error["attempts"], error["message"]) == (status, 1, says)
    assert len(cloud.requests) == 1


def test_a_quota_that_is_used_up_is_not_waited_for(jdcloud: FrontDoor, cloud: Emulator) -> None:
    cloud.faults = [Fault(broken.quota_exceeded, times=None)]
    assert jdcloud.failed("throttled", image_source="public")["error"]["code"] == "QUOTA_EXCEEDED"
    assert len(cloud.requests) == 1


def test_an_answer_that_is_no_json_tells_its_type(one: FrontDoor, cloud: Emulator) -> None:
    cloud.faults = [Fault(broken.answer(200, "<html>login</html>", {"Content-Type": "text/html; x=1"}), times=None)]
    error = one.failed("answer", retries=0)["error"]
    assert error["message"] == "the answer (HTTP 200, text/html; x=1) holds no JSON"
    assert "no proxy or login page answers in its place" in error["hint"]


# --- time


def test_the_wait_grows_with_full_jitter_up_to_half_a_minute() -> None:
    with mock.patch.object(_transport.random, "uniform", side_effect=lambda low, high: (low, high)):
        bounds = [ORIGINAL_JITTER(attempt) for attempt in range(1, 9)]
    assert bounds == [(0, 1.0), (0, 2.0), (0, 4.0), (0, 8.0), (0, 16.0), (0, 30.0), (0, 30.0), (0, 30.0)]


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_waited_for_in_both_forms(jdcloud: FrontDoor, cloud: Emulator, form: str) -> None:
    value: Any = 1 if form == "seconds" else formatdate(time.time() + 2, usegmt=True)
    cloud.faults = [Fault(broken.throttle(value))]
    assert jdcloud.fine(image_source="public", page_number=1)["images"]
    first, second = (received.at for received in cloud.requests)
    assert 0.9 < second - first < 10


def test_retry_after_counts_from_the_clouds_own_clock(jdcloud: FrontDoor, cloud: Emulator) -> None:
    # The date is long past here, but a second ahead there.
    cloud.clock_skew = -200
    cloud.faults = [Fault(broken.throttle(formatdate(time.time() - 200 + 2, usegmt=True)))]
    assert jdcloud.fine(image_source="public", page_number=1)["images"]
    first, second = (received.at for received in cloud.requests)
    assert 0.5 < second - first < 10


@pytest.mark.parametrize("value", ["soon", "-5", "Wed, 21 Oct 2015 07:28:00 GMT", "9" * 400, "1.5"])
def test_a_retry_after_of_the_past_or_nonsense_is_no_wait(jdcloud: FrontDoor, cloud: Emulator, value: str) -> None:
    cloud.faults = [Fault(broken.throttle(value))]
    started = time.monotonic()
    jdcloud(image_source="public", total_timeout=20)
    assert time.monotonic() - started < 10


def test_a_wait_beyond_the_total_timeout_is_not_begun(jdcloud: FrontDoor, cloud: Emulator) -> None:
    cloud.faults = [Fault(broken.throttle(3600), times=None)]
    started = time.monotonic()
    error = jdcloud.failed("throttled", image_source="public", total_timeout=30)["error"]
    assert time.monotonic() - started < 10
    assert error["hint"].startswith("The next attempt would wait 3600 s, but only ")
    assert "of total_timeout (30 s) are left: raise total_timeout or try later." in error["hint"]
    assert len(cloud.requests) == 1


@pytest.mark.parametrize(
    "action",
    [broken.hang(), broken.hang_inside_body(), broken.drip_body(0.05), broken.drip_headers(0.05)],
    ids=["hang", "hang inside the body", "drip", "drip the head"],
)
def test_an_attempt_ends_at_its_timeout(one: FrontDoor, cloud: Emulator, action: broken.Action) -> None:
    cloud.faults = [Fault(action, times=None)]
    started = time.monotonic()
    error = one.failed("network", timeout=0.3, retries=1)["error"]
    assert time.monotonic() - started < 5
    assert error["message"] == "no complete answer within 0.3 s"
    assert (error["attempts"], error["hint"]) == (2, "Check the network and any proxy, or raise timeout.")


@pytest.mark.parametrize("action", [broken.hang(), broken.drip_body(0.05)], ids=["hang", "drip"])
def test_the_task_ends_at_its_total_timeout(one: FrontDoor, cloud: Emulator, action: broken.Action) -> None:
    cloud.faults = [Fault(action, times=None)]
    started = time.monotonic()
    error = one.failed("deadline", total_timeout=0.4)["error"]
    assert time.monotonic() - started < 5
    assert error["message"] == "no complete answer within total_timeout (0.4 s)"
    assert error["hint"] == (
        "Check the network and any proxy, raise total_timeout, or ask for less: a narrower filter or one page."
    )


def test_a_task_that_ran_out_of_time_tells_what_was_in_the_way(one: FrontDoor, cloud: Emulator) -> None:
    cloud.faults = [Fault(broken.reset_before_answer), Fault(broken.hang(), times=None)]
    error = one.failed("deadline", total_timeout=2, timeout=3)["error"]
    assert error["message"].startswith(
        "no complete answer within total_timeout (2 s); the attempt before: the connection"
    )
    assert error["hint"] == "Check the network and any proxy on the way. Or raise total_timeout."


def test_a_pause_of_days_is_not_advised_to_wait_for(jdcloud: FrontDoor, cloud: Emulator) -> None:
    # The clock is a float: which side of the day exactly one day falls on differed from run to run.
    for said in ("99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT", *[86400] * 20):
        fault = broken.throttle(said)
        cloud.faults = [Fault(fault, times=None)]
        hint = jdcloud.failed("throttled", image_source="public")["error"]["hint"]
        assert hint.startswith("The next attempt would wait a day or more, but only ")
        assert hint.endswith(" s of total_timeout (120 s) are left: try later.")


def test_a_call_that_cannot_be_interrupted_does_not_hold_the_task(
    jdcloud: FrontDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As name resolution does on a network that swallows packets.
    monkeypatch.setattr("socket.getaddrinfo", lambda *dummy, **more: time.sleep(3))
    started = time.monotonic()
    error = jdcloud.failed("deadline", image_source="public", endpoint="http://localhost:9", total_timeout=0.2)["error"]
    assert time.monotonic() - started < 2.9
    assert error["hint"] == "Check the DNS and the network, or raise total_timeout."
    assert error["endpoint"] == "http://localhost:9"


# --- size


@pytest.mark.parametrize(
    "action", [broken.endless_body(), broken.gzip_bomb()], ids=["endless", "packed a thousandfold"]
)
def test_an_answer_without_end_is_cut_at_its_limit(one: FrontDoor, cloud: Emulator, action: broken.Action) -> None:
    cloud.faults = [Fault(action, times=None)]
    error = one.failed("answer", retries=0, timeout=60)["error"]
    assert error["message"] == "the answer is larger than 4 MiB"
    assert error["hint"].startswith("Check that endpoint is the cloud's API")


def test_a_packed_answer_is_unpacked(one: FrontDoor, cloud: Emulator) -> None:
    plain = one.fine()

    async def packing(exchange: Exchange) -> Any:
        answer = exchange.answer()
        # A gzip stream may have several members.
        body = gzip.compress(answer.body[:100]) + gzip.compress(answer.body[100:])
        return await broken.answer(answer.status, body, {**answer.headers, "Content-Encoding": "gzip"})(exchange)

    cloud.faults = [Fault(packing)]
    assert one.fine()["images"] == plain["images"]
    assert cloud.requests[-1].header("accept-encoding") == "gzip"
    assert len(cloud.requests) == 2


# --- throttling


def test_a_throttled_answer_pauses_every_request(jdcloud: FrontDoor, cloud: Emulator) -> None:
    cloud.catalogue.images["jdcloud.vm"] = [{"imageId": f"img-{n}", "imageSource": "public"} for n in range(900)]
    cloud.faults = [Fault(broken.throttle(1), page=2)]
    assert jdcloud.fine(image_source="public")["complete"] is True
    times = sorted(received.at for received in cloud.requests)
    assert max(later - earlier for earlier, later in itertools.pairwise(times)) > 0.7


def test_a_limit_per_second_is_kept_to_the_end(
    jdcloud: FrontDoor, cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_transport, "_jittered", ORIGINAL_JITTER)
    cloud.catalogue.images["jdcloud.vm"] = [{"imageId": f"img-{n}", "imageSource": "public"} for n in range(3000)]
    cloud.limits = Limits(per_second=20)
    result = jdcloud.fine(image_source="public")
    assert (len(result["images"]), result["complete"]) == (3000, True)


# --- the connection


def test_a_refused_connection_is_told(one: FrontDoor) -> None:
    error = one.failed("network", endpoint="http://127.0.0.1:9", retries=1)["error"]
    assert (error["message"], error["attempts"]) == ("the connection was refused", 2)
    assert error["endpoint"] == "http://127.0.0.1:9"
    assert error["hint"] == "Check endpoint and any proxy or firewall."


def test_an_unknown_host_is_told(one: FrontDoor) -> None:
    error = one.failed("network", endpoint="http://nowhere.invalid", retries=0)["error"]
    assert error["message"] == "the name of the host cannot be resolved"


def test_a_lost_connection_is_told(one: FrontDoor, cloud: Emulator) -> None:
    cloud.faults = [Fault(broken.reset_before_answer, times=None)]
    error = one.failed("network", retries=0)["error"]
    assert error["message"].startswith("the connection was lost (")
    assert error["hint"] == "Check the network and any proxy on the way."


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def serve(trust: Certificates) -> Iterator[Any]:
    """A function that runs an emulator behind a certificate and returns JD Cloud's door to it."""
    running: list[Emulator] = []

    def start(tls: ssl.SSLContext) -> FrontDoor:
        emulator = Emulator(tls=tls, catalogue=Catalogue(10))
        emulator.start()
        running.append(emulator)
        return FrontDoor("jdcloud_image_info", emulator, image_source="public", retries=0, **JDCLOUD)

    yield start
    for emulator in running:
        emulator.stop()


def test_a_certificate_of_a_named_authority_is_accepted(serve: Any, trust: Certificates) -> None:
    assert serve(trust.right).fine(ca_path=trust.ca_file)["images"]


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_environment_may_name_the_authority(
    serve: Any, trust: Certificates, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, trust.ca_file)
    assert serve(trust.right).fine()["images"]


def test_the_option_wins_over_the_environments_authority(
    serve: Any, trust: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = serve(trust.right)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/such/file")
    error = door.failed("tls")["error"]
    assert error["message"].startswith("the file of certificate authorities does not exist")
    assert door.fine(ca_path=trust.ca_file)["images"]
    assert door.fine(validate_certs=False)["images"]


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("wrong_host", "mismatch"),
        ("expired", "certificate has expired"),
        ("self_signed", "self"),
    ],
)
def test_a_certificate_that_proves_nothing_is_refused(serve: Any, trust: Certificates, kind: str, says: str) -> None:
    door = serve(getattr(trust, kind))
    error = door.failed("tls", ca_path=trust.ca_file, retries=3)["error"]
    assert error["message"].startswith("the certificate of the endpoint is refused: ")
    assert says in error["message"]
    assert error["attempts"] == 1
    assert door.fine(validate_certs=False)["images"]


def test_https_to_a_plain_port_is_told(one: FrontDoor, cloud: Emulator) -> None:
    error = one.failed("tls", endpoint=cloud.url.replace("http:", "https:"))["error"]
    assert error["message"] == "the endpoint does not speak TLS as expected"
    assert error["attempts"] == 1


# --- proxies


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    with Proxy() as running:
        for name in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(name, running.url)
        monkeypatch.setenv("no_proxy", "")
        yield running


def test_a_proxy_of_the_environment_is_used(one: FrontDoor, cloud: Emulator, proxy: Proxy) -> None:
    assert one.fine()["images"]
    assert [request.verdict for request in proxy.requests] == [200]
    assert cloud.requests[0].verdict == "ok"


def test_no_proxy_is_heeded(one: FrontDoor, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert one.fine()["images"]
    assert proxy.requests == []


def test_https_goes_through_a_tunnel_that_the_proxy_cannot_read(serve: Any, trust: Certificates, proxy: Proxy) -> None:
    assert serve(trust.right).fine(ca_path=trust.ca_file)["images"]
    assert {request.method for request in proxy.requests} == {"CONNECT"}
    assert not any(name.lower() == "authorization" for request in proxy.requests for name, dummy in request.headers)


def test_a_proxy_that_wants_a_login_is_told(serve: Any, trust: Certificates, proxy: Proxy, one: FrontDoor) -> None:
    proxy.mode = "always 407"
    error = serve(trust.right).failed("network", ca_path=trust.ca_file)["error"]
    assert error["message"] == "the proxy asks for a login (407)"
    plain = one.failed("network")["error"]
    assert (plain["message"], plain["attempts"]) == (error["message"], 1)


def test_a_login_in_the_proxys_url_is_used(one: FrontDoor, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy.mode = "basic"
    monkeypatch.setenv("http_proxy", proxy.url.replace("//", f"//{proxy.user}:{proxy.password}@"))
    assert one.fine()["images"]


def test_a_proxy_that_is_not_there_is_told(one: FrontDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    assert one.failed("network", retries=0)["error"]["message"] == "the connection was refused"


def test_a_tunnel_that_breaks_is_told(serve: Any, trust: Certificates, proxy: Proxy) -> None:
    proxy.mode = "drops the tunnel"
    error = serve(trust.right).failed("network", ca_path=trust.ca_file, retries=1)["error"]
    # Which of the two depends on the moment, and on the version of urllib3.
    assert error["message"].startswith(("the connection was lost (", "the proxy does not connect"))
    assert error["attempts"] == 2


def test_a_socks_proxy_needs_a_package(one: FrontDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "socks5://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    error = one.failed("network", retries=0)["error"]
    assert error["message"] == "the environment names a SOCKS proxy"
    assert error["hint"] == "Install the Python package PySocks."


# --- without requests


def test_without_requests_the_module_says_what_is_missing(one: FrontDoor, cloud: Emulator) -> None:
    def without_requests(name: str, *more: Any) -> ModuleType:
        if name.partition(".")[0] in ("requests", "urllib3"):
            raise ImportError(f"No module named {name!r}")
        return original(name, *more)

    original = builtins.__import__
    source = Path(str(_transport.__file__))
    with mock.patch.object(builtins, "__import__", without_requests):
        bare = ModuleType("bare_transport")
        exec(compile(source.read_text(encoding="utf-8"), str(source), "exec"), bare.__dict__)
    assert "No module named 'requests'" in bare.REQUESTS_IMPORT_ERROR
    module = importlib.import_module("ansible_collections.cncloud.images.plugins.module_utils._module")
    with mock.patch.object(module, "REQUESTS_IMPORT_ERROR", bare.REQUESTS_IMPORT_ERROR):
        result = one()
    assert result["failed"]
    assert "requests" in result["msg"]
    assert json.dumps(result["error"])
    assert cloud.requests == []
