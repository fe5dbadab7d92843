# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured: each case is a set of commands that run in turn, so that a busy machine slows all of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from .contestants import (
    DEBUG,
    EVERYBODY,
    JD_LANE,
    JD_PICK,
    JD_PICK_PLAIN,
    JD_PLAIN,
    JD_SDK,
    PING,
    TC_CLI,
    TC_PICK,
    TC_PICK_PLAIN,
    TC_SDK,
    Contestant,
)
from .stopwatch import Lap

CLOUDS = {"jdcloud": "JD Cloud", "tencent": "Tencent Cloud"}
IN_FLIGHT = 8

TASKS = 11
REGIONS = 10
LARGE = 500
"""Pages of the large listing."""


@dataclass
class Entry:
    """One contestant's part of a case; a figure comes of the laps of its ``commands``, run one after the other."""

    contestant: Contestant
    name: str
    commands: list[list[str]]
    requests: list[int]
    """How many each command has to send: so it is certain that everybody did the same work."""

    figure: Callable[[Sequence[float]], float]
    rounds: list[list[Lap]] = field(default_factory=list)

    @property
    def figures(self) -> list[float]:
        return [self.figure([lap.milliseconds for lap in laps]) for laps in self.rounds]

    @property
    def milliseconds(self) -> float:
        return median(self.figures)

    @property
    def peak_mib(self) -> float:
        return max(lap.peak_mib for laps in self.rounds for lap in laps)


@dataclass
class Case:
    label: str
    """``jdcloud-20-60``: for --only."""

    title: str
    pages: int
    latency: int
    latencies: int
    """Waits for the cloud that follow each other whatever the client does."""

    entries: list[Entry]
    rounds: int = 5
    tls: bool = False

    def entry(self, name: str) -> Entry | None:
        return next((each for each in self.entries if each.name == name and each.rounds), None)

    @property
    def limit(self) -> float:
        """Milliseconds of the controller alone and of the waits that cannot be avoided; 0 while it is unknown."""
        controller = self.entry(DEBUG.name)
        return controller.milliseconds + self.latencies * self.latency if controller else 0.0


