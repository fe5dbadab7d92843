# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two doors to a query, the express lane and the plain module, and how what came out of them is compared."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

LANE = "express lane"
MODULE = "plain module"
OFF = "cncloud_images_express=false"

# What differs from run to run: IDs of requests, how the worker or its job was called, and when.
VOLATILE = {"request_id", "request_ids", "ansible_job_id", "results_file", "date"}
# Since core 2.19 Ansible notes under this name that failed_when overruled a module's failure, not an action plugin's.
ANSIBLES_OWN = {"failed_when_suppressed_exception"}
VARYING = [
    (r"\(request [0-9a-f-]+\)", "(request)"),
    (r"(?i)(nonce|timestamp)(=|: )\w+", r"\1\2VARYING"),
    (r"\d{8}T\d{6}Z", "DATE"),
    (r"clock is \d+ s", "clock is SECONDS"),
    (r"only \d+ s of total_timeout", "only SECONDS of total_timeout"),
    (r"the connection was lost \(\w+\)", "the connection was lost"),  # whether reading or writing notices first
    (r"ansible-tmp-[\d.-]+", "ansible-tmp"),
    (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
]
STAND_IN = """#!/bin/sh
exec '{real}' "$@" -e {off}
"""


def turn_off(folder: Path, path: str) -> str:
    """A ``PATH`` on which Ansible's commands run as before, only that they find the lane turned off."""
    folder.mkdir()
    first = path.partition(":")[0]
    for name in ("ansible", "ansible-playbook"):
        stand_in = folder / name
        stand_in.write_text(STAND_IN.format(real=f"{first}/{name}", off=OFF), encoding="utf-8")
        stand_in.chmod(0o755)
    return f"{folder}:{path}"


def comparable(value: Any) -> Any:
    """``value`` without what differs from run to run."""
    if isinstance(value, dict):
        return {
            name: comparable(inner)
            for name, inner in value.items()
            if name not in VOLATILE | ANSIBLES_OWN and not name.startswith("_ansible")
        }
    if isinstance(value, (list, tuple)):
        return [comparable(inner) for inner in value]
    if isinstance(value, str):
        for pattern, name in VARYING:
            value = re.sub(pattern, name, value)
    return value


def differences(left: Any, right: Any, place: str = "result") -> list[str]:
    """Where the lane (left) and the module (right) differ, one line each."""
    if isinstance(left, dict) and isinstance(right, dict):
        found = [f"{place}.{name}: only in the module's" for name in right if name not in left]
        for name in left:
            if name in right:
                found += differences(left[name], right[name], f"{place}.{name}")
            else:
                found.append(f"{place}.{name}: only in the lane's")
        return found
    if isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        return [
            line for n, pair in enumerate(zip(left, right, strict=True)) for line in differences(*pair, f"{place}[{n}]")
        ]
    return [] if left == right and type(left) is type(right) else [f"{place}: {left!r} and {right!r}"]
