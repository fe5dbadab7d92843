# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one command and tells how long it took and how large its largest process grew."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple


class Lap(NamedTuple):
    milliseconds: float
    peak_mib: float
    """The largest of the command's processes; never below the size of the process that measures, about 25 MiB."""


def measure(command: list[str], env: dict[str, str], folder: Path, limit: float = 300.0) -> Lap:
    """Run ``command`` to its end; RuntimeError if it fails, or takes more than ``limit`` seconds."""
    with tempfile.TemporaryFile() as output:
        begin = time.perf_counter()
        process = subprocess.Popen(
            command, env=env, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
        alarm = threading.Timer(limit, os.killpg, [process.pid, 9])
        alarm.start()
        try:
            # Not process.wait(): only this call tells the memory of this one command.
            dummy, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - begin
        finally:
            alarm.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            words = output.read().decode("utf-8", "replace")[-2000:]
            raise RuntimeError(f"{' '.join(command)[:300]} ended with {process.returncode}: {words}")
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return Lap(seconds * 1000, usage.ru_maxrss / unit)