def waits(pages: int) -> int:
    """The first page tells how many there are, the others go eight at a time."""
    return 1 + -(-(pages - 1) // IN_FLIGHT)


def whole(contestants: Sequence[Contestant], url: str, pages: int, latency: int) -> Case:
    cloud = next(each.cloud for each in contestants if each.cloud)
    entries = [
        Entry(each, each.name, [each.ad_hoc(url, pages)], [pages if each.asks else 0], lambda laps: laps[0])
        for each in contestants
    ]
    many = "1 page" if pages == 1 else f"{pages} pages"
    title = f"{CLOUDS[cloud]}, {many} of 100 images, {latency} ms latency: the whole command"
    return Case(f"{cloud}-{pages}-{latency}", title, pages, latency, waits(pages), entries)


def played(contestants: Sequence[Contestant], url: str, folder: Path, pages: int, latency: int) -> Case:
    """As above in a playbook that registers the images: nothing is printed."""

    def entry(each: Contestant) -> Entry:
        requests = [pages if each.asks else 0]
        return Entry(each, each.name, [each.playbook(url, folder, 1, pages)], requests, lambda laps: laps[0])

    title = f"JD Cloud, {pages} pages of 100 images, {latency} ms latency: a playbook of one task that registers them"
    entries = [entry(each) for each in contestants]
    return Case(f"jdcloud-{pages}-{latency}-playbook", title, pages, latency, waits(pages), entries)


def encrypted(url: str, folder: Path, pages: int, latency: int) -> Case:
    """As above, and with TLS, as the real clouds are asked: a connection then costs certificates and a handshake."""
    case = played([DEBUG, JD_PICK], url, folder, pages, latency)
    case.label = f"jdcloud-{pages}-{latency}-tls"
    case.title = f"JD Cloud, {pages} pages of 100 images, {latency} ms latency, TLS: a playbook of one task that picks"
    case.tls = True
    return case


def further(contestants: Sequence[Contestant], url: str, folder: Path) -> Case:
    """What one more task of a playbook costs."""

    def entry(each: Contestant) -> Entry:
        commands = [each.playbook(url, folder, tasks) for tasks in (1, TASKS)]
        requests = [tasks if each.asks else 0 for tasks in (1, TASKS)]
        name = f"{each.name} ({CLOUDS[each.cloud]})" if each.cloud else each.name
        return Entry(each, name, commands, requests, lambda laps: (laps[1] - laps[0]) / (TASKS - 1))

    title = f"Each further task of a playbook, 1 page, no latency: {TASKS} tasks less 1 task, by {TASKS - 1}"
    return Case("further", title, 1, 0, 0, [entry(each) for each in contestants])


def regions(contestants: Sequence[Contestant], url: str, folder: Path, latency: int) -> Case:
    def entry(each: Contestant) -> Entry:
        commands = [each.loop(url, folder, count) for count in (1, REGIONS)]
        requests = [count if each.asks else 0 for count in (1, REGIONS)]
        return Entry(each, each.name, commands, requests, lambda laps: (laps[1] - laps[0]) / (REGIONS - 1))

    title = f"Each further region in a loop, 1 page, {latency} ms latency: {REGIONS} regions less 1, by {REGIONS - 1}"
    return Case("regions", title, 1, latency, 1, [entry(each) for each in contestants])


def large(url: str, folder: Path, latency: int, plain: bool) -> Case:
    def entry(each: Contestant) -> Entry:
        requests = [LARGE if each.asks else 0]
        return Entry(each, each.name, [each.playbook(url, folder, 1)], requests, lambda laps: laps[0])

    contestants = [DEBUG, JD_PICK, JD_LANE, JD_SDK, *([JD_PICK_PLAIN, JD_PLAIN] if plain else [])]
    entries = [entry(each) for each in contestants]
    title = f"JD Cloud, {LARGE * 100:,} images in {LARGE} pages, {latency} ms latency: a playbook that registers them"
    return Case("large", title, LARGE, latency, waits(LARGE), entries, rounds=3 if plain else 1)


def cases(url: str, tls_url: str, folder: Path, full: bool) -> Iterator[Case]:
    """The short set has what the targets speak of; the full one every combination."""
    if full:
        for contestants in EVERYBODY:
            for pages in (1, 3, 20, 100):
                for latency in (0, 20, 60, 200):
                    some = [each for each in contestants if pages <= 3 or not each.each_page]
                    yield whole(some, url, pages, latency)
    else:
        for contestants in EVERYBODY:
            yield whole(contestants, url, 1, 60)
            yield whole([each for each in contestants if not each.each_page], url, 20, 60)
        yield whole([DEBUG, PING, JD_PICK, JD_SDK], url, 3, 200)
        yield whole([DEBUG, PING, JD_PICK, JD_SDK], url, 100, 20)
    yield played([DEBUG, PING, JD_PICK, JD_LANE, JD_PLAIN, JD_SDK], url, folder, 20, 60)
    yield encrypted(tls_url, folder, 20, 60)
    several = [DEBUG, PING, JD_PICK, TC_PICK, JD_LANE, JD_PICK_PLAIN, TC_PICK_PLAIN]
    yield further([*several, JD_SDK, TC_SDK, TC_CLI] if full else [*several, JD_SDK], url, folder)
    yield regions([DEBUG, JD_PICK, JD_PICK_PLAIN], url, folder, 60)
    yield large(url, folder, 20, full)


def as_json(case: Case) -> str:
    """The raw figures, for whoever wants to reckon with them."""
    return json.dumps(
        {
            "case": case.label,
            "title": case.title,
            "limit": round(case.limit, 1),
            "figures": {each.name: [round(one, 1) for one in each.figures] for each in case.entries},
            "peak_mib": {each.name: round(each.peak_mib, 1) for each in case.entries if each.rounds},
        }
    )
