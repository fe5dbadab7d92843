# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Breaks every place in every way: what passes heals with new signatures, what stays ends as one clean failure."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from email.utils import formatdate
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from aiohttp import web
from emulator import faults as broken
from emulator.faults import Action, Exchange, named
from unit.faults.places import Spot, at_most

SLOW = {"timeout": 0.5}
JSON = {"Content-Type": "application/json"}
GATEWAY = """
{
  "code": 503, "message": "Service Unavailable",
  "error": {"code": 14, "status": "UNAVAILABLE", "message": "Service Unavailable"},
  "Response": {"Error": {"Code": "ServiceUnavailable", "Message": "Service Unavailable"}, "RequestId": "r"}
}
"""
PAGE = "<html><body><h1>It is not the cloud that answers</h1></body></html>"


class Kind(NamedTuple):
    """A way to break: what a task says about it once it stays, in words and as ``error.kind``."""

    action: Action
    kind: str
    words: str
    options: Mapping[str, Any] = MappingProxyType({})


# --- what the emulator cannot play by itself


@named("cut_chunks")
async def cut_chunks(exchange: Exchange) -> web.StreamResponse:
    """A chunked body whose last chunk never comes."""
    response = await exchange.begin(JSON)
    await response.write(exchange.answer().body[:-40])
    await asyncio.sleep(0.02)
    return exchange.close()


def zipped(lost: int) -> Action:
    @named("zipped")
    async def action(exchange: Exchange) -> web.StreamResponse:
        answer = exchange.answer()
        body = broken.packed(answer.body)
        headers = {**answer.headers, "Content-Encoding": "gzip"}
        return web.Response(status=answer.status, body=body[: len(body) - lost], headers=headers)

    return action


@named("dripping_gzip")
async def dripping_gzip(exchange: Exchange) -> web.StreamResponse:
    exchange.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n")
    for place in range(200):
        exchange.write(broken.packed(exchange.answer().body)[place : place + 1])
        await asyncio.sleep(0.05)
    return exchange.close()


def on_the_wire(wire: bytes) -> Action:
    """Exactly these bytes for an answer, then the end of the connection."""

    @named("on_the_wire")
    async def action(exchange: Exchange) -> web.StreamResponse:
        exchange.answer()
        exchange.write(wire)
        await asyncio.sleep(0.02)
        return exchange.close()

    return action


