# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves listings complete and in order, however their pages arrive and whatever happens to the list meanwhile."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest
from emulator import Emulator, Fault
from emulator import faults as broken
from emulator.faults import Action, Exchange
from unit.front_door import FrontDoor

SIZES = [0, 1, 99, 100, 101, 257, 1000]


def fill(cloud: Emulator, number: int) -> list[str]:
    """Put so many public images on both clouds; their IDs."""
    ids = [f"img-{n * 7919 % 100003:06}" for n in range(number)]
    cloud.catalogue.images["jdcloud.vm"] = [
        {"imageId": each, "name": each, "imageSource": "public", "createTime": "2024-01-01 00:00:00"} for each in ids
    ]
    cloud.catalogue.images["qcloud"] = [
        {"ImageId": each, "ImageName": each, "ImageType": "PUBLIC_IMAGE"} for each in ids
    ]
    return ids


def late(seconds: float) -> Action:
    async def action(exchange: Exchange) -> Any:
        await asyncio.sleep(seconds)
        return exchange.response(exchange.answer())

    return action


class Crowd:
    """A slow but right answer that counts how many are asked for at once."""

    def __init__(self) -> None:
        self.most = 0
        self._now = 0

    async def __call__(self, exchange: Exchange) -> Any:
        self._now += 1
        self.most = max(self.most, self._now)
        await asyncio.sleep(0.03)
        self._now -= 1
        return exchange.response(exchange.answer())


