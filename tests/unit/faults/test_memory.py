# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a flood costs: memory within bounds and no thread left, measured in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from emulator import Catalogue, Emulator, Fault
from emulator import faults as broken
from emulator.faults import Action
from unit.faults.places import FIRST_PAGES, IMAGES, Place
from unit.faults.test_fault_matrix import JSON, flood

MIB = 64
"""What eight answers at once may cost, the interpreter's own needs included."""

FLOODS: dict[str, Action] = {
    "an endless body": broken.endless_body(),
    "a gzip bomb": broken.gzip_bomb(),
    "a body of many gigabytes in one chunk": flood(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n", b"x" * 65536, 512 * 1024**2
    ),
    "an endless line before a chunk": flood(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"a" * 65536, 512 * 1024**2
    ),
    "a flood behind the end of a gzip member": flood(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + broken.packed(b"{}"), b"\0" * 65536, 512 * 1024**2
    ),
    "small gzip members without end": flood(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", broken.packed(b"") * 3000, 512 * 1024**2
    ),
    "a redirect with an endless body": flood(
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\n\r\n", b"x" * 65536, 512 * 1024**2
    ),
    "a redirect with a gzip bomb": flood(
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Encoding: gzip\r\n\r\n",
        broken.packed(b"x" * 1024**2),
        1024**2,
    ),
    "a length of exabytes": flood(
        b"HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n", b"x" * 65536, 512 * 1024**2
    ),
    "a line of status without end": flood(b"HTTP/1.1 200 ", b"K" * 65536, 512 * 1024**2),
    "continue without end": flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 2000, 512 * 1024**2),
    "short texts without end": broken.answer(200, b"[" + b'"ab",' * 800_000 + b"0]", JSON),
    "small objects without end": broken.answer(200, b"[" + b"{}," * 1_300_000 + b"{}]", JSON),
}


@pytest.fixture
def broken_cloud() -> Iterator[Emulator]:
    with Emulator(catalogue=Catalogue(IMAGES)) as emulator:
        yield emulator


def cost(place: Place, healthy: Emulator, broken_cloud: Emulator, **options: Any) -> dict[str, Any]:
    program = str(Path(__file__).with_name("measured.py"))
    text = json.dumps({**place.options, **options})
    command = [sys.executable, program, place.module, healthy.url, broken_cloud.url, text]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_the_measure_sees_what_is_below_the_peak_of_its_parent() -> None:
    here = str(Path(__file__).parent)
    program = "import measured; before = measured.peak(); b'x' * (80 << 20); print(measured.peak() - before)"
    ballast = b"x" * (300 << 20)
    done = subprocess.run([sys.executable, "-c", program], cwd=here, capture_output=True, text=True, check=True)
    assert len(ballast) >> 10 > int(done.stdout) >= 79 << 10


@pytest.mark.parametrize(
    ("name", "page"),
    [(name, 1) for name in FLOODS] + [(name, None) for name in list(FLOODS)[:3] + list(FLOODS)[-1:]],
    ids=str,
)
def test_a_flood_costs_some_tens_of_mebibytes_and_ends_in_time(
    cloud: Emulator, broken_cloud: Emulator, name: str, page: int | None
) -> None:
    """On the first page, and on all that follow it at once."""
    place = FIRST_PAGES[list(FLOODS).index(name) % 3]  # they take turns: what reads an answer is one for all
    broken_cloud.faults = [Fault(FLOODS[name], page=page, times=None, after=1 if page is None else 0)]
    found = cost(place, cloud, broken_cloud, retries=1, timeout=1.5, total_timeout=4)
    assert found["error"]["kind"] in ("answer", "network", "deadline"), found["error"]
    assert found["mib"] < MIB
    assert found["seconds"] < 4 + 2
    assert found["threads"] == 1