def flood(head: bytes, block: bytes, size: int = 64 * 1024**2) -> Action:
    """``head`` and then ``block`` after ``block``: what stands where an HTTP message should is up to the caller."""

    @named("flood")
    async def action(exchange: Exchange) -> web.StreamResponse:
        exchange.answer()
        exchange.write(head)
        transport = exchange.request.transport
        for dummy in range(size // len(block)):
            if transport is None or transport.is_closing():
                break
            exchange.write(block)
            await asyncio.sleep(0)
        return exchange.close()

    return action


def json_text(text: str | bytes) -> Action:
    return broken.answer(200, text, JSON)


def with_header(action: Action, **headers: str) -> Action:
    """``action``'s answer with further headers."""

    @named("with_header")
    async def changed(exchange: Exchange) -> web.StreamResponse:
        response = await action(exchange)
        for name, value in headers.items():
            response.headers[name.replace("_", "-")] = value
        return response

    return changed


@named("answer_untouched")
async def untouched(exchange: Exchange) -> web.StreamResponse:
    return exchange.response(exchange.answer())


# --- what passes: once it heals, for ever it ends after the last attempt

NO_JSON = "holds no JSON"
TRANSIENT = {
    "reset before the answer": Kind(broken.reset_before_answer, "network", "the connection was lost"),
    "reset inside the answer": Kind(broken.reset_inside_answer, "network", "the connection was lost"),
    "closed before the answer": Kind(broken.close_before_answer, "network", "the connection was lost"),
    "body cut": Kind(broken.cut_body, "network", "the connection was lost"),
    "chunks cut": Kind(cut_chunks, "network", "the connection was lost"),
    "gzip cut": Kind(zipped(lost=60), "answer", "cut"),
    "gzip without its check sum": Kind(zipped(lost=6), "answer", "cut"),
    "gzip that is none": Kind(with_header(untouched, Content_Encoding="gzip"), "answer", "unpacked"),
    "packed in an unknown way": Kind(with_header(untouched, Content_Encoding="br"), "answer", "packed in a way"),
    "gzip that drips without a length": Kind(dripping_gzip, "network", "no complete answer within 0.5 s", SLOW),
    "no HTTP": Kind(on_the_wire(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), "answer", "what came is no answer in HTTP"),
    "half a head": Kind(
        on_the_wire(b"HTTP/1.1 200 OK\r\nContent-"), "answer", f"(HTTP 200, no content type) {NO_JSON}"
    ),
    "no answer": Kind(broken.hang(), "network", "no complete answer within 0.5 s", SLOW),
    "a body that hangs": Kind(broken.hang_inside_body(), "network", "no complete answer within 0.5 s", SLOW),
    "a body that drips": Kind(broken.drip_body(0.05), "network", "no complete answer within 0.5 s", SLOW),
    "a head that drips": Kind(broken.drip_headers(0.05), "network", "no complete answer within 0.5 s", SLOW),
    "an endless body": Kind(broken.endless_body(), "answer", "larger than"),
    "an endless line before a chunk": Kind(
        flood(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"a" * 65536), "answer", "no answer in HTTP"
    ),
    "an endless header": Kind(
        flood(b"HTTP/1.1 200 OK\r\nX-A: ", b"a" * 65536), "answer", "what came is no answer in HTTP"
    ),
    "endless headers": Kind(
        flood(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n" * 8192), "answer", "what came is no answer in HTTP"
    ),
    "a gzip bomb": Kind(broken.gzip_bomb(), "answer", "larger than"),
    "HTTP 500": Kind(broken.answer(500, PAGE), "api", "HTTP 500"),
    "HTTP 502": Kind(broken.answer(502, PAGE), "api", "HTTP 502"),
    "HTTP 503": Kind(broken.answer(503, PAGE), "api", "HTTP 503"),
    "HTTP 504": Kind(broken.answer(504, b""), "api", "HTTP 504"),
    "HTTP 502 in the JSON of a gateway": Kind(broken.answer(502, GATEWAY, JSON), "api", ""),
    "HTTP 503 in the JSON of a gateway": Kind(broken.answer(503, GATEWAY, JSON), "api", ""),
    "HTTP 429 in the JSON of a gateway": Kind(broken.answer(429, GATEWAY, JSON), "throttled", ""),
    "a number of many digits": Kind(json_text('{"totalCount": ' + "9" * 5000 + "}"), "answer", NO_JSON),
    "HTTP 429": Kind(broken.answer(429, PAGE), "throttled", "HTTP 429"),
    "a page of HTML": Kind(broken.answer(200, PAGE), "answer", f"(HTTP 200, text/html) {NO_JSON}"),
    "an empty body": Kind(json_text(b""), "answer", NO_JSON),
    "half a document": Kind(json_text('{"requestId": "x", "result": {"ima'), "answer", NO_JSON),
    "two documents": Kind(json_text("{}{}"), "answer", NO_JSON),
    "wrong UTF-8": Kind(json_text(b'{"message": "\xc3\x28"}'), "answer", "holds text that is not UTF-8"),
    "GBK": Kind(json_text('{"message": "镜像"}'.encode("gbk")), "answer", "holds text that is not UTF-8"),
    "half a character": Kind(json_text(r'{"message": "\ud83d"}'), "answer", "holds text that is not UTF-8"),
    "not a number": Kind(json_text('{"requestId": NaN}'), "answer", NO_JSON),
    "a number beyond all": Kind(json_text('{"requestId": 1e999}'), "answer", NO_JSON),
    "deep nesting": Kind(json_text('{"requestId": ' + "[" * 200 + "]" * 200 + "}"), "answer", "nested"),
    "bottomless nesting": Kind(json_text("[" * 100_000), "answer", "nested"),
    "JSON of another kind": Kind(json_text("[]"), "answer", "holds JSON that is no object"),
    "throttled": Kind(broken.throttle(), "throttled", ""),
    "throttled with a pause of none": Kind(broken.throttle(0), "throttled", ""),
    "throttled with a pause in the past": Kind(broken.throttle(formatdate(time.time() - 99)), "throttled", ""),
    "throttled with a negative pause": Kind(broken.throttle(-5), "throttled", ""),
    "throttled with a pause that is no number": Kind(broken.throttle("a moment, please"), "throttled", ""),
}


@pytest.fixture(params=TRANSIENT)
def transient(request: pytest.FixtureRequest) -> Kind:
    return TRANSIENT[request.param]


@pytest.mark.usefixtures("ticking")
def test_what_passes_heals_and_every_attempt_is_signed_anew(spot: Spot, transient: Kind) -> None:
    spot.breaks(transient.action, times=1)
    with at_most(4):
        spot.is_whole(spot.door.fine(**transient.options))
    assert len(spot.signatures()) == len(spot.attempts()) == 2
    if spot.place.has_nonce:
        assert len(spot.nonces()) == 2


def test_what_stays_ends_after_the_last_attempt(spot: Spot, transient: Kind) -> None:
    spot.breaks(transient.action)
    result = spot.ends(transient.kind, attempts=2, retries=1, **transient.options)
    assert transient.words in result["error"]["message"]
    assert "(after 2 attempts)" in result["msg"]


# --- what does not pass: one attempt

FINAL = {
    "HTTP 400": Kind(broken.answer(400, PAGE), "api", "HTTP 400"),
    "HTTP 401": Kind(broken.answer(401, PAGE), "credentials", "HTTP 401"),
    "HTTP 403": Kind(broken.answer(403, PAGE), "api", "HTTP 403"),
    "HTTP 404": Kind(broken.answer(404, PAGE), "not_found", "HTTP 404"),
    "HTTP 418": Kind(broken.answer(418, b"\xff\x00"), "api", "HTTP 418"),
    "a pause of a day": Kind(broken.throttle(86400), "throttled", "total_timeout"),
    "a pause of a day after 503": Kind(broken.answer(503, PAGE, {"Retry-After": "86400"}), "api", "total_timeout"),
    "a pause until 2037": Kind(broken.throttle("Thu, 01 Jan 2037 00:00:00 GMT"), "throttled", "total_timeout"),
    "a pause of 400 digits": Kind(broken.throttle("9" * 400), "throttled", "total_timeout"),
}


@pytest.mark.parametrize("final", FINAL.values(), ids=FINAL)
def test_what_no_attempt_can_heal_ends_with_the_first(spot: Spot, final: Kind) -> None:
    spot.breaks(final.action)
    result = spot.ends(final.kind, attempts=1)
    assert final.words in result["msg"]
    assert len(spot.attempts()) == 1


def test_a_used_up_quota_is_told_at_once(spot: Spot) -> None:
    spot.breaks(broken.quota_exceeded)
    if spot.place.api == "qcloud.2.0":
        # It has one code for both, so it is taken for the one that passes.
        spot.ends("throttled", attempts=2, retries=1)
        return
    result = spot.ends("throttled" if spot.place.cloud_name != "qcloud" else "api", attempts=1)
    assert result["error"]["code"] in ("QUOTA_EXCEEDED", "LimitExceeded")
    assert "further attempts do not help" in result["error"]["hint"]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failing_gateway_is_asked_again_whatever_it_says(first_page: Spot, status: int) -> None:
    says = """
    {"code": 4100, "message": "m", "error": {"code": 404, "status": "NOT_FOUND", "message": "m"},
     "Response": {"Error": {"Code": "AuthFailure.TokenFailure", "Message": "m"}, "RequestId": "r"}}
    """
    first_page.breaks(broken.answer(status, says, JSON), times=2)
    first_page.is_whole(first_page.door.fine())
    assert len(first_page.attempts()) == 3


def test_a_pause_in_seconds_is_kept(first_page: Spot) -> None:
    first_page.breaks(broken.throttle(1), times=1)
    first_page.is_whole(first_page.door.fine())
    first, second = first_page.attempts()
    assert 1.0 <= second.at - first.at < 2.0


def test_a_pause_until_a_date_is_kept_by_the_clouds_clock(first_page: Spot) -> None:
    # Two minutes ahead of this machine's: by its own clock the pause would last two minutes.
    first_page.cloud.clock_skew = 120
    until = formatdate(first_page.cloud.clock() + 2, usegmt=True)
    first_page.breaks(broken.throttle(until), times=1)
    first_page.is_whole(first_page.door.fine())
    first, second = first_page.attempts()
    assert 0.5 <= second.at - first.at < 4.0


def test_a_replayed_nonce_heals_with_another(spot: Spot) -> None:
    spot.breaks(broken.replayed_nonce, times=1)
    if not spot.place.has_nonce:
        # API 3.0 has no nonce: what the emulator plays is its refusal of an old request, which is the clock's fault.
        assert spot.ends("clock", attempts=1)["error"]["code"] == "AuthFailure.SignatureExpire"
        return
    spot.is_whole(spot.door.fine())
    assert len(spot.nonces()) == 2


def test_a_nonce_that_is_refused_for_ever_is_not_taken_for_a_wrong_key(spot: Spot) -> None:
    if not spot.place.has_nonce:
        return
    spot.breaks(broken.replayed_nonce)
    hint = spot.ends("credentials", attempts=2, retries=1)["error"]["hint"]
    assert "look for what sends requests twice" in hint
    assert "secret_key" not in hint


@pytest.mark.parametrize(("skew", "words"), [(900, "behind"), (-900, "ahead of")])
def test_a_clock_that_is_off_is_told_by_how_many_seconds(spot: Spot, skew: int, words: str) -> None:
    spot.cloud.clock_skew = skew
    # Every page is refused, so it is the first that tells.
    message = spot.ends("clock", attempts=1)["msg"]
    told = [seconds for seconds in range(895, 906) if f"clock is {seconds} s {words} the cloud's" in message]
    assert len(told) == 1


# --- where nothing answers


@pytest.fixture(params=["refused", "unknown name", "no way", "timeout"])
def unreachable(request: pytest.FixtureRequest) -> tuple[OSError, str]:
    """What connecting ends with, and the words of the task."""
    errors: dict[str, tuple[OSError, str]] = {
        "refused": (ConnectionRefusedError(111, "Connection refused"), "the connection was refused"),
        "unknown name": (socket.gaierror(-2, "Name or service not known"), "the name of the host cannot be resolved"),
        "no way": (OSError(113, "No route to host"), "the connection was lost"),
        "timeout": (TimeoutError("timed out"), "no complete answer within"),
    }
    return errors[request.param]


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes the connections with the numbers that are given fail."""
    import urllib3.util.connection as place

    real, made, failing = place.create_connection, [0], list[Any]()

    def create(*arguments: Any, **options: Any) -> socket.socket:
        made[0] += 1
        for error, first, last in failing:
            if first <= made[0] <= last:
                raise error
        return real(*arguments, **options)

    monkeypatch.setattr(place, "create_connection", create)
    return lambda error, first, last=1_000_000: failing.append((error, first, last))


def test_a_host_that_cannot_be_reached_for_a_moment_is_asked_again(
    spot: Spot, unreachable: tuple[OSError, str], connections: Any
) -> None:
    # The first connection serves the first page and is kept; later pages open more.
    first = 1 if spot.place.page in (1, None) else 2
    connections(unreachable[0], first, first)
    spot.is_whole(spot.door.fine())


def test_a_host_that_cannot_be_reached_is_told(spot: Spot, unreachable: tuple[OSError, str], connections: Any) -> None:
    error, words = unreachable
    connections(error, 1 if spot.place.page in (1, None) else 2)
    assert words in spot.ends("network", attempts=2, retries=1)["error"]["message"]


def test_a_port_that_nobody_serves_is_told(first_page: Spot) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, so that nobody else gets it, but nobody listens
        endpoint = f"http://127.0.0.1:{taken.getsockname()[1]}"
        result = first_page.ends("network", attempts=3, retries=2, endpoint=endpoint)
    assert "the connection was refused" in result["msg"]


def test_a_port_that_takes_no_more_connections_is_left_in_time(first_page: Spot) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        waiting = [socket.socket() for dummy in range(4)]
        try:
            for each in waiting:
                each.setblocking(False)
                each.connect_ex(listening.getsockname())
            endpoint = f"http://127.0.0.1:{listening.getsockname()[1]}"
            result = first_page.ends("network", attempts=2, seconds=2.0, retries=1, timeout=0.3, endpoint=endpoint)
        finally:
            for each in waiting:
                each.close()
    assert "no complete answer within 0.3 s" in result["msg"]


@contextlib.contextmanager
def dead_addresses(number: int, port: int) -> Iterator[list[str]]:
    """Addresses whose ``port`` takes no connection and refuses none."""
    with contextlib.ExitStack() as held:
        addresses = [f"127.0.0.{each}" for each in range(2, 2 + number)]
        for address in addresses:
            listening = held.enter_context(socket.socket())
            listening.bind((address, port))
            listening.listen(0)
            for dummy in range(4):
                waiting = held.enter_context(socket.socket())
                waiting.setblocking(False)
                waiting.connect_ex((address, port))
        yield addresses


def test_a_dead_address_of_a_host_does_not_cost_the_living_one_its_time(
    first_page: Spot, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(first_page.cloud.url.rpartition(":")[2])
    with dead_addresses(1, port) as dead:
        resolve_to(monkeypatch, [*dead, "127.0.0.1"])
        first_page.is_whole(first_page.door.fine(timeout=1, retries=0, endpoint=f"http://localhost:{port}"))


def test_many_dead_addresses_do_not_outlast_the_attempt(first_page: Spot, monkeypatch: pytest.MonkeyPatch) -> None:
    port = int(first_page.cloud.url.rpartition(":")[2])
    before = threading.active_count()
    with dead_addresses(5, port) as dead:
        resolve_to(monkeypatch, dead)
        result = first_page.ends(
            "network", attempts=1, seconds=1.6, timeout=0.6, retries=0, endpoint=f"http://localhost:{port}"
        )
        assert "no complete answer within 0.6 s" in result["msg"]
        with at_most(1.0):
            while threading.active_count() > before:
                time.sleep(0.01)


def resolve_to(monkeypatch: pytest.MonkeyPatch, addresses: list[str]) -> None:
    real = socket.getaddrinfo

    def resolve(host: str, port: int, *arguments: Any) -> Any:
        wanted = addresses if host == "localhost" else [host]
        return [place for each in wanted for place in real(each, port, *arguments)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


# --- redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_nothing_signed_leaves(spot: Spot, status: int) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        stranger.setblocking(False)
        place = f"http://127.0.0.1:{stranger.getsockname()[1]}/"
        spot.breaks(broken.answer(status, PAGE, {"Location": place}))
        result = spot.ends("answer", attempts=1)
        with pytest.raises(BlockingIOError):
            stranger.accept()
    assert f"a redirect (HTTP {status}), which is not followed" in result["msg"]
    assert len(spot.attempts()) == 1


@pytest.mark.parametrize("place", ["http://[::1", "http://127.0.0.1:x/", "\xff", ""])
def test_a_redirect_to_no_address_is_told_as_one(first_page: Spot, place: str) -> None:
    first_page.breaks(broken.answer(302, PAGE, {"Location": place}))
    assert "a redirect (HTTP 302), which is not followed" in first_page.ends("answer", attempts=1)["msg"]


# --- what is odd but right


@pytest.mark.parametrize(
    "odd",
    [
        with_header(untouched, Content_Type="text/plain"),
        with_header(untouched, Content_Type="application/octet-stream; charset=latin-1"),
        with_header(untouched, Date="no date at all"),
        with_header(untouched, Set_Cookie="session=1"),
        with_header(untouched, Connection="close"),
        zipped(lost=0),
    ],
    ids=["text/plain", "wrong charset", "no date", "a cookie", "no keep-alive", "gzip"],
)
def test_an_odd_but_right_answer_is_taken(spot: Spot, odd: Action) -> None:
    spot.breaks(odd)
    spot.is_whole(spot.door.fine())
    assert all(received.header("cookie") is None for received in spot.cloud.requests)


def test_gzip_in_several_members_is_one_answer(spot: Spot) -> None:
    @named("members")
    async def members(exchange: Exchange) -> web.StreamResponse:
        body = exchange.answer().body
        half = len(body) // 2
        headers = {**JSON, "Content-Encoding": "gzip"}
        return web.Response(body=broken.packed(body[:half]) + broken.packed(body[half:]), headers=headers)

    spot.breaks(members)
    spot.is_whole(spot.door.fine())


# --- time


@pytest.mark.parametrize("total_timeout", [0.3, 0.7])
@pytest.mark.parametrize("slow", [broken.hang(), broken.drip_body(0.05), broken.drip_headers(0.05)])
def test_the_task_ends_in_time_though_the_attempt_may_last_longer(
    spot: Spot, slow: Action, total_timeout: float
) -> None:
    spot.breaks(slow)
    with at_most(total_timeout + 2):
        result = spot.door.failed("deadline", total_timeout=total_timeout, timeout=30)
    assert f"total_timeout ({total_timeout:g} s)" in result["msg"]


def test_no_pause_goes_beyond_the_deadline(first_page: Spot) -> None:
    first_page.breaks(broken.throttle(5))
    message = first_page.ends("throttled", attempts=1, total_timeout=4)["msg"]
    assert re.search(r"would wait 5 s, but only [34] s of total_timeout \(4 s\) are left", message)


@pytest.mark.parametrize(("action", "kind"), [(broken.throttle(), "throttled"), (broken.answer(503, PAGE), "api")])
def test_with_real_pauses_and_the_usual_retries_the_task_ends_in_time(
    first_page: Spot, real_waits: None, action: Action, kind: str
) -> None:
    first_page.breaks(action)
    with at_most(3 + 2):
        result = first_page.door.failed(kind, total_timeout=3)
    assert 2 <= result["error"]["attempts"] <= 6
    assert "raise total_timeout or try later" in result["error"]["hint"]


def test_without_retries_one_attempt_is_all(spot: Spot) -> None:
    spot.breaks(broken.reset_before_answer)
    spot.ends("network", attempts=1, retries=0)
    assert len(spot.attempts()) == 1


def test_retries_are_counted_for_each_request(spot: Spot) -> None:
    spot.breaks(broken.answer(503, PAGE), times=3)
    spot.is_whole(spot.door.fine(retries=3))
    assert len(spot.attempts()) == 4


def test_a_connection_is_not_used_again_after_a_broken_answer(first_page: Spot) -> None:
    first_page.breaks(broken.endless_body(), times=1)
    first_page.is_whole(first_page.door.fine())
    broken_one, healed = first_page.attempts()
    assert broken_one.connection != healed.connection


def test_a_name_that_is_never_resolved_does_not_hold_the_task(
    first_page: Spot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*dummy: Any, **options: Any) -> Any:
        time.sleep(4)
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    with at_most(0.5 + 2):
        result = first_page.door.failed("deadline", total_timeout=0.5, timeout=0.2)
    assert "DNS" in result["msg"]


@pytest.mark.parametrize("host", ["a..b", ".a", f"{'x' * 64}.example", "a.b..", "[::1", "a b", "a/b", "ä.example"])
def test_an_address_that_is_none_is_refused_before_any_request(first_page: Spot, host: str) -> None:
    assert "which is no address of a host" in first_page.door.refused(endpoint=f"http://{host}")


def test_every_failure_is_documented_json(spot: Spot) -> None:
    spot.breaks(broken.answer(403, PAGE))
    result = json.loads(json.dumps(spot.door.failed("api")))
    assert set(result["error"]) == {
        "kind", "code", "message", "http_status", "request_id", "endpoint", "attempts", "hint",
    }  # fmt: skip
    assert result["error"]["http_status"] == 403
