# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator as a program, for playbooks, the official command line tools and benchmarks."""

from __future__ import annotations

import argparse
import os
import signal
import ssl
import tempfile
import threading
import time
from pathlib import Path

from . import Catalogue, Emulator, Limits


def main() -> None:
    options = parse_options()
    tls = None
    if options.tls_cert:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(options.tls_cert, options.tls_key)
    limits = Limits(per_second=options.limit_per_second) if options.limit_per_second else None
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    emulator = Emulator(
        latency=options.latency / 1000, tls=tls, limits=limits, catalogue=Catalogue(options.images), port=options.port
    )
    with emulator:
        if options.ready_file:
            announce(options.ready_file, emulator.url)
        else:
            print(emulator.url, flush=True)
        deadline = time.monotonic() + options.seconds
        while time.monotonic() < deadline and not orphaned(options.with_parent):
            if stop.wait(min(0.5, max(0.0, deadline - time.monotonic()))):
                break


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--ready-file", type=Path, help="gets the URL as soon as the emulator listens")
    parser.add_argument("--latency", type=float, default=0.0, help="milliseconds before each answer")
    parser.add_argument("--images", type=int, default=300, help="images per source")
    parser.add_argument("--limit-per-second", type=int)
    parser.add_argument("--tls-cert")
    parser.add_argument("--tls-key")
    parser.add_argument("--with-parent", type=int, metavar="PID", help="stop when this process has gone")
    parser.add_argument("--for", dest="seconds", type=float, default=3600.0, help="seconds after which to stop")
    return parser.parse_args()


def announce(ready_file: Path, url: str) -> None:
    # Written beside and renamed: whoever waits for the file never reads half a URL.
    handle, name = tempfile.mkstemp(dir=ready_file.parent, prefix=ready_file.name)
    with os.fdopen(handle, "w") as unfinished:
        unfinished.write(url + "\n")
    os.replace(name, ready_file)


def orphaned(parent: int | None) -> bool:
    if parent is None:
        return False
    try:
        os.kill(parent, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


if __name__ == "__main__":
    main()