@pytest.mark.parametrize("number", SIZES)
def test_every_image_comes_once_in_the_order_of_the_api(public: FrontDoor, cloud: Emulator, number: int) -> None:
    ids = fill(cloud, number)
    result = public.fine()
    assert result["image_ids"] == ids
    assert (result["total_count"], result["complete"]) == (number, True)
    assert "warnings" not in result
    assert sorted(received.page or 0 for received in cloud.requests) == list(range(1, max(1, -(-number // 100)) + 1))


def test_the_order_is_that_of_the_api_though_pages_arrive_backwards(public: FrontDoor, cloud: Emulator) -> None:
    ids = fill(cloud, 857)
    cloud.faults = [Fault(late(0.03 * (9 - page)), page=page) for page in range(2, 10)]
    assert public.fine()["image_ids"] == ids


def test_pages_after_the_first_come_in_parallel_but_at_most_eight_at_once(public: FrontDoor, cloud: Emulator) -> None:
    fill(cloud, 3000)
    at_once = Crowd()
    cloud.faults = [Fault(at_once, times=None)]
    assert public.fine()["complete"] is True
    assert 2 <= at_once.most <= 8


def test_many_ids_are_asked_for_in_parallel_and_an_error_stops_the_rest(public: FrontDoor, cloud: Emulator) -> None:
    ids = fill(cloud, 2500)
    of_jdcloud = "region_id" in public.fine()["invocation"]["module_args"]
    named = {"ids": ids, "image_source": None} if of_jdcloud else {"image_ids": ids}
    at_once = Crowd()
    cloud.faults = [Fault(at_once, times=None)]
    assert public.fine(**named)["image_ids"] == ids
    assert 2 <= at_once.most <= 8
    before = len(cloud.requests)
    cloud.faults = [Fault(broken.answer(400, "{}"), after=2, times=1), Fault(late(2), times=None, after=3)]
    started = time.monotonic()
    public.failed("api", **named)
    assert len(cloud.requests) - before <= 11
    assert time.monotonic() - started < 2


def test_connections_are_kept_for_further_pages(public: FrontDoor, cloud: Emulator) -> None:
    fill(cloud, 3000)
    public.fine()
    assert len(cloud.requests) == 30
    assert len({received.connection for received in cloud.requests}) <= 8


def test_one_page_takes_one_connection_and_one_request(public: FrontDoor, cloud: Emulator) -> None:
    fill(cloud, 100)
    public.fine()
    assert len(cloud.requests) == 1


def alive() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name != "cloud emulator"}


def assert_only(before: set[threading.Thread]) -> None:
    # The timer of the last answer may need a moment to notice that nobody waits for it.
    end = time.monotonic() + 5
    while alive() - before and time.monotonic() < end:
        time.sleep(0.01)
    assert alive() - before == set()


def test_no_thread_survives_a_task(public: FrontDoor, cloud: Emulator) -> None:
    before = alive()
    fill(cloud, 1000)
    public.fine()
    assert_only(before)


def test_no_thread_survives_a_failure(public: FrontDoor, cloud: Emulator) -> None:
    before = alive()
    fill(cloud, 1000)
    cloud.faults = [Fault(broken.answer(400, "{}"), page=4), Fault(broken.hang(20), times=None, after=1)]
    public.failed("api")
    assert_only(before)


def test_an_error_on_one_page_stops_the_others(public: FrontDoor, cloud: Emulator) -> None:
    fill(cloud, 5000)
    cloud.faults = [Fault(broken.answer(400, "{}"), page=3), Fault(late(2), times=None, after=1)]
    started = time.monotonic()
    result = public.failed("api")
    assert result["error"]["http_status"] == 400
    assert len(cloud.requests) <= 10
    # Neither are the pages under way waited for, each of them two seconds late, nor are the other forty asked for.
    assert time.monotonic() - started < 2


def test_a_page_that_fails_for_a_moment_is_fetched_again(public: FrontDoor, cloud: Emulator) -> None:
    ids = fill(cloud, 500)
    cloud.faults = [Fault(broken.answer(502, "<html>"), page=4), Fault(broken.close_before_answer, page=2)]
    result = public.fine()
    assert result["image_ids"] == ids
    assert result["complete"] is True
    assert len(cloud.requests) == 7


def test_a_throttled_page_is_fetched_again_with_a_new_nonce(
    jdcloud: FrontDoor, cloud: Emulator, waits: list[int]
) -> None:
    ids = fill(cloud, 257)
    cloud.faults = [Fault(broken.throttle(), page=2, times=2)]
    assert jdcloud.fine(image_source="public")["image_ids"] == ids
    second = [received for received in cloud.requests if received.page == 2]
    assert len({received.header("x-jdcloud-nonce") for received in second}) == len(second) == 3
    assert len({received.header("authorization") for received in second}) == 3
    assert waits


# --- lists that change while they are read


def total(document: Any, number: int) -> None:
    for inside, name in ((document.get("result"), "totalCount"), (document.get("Response"), "TotalCount")):
        if inside:
            inside[name] = number
            return
    document["totalCount"] = number


def claiming(number: int) -> Action:
    return broken.change_answer(lambda document: total(document, number))


def test_a_list_that_shrank_meanwhile_is_read_once_more(public: FrontDoor, cloud: Emulator) -> None:
    ids = fill(cloud, 257)
    cloud.faults = [Fault(broken.shift_list(lose=3), page=3)]
    result = public.fine()
    assert result["image_ids"] == ids
    assert (result["total_count"], result["complete"]) == (257, True)
    assert "warnings" not in result
    assert len(cloud.requests) == 6


def test_a_list_that_grew_meanwhile_is_read_once_more(public: FrontDoor, cloud: Emulator) -> None:
    ids = fill(cloud, 250)
    cloud.faults = [Fault(broken.shift_list(gain=2), page=page) for page in (2, 3)]
    result = public.fine()
    assert result["image_ids"] == ids
    assert result["complete"] is True
    assert len(cloud.requests) == 6


def test_the_second_reading_counts(public: FrontDoor, cloud: Emulator) -> None:
    ids = fill(cloud, 257)
    cloud.faults = [Fault(broken.shift_list(lose=3), times=None, after=1)]
    result = public.fine()
    assert result["image_ids"] == ids[3:]
    assert (result["total_count"], result["complete"]) == (254, True)


def test_the_request_ids_of_both_readings_are_kept(jdcloud: FrontDoor, cloud: Emulator) -> None:
    fill(cloud, 150)
    cloud.faults = [Fault(broken.shift_list(lose=3), page=2)]
    assert len(set(jdcloud.fine(image_source="public")["request_ids"])) == 4


def test_a_list_that_does_not_add_up_is_returned_with_a_warning(public: FrontDoor, cloud: Emulator) -> None:
    ids = fill(cloud, 257)
    cloud.faults = [Fault(claiming(260), page=3, times=None)]
    result = public.fine()
    assert result["complete"] is False
    assert result["image_ids"] == ids
    assert result["warnings"] == [
        "The list does not add up, read twice: 257 different images came, the cloud counts 260."
    ]
    assert len(cloud.requests) == 6


def test_nothing_is_picked_from_a_list_that_does_not_add_up(public: FrontDoor, cloud: Emulator) -> None:
    fill(cloud, 257)
    cloud.faults = [Fault(claiming(260), page=3, times=None)]
    result = public.failed("incomplete", pick="highest_name")
    assert "the list does not add up, read twice: 257 different images came, the cloud counts 260" in result["msg"]
    assert result["error"]["hint"] == "Check endpoint and any proxy on the way, or narrow what is asked of the API."


def test_a_list_that_changes_each_time_is_told_from_one_that_does_not_add_up(
    public: FrontDoor, cloud: Emulator
) -> None:
    fill(cloud, 257)
    changes = [Fault(broken.shift_list(lose=3), page=3), Fault(broken.shift_list(lose=5), page=3)]
    cloud.faults = list(changes)
    assert public.fine()["warnings"] == [
        "The list kept changing while it was read: 252 different images came, the cloud counts 252."
    ]
    cloud.faults = [Fault(each.action, page=3) for each in changes]
    result = public.failed("incomplete", pick="highest_name")
    assert "the list kept changing while it was read" in result["msg"]
    assert result["error"]["hint"] == "Run the task again, or narrow what is asked of the API."


def test_pages_shorter_than_asked_for_do_not_add_up(public: FrontDoor, cloud: Emulator) -> None:
    fill(cloud, 257)

    async def short(exchange: Exchange) -> Any:
        return exchange.response(exchange.answer(lambda images: images[: len(images) - 40]))

    cloud.faults = [Fault(broken.named("short")(short), page=3, times=None)]
    result = public.fine()
    assert result["complete"] is False
    assert "does not add up" in result["warnings"][0]


def test_a_page_that_was_asked_for_is_not_read_twice(jdcloud: FrontDoor, cloud: Emulator) -> None:
    fill(cloud, 257)
    cloud.faults = [Fault(claiming(5), times=None)]
    result = jdcloud.fine(image_source="public", page_number=1)
    assert (len(cloud.requests), result["total_count"], result["complete"]) == (1, 5, False)


@pytest.mark.parametrize("number", [3, 100, 257])
def test_a_total_that_promises_too_much_is_not_followed_to_its_end(
    public: FrontDoor, cloud: Emulator, number: int
) -> None:
    ids = fill(cloud, number)
    cloud.faults = [Fault(claiming(10**9), times=None)]
    result = public.fine()
    assert result["image_ids"] == ids
    assert (result["total_count"], result["complete"]) == (10**9, False)
    assert len(cloud.requests) < 60


def test_a_total_without_any_image_ends_at_once(public: FrontDoor, cloud: Emulator) -> None:
    fill(cloud, 0)
    cloud.faults = [Fault(claiming(10**9), times=None)]
    assert public.fine()["complete"] is False
    assert len(cloud.requests) == 2


def test_a_total_below_the_number_of_images_is_no_complete_list(public: FrontDoor, cloud: Emulator) -> None:
    ids = fill(cloud, 50)
    cloud.faults = [Fault(claiming(40), times=None)]
    result = public.fine()
    assert (result["image_ids"], result["complete"]) == (ids, False)


def test_an_image_that_comes_twice_is_listed_once_and_counted_once(public: FrontDoor, cloud: Emulator) -> None:
    ids = fill(cloud, 150)
    for shelf in ("jdcloud.vm", "qcloud"):
        images = cloud.catalogue.images[shelf]
        cloud.catalogue.images[shelf] = images[:120] + images[:30]
    result = public.fine()
    assert result["image_ids"] == ids[:120]
    assert (result["total_count"], result["complete"]) == (150, False)


def test_a_window_lists_each_image_once_and_is_not_called_complete_for_the_others(
    public: FrontDoor, cloud: Emulator
) -> None:
    fill(cloud, 15)

    def one_for_all(document: Any) -> None:
        inside = document.get("result") or document.get("Response") or document
        images = inside.get("images") or inside.get("imageSet") or inside.get("ImageSet")
        images[:] = [images[0]] * len(images)

    cloud.faults = [Fault(broken.change_answer(one_for_all), times=None)]
    of_jdcloud = "region_id" in public.fine()["invocation"]["module_args"]
    result = public.fine(**({"page_size": 20} if of_jdcloud else {"limit": 20}))
    assert (len(result["image_ids"]), result["total_count"], result["complete"]) == (1, 15, False)


def test_a_window_of_a_list_that_does_not_add_up_gives_a_warning(qcloud3: FrontDoor, cloud: Emulator) -> None:
    fill(cloud, 257)
    cloud.faults = [Fault(claiming(260), page=3, times=None)]
    result = qcloud3.fine(image_type="public", status=0, limit=20)
    assert "warnings" not in result
    for image in cloud.catalogue.images["qcloud"]:
        image["ImageState"] = "NORMAL"
    result = qcloud3.fine(image_type="public", status=2, limit=20)
    assert (len(result["image_ids"]), result["complete"]) == (20, False)
    assert result["warnings"] == [
        "The list does not add up, read twice: 257 different images came, the cloud counts 260."
    ]


def test_a_machine_without_threads_is_told(public: FrontDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert "Raise the limit of processes" in public.failed("option")["msg"]


def test_fewer_threads_than_wanted_do(public: FrontDoor, cloud: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = fill(cloud, 1000)
    real, started = threading.Thread.start, [0]

    def limited(thread: threading.Thread) -> None:
        started[0] += not isinstance(thread, threading.Timer)
        if started[0] > 2 and not isinstance(thread, threading.Timer):
            raise RuntimeError("can't start new thread")
        real(thread)

    monkeypatch.setattr(threading.Thread, "start", limited)
    assert public.fine()["image_ids"] == ids
    assert started[0] > 2


def test_the_same_answer_to_every_page_ends(jdcloud: FrontDoor, cloud: Emulator) -> None:
    # As from a cache in between that does not look at the query.
    ids = fill(cloud, 1000)
    text = (
        '{"requestId": "r", "result": {"totalCount": 1000, "images": ['
        + ",".join(f'{{"imageId": "{each}"}}' for each in ids[:100])
        + "]}}"
    )
    cloud.faults = [Fault(broken.answer(200, text, {"Content-Type": "application/json"}), times=None)]
    result = jdcloud.fine(image_source="public")
    assert (result["image_ids"], result["complete"]) == (ids[:100], False)
