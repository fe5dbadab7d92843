# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Image IDs and dates that are believable, unlike each other and the same on every run."""

from __future__ import annotations

from datetime import datetime, timedelta

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
PAIRS = [first + second for first in DIGITS for second in DIGITS]
# No factor 2 or 3 in common with 36: the step visits every ID before it repeats one.
STEP = 1_576_899_301_117
# Three images share each moment, and the list is not in the order of time.
FIRST = datetime(2019, 3, 1, 8, 0, 0)
TIMES = [FIRST + timedelta(days=(number * 37) % 1999, seconds=number) for number in range(1999)]
TEXT_TIMES = [at.strftime("%Y-%m-%d %H:%M:%S") for at in TIMES]
UTC_TIMES = [at.strftime("%Y-%m-%dT%H:%M:%SZ") for at in TIMES]


def image_id(number: int, length: int) -> str:
    """`img-` and an even number of base-36 digits."""
    rest = number * STEP
    text = ""
    for dummy in range(length // 2):
        rest, pair = divmod(rest, 1296)
        text = PAIRS[pair] + text
    return f"img-{text}"


def moment(index: int) -> int:
    """Where in the tables of times an image stands."""
    return index // 3 % 1999
