# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Throttling is shared: by the threads of a task, and by tasks that run side by side under one quota."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.cncloud.images.plugins.module_utils import _transport
from emulator import Emulator, Limits
from emulator import faults as broken
from unit.faults.places import FIRST_PAGES, Spot

JITTERED = _transport._jittered


@pytest.fixture(params=[each._replace(page=2) for each in FIRST_PAGES], ids=lambda each: str(each.api))
def second_page(request: pytest.FixtureRequest, cloud: Emulator, waits: list[int]) -> Spot:
    """The second page of vm, API 2.0 and API 3.0 in turn."""
    return Spot(request.param, cloud, waits)


@pytest.fixture
def real_waits(waits: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_transport, "_jittered", JITTERED)


def test_one_throttled_answer_pauses_every_worker(second_page: Spot) -> None:
    cloud = second_page.cloud
    cloud.latency = 0.05  # so that eight requests are under way at a time
    ids = second_page.holds(3000)
    second_page.breaks(broken.throttle(1), times=1)
    assert second_page.door.fine()["image_ids"] == ids
    throttled = next(received for received in cloud.requests if received.fault == "throttle")
    # What was under way may arrive, on a busy machine late; then nobody sends, and one request looks if it is over.
    during = [r for r in cloud.requests if throttled.at + 0.5 < r.at < throttled.at + 1.0]
    assert during == []
    after = sorted(received.at for received in cloud.requests if received.at >= throttled.at + 1.0)
    assert len(after) > 15
    assert after[1] - after[0] >= 0.045, "the first request after the pause goes alone"


def test_workers_that_are_throttled_together_pause_once(second_page: Spot) -> None:
    # The first page passes, then all that is in flight is refused.
    second_page.cloud.latency = 0.2
    fault = broken.Fault(broken.throttle(1), api=second_page.place.api, times=4, after=1)
    second_page.cloud.faults.append(fault)
    second_page.is_whole(second_page.door.fine())
    faults = [received.fault for received in second_page.cloud.requests]
    assert faults == [None, *["throttle"] * 4, *[None] * 4]  # one pause, after which none is refused again


@pytest.mark.usefixtures("real_waits")
def test_a_listing_of_many_more_pages_than_a_second_allows_is_complete(second_page: Spot) -> None:
    cloud = second_page.cloud
    cloud.limits = Limits(per_second=10)
    ids = second_page.holds(5000)
    result = second_page.door.fine()
    assert result["image_ids"] == ids
    assert result["complete"] is True
    verdicts = [received.verdict for received in cloud.requests]
    assert verdicts.count("ok") == 50
    # It learns: most of what is sent is let through.
    assert 50 < len(verdicts) < 100


def test_thirty_tasks_side_by_side_all_succeed(cloud: Emulator, waits: list[int]) -> None:
    place = FIRST_PAGES[-1]
    cloud.limits = Limits(per_second=30)
    tasks = Spot(place, cloud, waits)
    program = str(Path(__file__).with_name("side_by_side.py"))
    options = json.dumps({**place.options, "endpoint": cloud.url})
    # Six processes of five tasks each: none knows of another, as with Ansible's forks.
    running = [
        subprocess.Popen([sys.executable, program, place.module, options, "5"], stdout=subprocess.PIPE, text=True)
        for dummy in range(6)
    ]
    try:
        said = [process.communicate(timeout=100)[0] for process in running]
    finally:
        for process in running:
            process.kill()
            process.wait()
    results = [json.loads(line) for text in said for line in text.splitlines()]
    assert [result for result in results if result != {"images": len(tasks.ids), "complete": True}] == []
    assert len(results) == 30


@pytest.mark.parametrize(("retries", "heals"), [(6, True), (8, True), (5, False)])
def test_the_last_attempt_waits_for_the_next_minute_of_a_quota(
    second_page: Spot, monkeypatch: pytest.MonkeyPatch, retries: int, heals: bool
) -> None:
    """The minute is one of two seconds here, and the pauses of all other attempts together take none."""
    monkeypatch.setattr(_transport, "QUOTA_WINDOW", 2.0)
    began: list[float] = []

    @broken.named("minute")
    async def minute(exchange: broken.Exchange) -> Any:
        began.append(time.monotonic())
        throttled = began[-1] - began[0] < 1.9
        return await broken.throttle()(exchange) if throttled else exchange.response(exchange.answer())

    second_page.breaks(minute)
    if heals:
        second_page.is_whole(second_page.door.fine(retries=retries))
        assert len(began) == retries + 1
    else:
        assert second_page.door.failed("throttled", retries=retries)["error"]["attempts"] == retries + 1


def test_the_last_attempt_does_not_wait_beyond_the_total_timeout(second_page: Spot) -> None:
    second_page.breaks(broken.throttle())
    began = time.monotonic()
    error = second_page.door.failed("throttled", retries=6, total_timeout=30)["error"]
    assert error["attempts"] == 7
    assert time.monotonic() - began < 25
