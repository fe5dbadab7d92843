# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures how much of an account's quota a long listing uses: ``python tests/benchmark/throttling.py``.

Each line is a task that needs ``--seconds`` times as many requests as the quota allows in a second. Its figure is the
shortest time in which the limiter lets so many requests through, divided by the time that the listing took.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from pathlib import Path
from typing import NamedTuple

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS)]

importlib.import_module("conftest")  # makes the checkout a collection
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator  # noqa: E402
from ansible_collections.cncloud.images.plugins.module_utils._paging import Window, Workers  # noqa: E402
from ansible_collections.cncloud.images.plugins.module_utils._query import argument_spec  # noqa: E402
from ansible_collections.cncloud.images.plugins.module_utils._signing import Credentials  # noqa: E402
from ansible_collections.cncloud.images.plugins.module_utils._transport import Limits as TransportLimits  # noqa: E402
from ansible_collections.cncloud.images.plugins.module_utils._transport import Transport  # noqa: E402
from ansible_collections.cncloud.images.plugins.modules.qcloud_image_info import MODULE  # noqa: E402
from emulator import Emulator, Limits  # noqa: E402
from unit.front_door import QCLOUD  # noqa: E402


class TokenBucket(Limits):
    """Fills at the rate and holds a second's worth; the first request finds it full."""

    def __init__(self, per_second: int) -> None:
        super().__init__(per_second)
        self.rate = self.tokens = float(per_second)
        self.at = 0.0

    def take(self, account: str, now: float) -> float:
        self.tokens, self.at = min(self.rate, self.tokens + (now - self.at) * self.rate), now
        if self.tokens < 1:
            return (1 - self.tokens) / self.rate
        self.tokens -= 1
        return 0.0


class SlidingWindow(Limits):
    """No second, wherever it begins, sees more requests than the quota."""

    def __init__(self, per_second: int) -> None:
        super().__init__(per_second)
        self.most = per_second
        self.seen: deque[float] = deque()

    def take(self, account: str, now: float) -> float:
        while self.seen and self.seen[0] <= now - 1.0:
            self.seen.popleft()
        if len(self.seen) >= self.most:
            return self.seen[0] + 1.0 - now
        self.seen.append(now)
        return 0.0


LIMITERS: dict[str, Callable[[int], Limits]] = {
    "fixed window": Limits,
    "token bucket": TokenBucket,
    "sliding": SlidingWindow,
}


class Case(NamedTuple):
    limiter: str
    per_second: int
    latency: float
    seconds: int


class Measured(NamedTuple):
    case: Case
    share: float
    took: float
    refused: int


def measure(case: Case) -> Measured:
    number = case.per_second * case.seconds
    limits = LIMITERS[case.limiter](case.per_second)
    os.environ["NO_PROXY"] = "127.0.0.1"
    with Emulator(latency=case.latency / 1000, limits=limits) as cloud:
        # Small pages, so that neither side's work but the quota is what a request waits for.
        cloud.catalogue.images["qcloud"] = [{"ImageId": "img-00000000", "ImageType": "PUBLIC_IMAGE"}]
        given = {**QCLOUD, "image_type": "public", "endpoint": cloud.url}
        options = ArgumentSpecValidator(argument_spec(MODULE)).validate(given).validated_parameters
        question = MODULE.make_cloud(options)
        question.credentials = Credentials(options["secret_id"], options["secret_key"], None)
        limit = TransportLimits(options["timeout"], options["total_timeout"], options["retries"])
        transport = Transport(question, limit, verify=True, secrets=())
        listing = question.listings(transport)[0]
        began = time.monotonic()
        with Workers(transport.deadline, transport.close) as workers:
            pages = list(workers.run(partial(listing, Window(0, 100)) for dummy in range(number)))
        took = time.monotonic() - began
        refused = len(cloud.requests) - number
    if any(len(page.images) != 1 for page in pages):
        raise SystemExit(f"{case}: an answer is missing")
    # The first second's worth comes at once from each of the three.
    return Measured(case, (case.seconds - 1) / took, took, refused)


def cases(options: argparse.Namespace) -> Iterator[Case]:
    for limiter, per_second, latency in product(LIMITERS, options.per_second, options.latency):
        yield from [Case(limiter, per_second, latency, options.seconds)] * options.runs


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--per-second", type=int, nargs="+", default=[5, 10, 20])
    parser.add_argument("--latency", type=float, nargs="+", default=[0.0, 60.0], help="milliseconds")
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=4, help="cases side by side")
    parser.add_argument("--least", type=float, default=0.0, help="fail if a median is below this share")
    options = parser.parse_args()
    print("limiter        quota  latency   share of the quota: median  lowest   refused")
    shares: dict[Case, list[Measured]] = {}
    with ProcessPoolExecutor(options.at_once) as pool:
        for found in pool.map(measure, cases(options)):
            shares.setdefault(found.case, []).append(found)
            if len(shares[found.case]) == options.runs:
                print(line(found.case, shares[found.case]), flush=True)
    medians = [median(each) for each in shares.values()]
    print(
        f"lowest median {min(medians):.0%}, lowest run {min(run.share for each in shares.values() for run in each):.0%}"
    )
    return int(min(medians) < options.least)


def median(runs: list[Measured]) -> float:
    return sorted(run.share for run in runs)[len(runs) // 2]


def line(case: Case, runs: list[Measured]) -> str:
    refused = sorted(run.refused for run in runs)[len(runs) // 2]
    lowest = min(run.share for run in runs)
    quota = f"{case.per_second:>3}/s {case.latency:>5g} ms"
    return f"{case.limiter:<14} {quota} {median(runs):>33.0%} {lowest:>7.0%} {refused:>9}"


if __name__ == "__main__":
    sys.exit(main())
