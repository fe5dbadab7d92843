# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each fault breaks exactly what it says, as often as it says, and ends with the emulator."""

from __future__ import annotations

import socket
import threading
import time
import zlib
from collections.abc import Callable
from typing import Any

import pytest
import requests
from emulator import Emulator, Fault, Limits, faults

Call = Callable[..., requests.Response]
PUBLIC = {"imageSource": "public", "pageSize": 100}


def test_a_fault_strikes_as_often_as_told_and_then_the_answer_is_right(cloud: Emulator, jdcloud: Call) -> None:
    cloud.faults.append(Fault(faults.throttle(), times=2, after=1))
    assert [jdcloud(PUBLIC).status_code for dummy in range(5)] == [200, 429, 429, 200, 200]
    assert [one.verdict for one in cloud.requests] == ["ok", "RATE_LIMIT", "RATE_LIMIT", "ok", "ok"]
    assert [one.fault for one in cloud.requests] == [None, "throttle", "throttle", None, None]


def test_a_fault_can_be_for_one_api_or_one_page(cloud: Emulator, jdcloud: Call, qcloud3: Call) -> None:
    cloud.faults += [Fault(faults.answer(502, "x"), api="jdcloud.*", page=2, times=None)]
    cloud.faults += [Fault(faults.answer(503, "x"), api="qcloud.3.0")]
    pages = [jdcloud({**PUBLIC, "pageNumber": number}).status_code for number in (1, 2, 3, 2)]
    assert pages == [200, 502, 200, 502]
    assert qcloud3({}).status_code == 503


def read_to_the_end(response: requests.Response, deadline: float = 30.0) -> None:
    """Not every version of requests takes a cut or a dripping body for an error: the length and the clock tell."""
    started = time.monotonic()
    read = 0
    for chunk in response.iter_content(1):
        read += len(chunk)
        if time.monotonic() - started > deadline:
            raise TimeoutError
    if read < int(response.headers["Content-Length"]):
        raise requests.ConnectionError("cut")


BROKEN = [faults.reset_before_answer, faults.close_before_answer, faults.reset_inside_answer, faults.cut_body]


@pytest.mark.parametrize("action", BROKEN)
def test_a_broken_connection_is_an_error_of_the_connection(
    cloud: Emulator, jdcloud: Call, action: faults.Action
) -> None:
    cloud.faults.append(Fault(action))
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)) as caught:
        read_to_the_end(jdcloud(PUBLIC, stream=True))
    reset = "reset" in str(caught.value).lower()
    assert reset == action.__name__.startswith("reset")
    assert jdcloud(PUBLIC).status_code == 200


@pytest.mark.parametrize("action", [faults.hang(), faults.hang_inside_body(), faults.drip_body(0.05)])
def test_a_slow_answer_lasts_longer_than_a_client_waits(cloud: Emulator, jdcloud: Call, action: faults.Action) -> None:
    cloud.faults.append(Fault(action))
    with pytest.raises((requests.Timeout, requests.ConnectionError, TimeoutError)):
        read_to_the_end(jdcloud(PUBLIC, timeout=0.3, stream=True), deadline=0.6)
    assert jdcloud(PUBLIC).status_code == 200


def test_a_head_can_drip_without_end(cloud: Emulator) -> None:
    # Not through requests: its timeout starts anew with every byte of the head, and nothing else would end the wait.
    cloud.faults.append(Fault(faults.drip_headers(0.02)))
    address = ("127.0.0.1", int(cloud.url.rpartition(":")[2]))
    with socket.create_connection(address, timeout=2) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        head = b""
        while not head.endswith(b"xxx"):
            head += client.recv(100)
    assert head == b"HTTP/1.1 200 OK\r\nX-Padding: xxx"


def test_stopping_does_not_wait_for_a_hanging_answer() -> None:
    with Emulator() as emulator:
        emulator.faults.append(Fault(faults.hang()))
        errors: list[Exception] = []

        def wait() -> None:
            try:
                requests.get(emulator.url, timeout=30, proxies={"http": ""})
            except requests.RequestException as error:
                errors.append(error)

        client = threading.Thread(target=wait)
        client.start()
        while not emulator.requests:
            time.sleep(0.005)
        started = time.monotonic()
    assert time.monotonic() - started < 0.5
    client.join(timeout=5)
    assert errors


def test_an_endless_body_goes_on(cloud: Emulator, jdcloud: Call) -> None:
    cloud.faults.append(Fault(faults.endless_body()))
    response = jdcloud(PUBLIC, stream=True)
    read = 0
    for chunk in response.iter_content(65536):
        read += len(chunk)
        if read > 20_000_000:
            break
    response.close()
    assert read > 20_000_000


def test_a_gzip_bomb_is_small_on_the_wire_and_valid_json_inside(cloud: Emulator, jdcloud: Call) -> None:
    cloud.faults.append(Fault(faults.gzip_bomb(64 * 1024**2)))
    response = jdcloud(PUBLIC, stream=True)
    wire = response.raw.read(decode_content=False)
    assert len(wire) < 200_000
    assert response.headers["Content-Encoding"] == "gzip"
    unpacked = b""
    while wire:
        member = zlib.decompressobj(31)
        unpacked += member.decompress(wire).strip()
        wire = member.unused_data
    assert unpacked == b'{"requestId": "bomb", "padding":""}'


def test_any_answer_can_be_put_in_place(cloud: Emulator, jdcloud: Call) -> None:
    cloud.faults.append(
        Fault(faults.answer(403, "<html>中文</html>".encode("gbk"), {"Content-Type": "text/html; charset=utf-8"}))
    )
    cloud.faults.append(Fault(faults.answer(302, "", {"Location": "http://127.0.0.1:9/"})))
    page = jdcloud(PUBLIC, allow_redirects=False)
    assert (page.status_code, page.headers["Content-Type"]) == (403, "text/html; charset=utf-8")
    assert page.content.decode("gbk") == "<html>中文</html>"
    assert jdcloud(PUBLIC, allow_redirects=False).headers["Location"] == "http://127.0.0.1:9/"


