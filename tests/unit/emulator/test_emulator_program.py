# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator as a program announces itself whole and never outlives its purpose."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

TESTS = Path(__file__).parents[2]
Start = Callable[..., tuple[subprocess.Popen[bytes], str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    programs: list[subprocess.Popen[bytes]] = []

    def begin(*options: str) -> tuple[subprocess.Popen[bytes], str]:
        ready = tmp_path / f"url{len(programs)}"
        command = [sys.executable, "-m", "emulator", "--ready-file", str(ready), "--for", "30", *options]
        programs.append(subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(TESTS)}))
        deadline = time.monotonic() + 15
        while not ready.exists():
            assert programs[-1].poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return programs[-1], ready.read_text().strip()

    yield begin
    for program in programs:
        if program.poll() is None:
            program.kill()
        program.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_stop(start: Start, number: signal.Signals) -> None:
    program, url = start()
    assert requests.get(f"{url}/v1/regions/cn-north-1/images", timeout=5, proxies={"http": ""}).status_code == 401
    program.send_signal(number)
    assert program.wait(timeout=5) == 0


def test_it_stops_with_its_parent_and_after_its_time(start: Start) -> None:
    parent = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"])
    child, dummy = start("--with-parent", str(parent.pid))
    brief, dummy = start("--for", "0.2")
    assert brief.wait(timeout=5) == 0
    assert child.poll() is None
    parent.kill()
    parent.wait()
    assert child.wait(timeout=5) == 0
