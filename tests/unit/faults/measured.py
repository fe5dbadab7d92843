# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A program that runs a module against a healthy cloud and then a broken one, and prints what the second cost."""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


def main() -> None:
    import conftest  # noqa: F401  makes the checkout a collection
    from unit.front_door import FrontDoor

    module, healthy, broken_one, text = sys.argv[1:]
    options = json.loads(text)

    def door(url: str) -> Any:
        return FrontDoor(module, cast(Any, SimpleNamespace(url=url, requests=[])), **options)

    door(healthy).fine()
    before, began = peak(), time.monotonic()
    result = door(broken_one)()
    cost = {"mib": (peak() - before) / 1024, "seconds": time.monotonic() - began}
    patience = time.monotonic() + 1.0
    while threading.active_count() > 1 and time.monotonic() < patience:
        time.sleep(0.01)  # a timer that is told to stop is still there for a moment
    print(json.dumps({**cost, "threads": threading.active_count(), "error": result.get("error")}))


def peak() -> int:
    """KiB of this program. Not ``ru_maxrss``, which begins at the peak of the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    main()