def test_throttling_has_each_api_s_own_form(cloud: Emulator, jdcloud: Call, qcloud2: Call, qcloud3: Call) -> None:
    cloud.faults.append(Fault(faults.throttle(retry_after=7), times=None))
    said = jdcloud(PUBLIC)
    assert (said.status_code, said.json()["error"]["status"], said.headers["Retry-After"]) == (429, "RATE_LIMIT", "7")
    assert qcloud2({"imageType": 1}).json()["code"] == 4400
    assert qcloud3({}).json()["Response"]["Error"]["Code"] == "RequestLimitExceeded"


def test_a_quota_is_jdcloud_s_other_429(cloud: Emulator, jdcloud: Call) -> None:
    cloud.faults.append(Fault(faults.quota_exceeded))
    said = jdcloud(PUBLIC)
    assert (said.status_code, said.json()["error"]["status"]) == (429, "QUOTA_EXCEEDED")
    assert "Retry-After" not in said.headers


def test_a_replay_is_told_in_each_api_s_words(cloud: Emulator, jdcloud: Call, qcloud2: Call, qcloud3: Call) -> None:
    cloud.faults.append(Fault(faults.replayed_nonce, times=None))
    assert jdcloud(PUBLIC).status_code == 401
    assert qcloud2({"imageType": 1}).json()["code"] == 4500
    assert qcloud3({}).json()["Response"]["Error"]["Code"] == "AuthFailure.SignatureExpire"


def test_a_changed_answer_leaves_the_catalogue_alone(cloud: Emulator, jdcloud: Call) -> None:
    def rename(document: dict[str, Any]) -> None:
        document["result"]["images"][0]["name"] = "changed"

    cloud.faults.append(Fault(faults.change_answer(rename)))
    cloud.faults.append(Fault(faults.change_answer(lambda document: [])))
    assert jdcloud(PUBLIC).json()["result"]["images"][0]["name"] == "changed"
    assert jdcloud(PUBLIC).json() == []
    assert jdcloud(PUBLIC).json()["result"]["images"][0]["name"] != "changed"


def test_a_list_can_shift_between_its_pages(cloud: Emulator, jdcloud: Call, qcloud3: Call) -> None:
    def page(number: int) -> tuple[list[str], int]:
        result = jdcloud({**PUBLIC, "pageNumber": number}).json()["result"]
        return [one["imageId"] for one in result["images"]], result["totalCount"]

    (first, total), (second, dummy) = page(1), page(2)
    cloud.faults.append(Fault(faults.shift_list(lose=3)))
    assert page(2) == (second[3:] + page(3)[0][:3], total - 3)
    cloud.faults.append(Fault(faults.shift_list(gain=2)))
    assert page(2) == (first[-2:] + second[:-2], total + 2)
    cloud.faults.append(Fault(faults.shift_list(gain=1)))
    assert qcloud3({}).json()["Response"]["ImageSet"][0]["ImageId"] == "img-new00000"


def test_the_limit_is_one_for_all_requests_of_an_account(
    cloud: Emulator, jdcloud: Call, qcloud2: Call, qcloud3: Call
) -> None:
    cloud.limits = Limits(per_minute=2)
    assert [jdcloud(PUBLIC).status_code for dummy in range(3)] == [200, 200, 429]
    assert qcloud2({"imageType": 1}).json()["code"] == 0
    assert "ImageSet" in qcloud3({}).json()["Response"]
    assert qcloud3({}).json()["Response"]["Error"]["Code"] == "RequestLimitExceeded"
    assert qcloud2({"imageType": 1}).json()["code"] == 4400
    cloud.reset()
    assert jdcloud(PUBLIC).status_code == 200


def test_a_window_opens_again() -> None:
    limits = Limits(per_second=2, per_minute=3)
    assert [limits.take("me", at) for at in (0.0, 0.1)] == [0.0, 0.0]
    assert limits.take("me", 0.4) == pytest.approx(0.6)
    assert limits.take("you", 0.4) == 0.0
    assert limits.take("me", 1.0) == 0.0
    assert limits.take("me", 1.1) == pytest.approx(58.9)
    assert limits.take("me", 60.0) == 0.0


def test_latency_is_waited_before_each_answer_and_side_by_side(cloud: Emulator, jdcloud: Call) -> None:
    cloud.latency = 0.2
    clients = [threading.Thread(target=jdcloud, args=(PUBLIC,)) for dummy in range(5)]
    started = time.monotonic()
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert 0.2 <= time.monotonic() - started < 0.6


def test_a_test_may_shelve_images_of_a_few_fields(cloud: Emulator, jdcloud: Call, qcloud2: Call, qcloud3: Call) -> None:
    cloud.catalogue.images["jdcloud.vm"] = [{"imageId": "img-a", "name": "a", "imageSource": "private"}]
    cloud.catalogue.images["qcloud"] = [{"ImageId": "img-b", "ImageType": "PRIVATE_IMAGE"}]
    assert jdcloud({"imageSource": "private"}).json()["result"]["totalCount"] == 1
    assert jdcloud({"imageSource": "private", "launchPermission": "all"}).json()["result"]["totalCount"] == 0
    assert qcloud2({"imageType": 1}).json()["imageSet"][0]["unImgId"] == "img-b"
    assert qcloud3({}).json()["Response"]["ImageSet"] == cloud.catalogue.images["qcloud"]
    cloud.reset()
    assert len(cloud.catalogue.images["qcloud"]) == 1200
