# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator in a process of its own, so that it shares no interpreter with the command that is measured.

As a program it obeys one JSON line of orders after the other on stdin and answers each with one on stdout.
"""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

TESTS = Path(__file__).resolve().parent.parent
PAGE = 100
LONGEST = 3 * 3600.0
"""Seconds after which the program ends whatever happens."""


class Cloud:
    """Starts the program below; ``set_up`` and ``requests`` speak with it."""

    def __init__(self, tls_cert: Path | None = None, tls_key: Path | None = None) -> None:
        certificate = [str(tls_cert), str(tls_key)] if tls_cert and tls_key else []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmark.cloud", *certificate],
            env={**os.environ, "PYTHONPATH": str(TESTS)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        hello = self._answer()
        self.url: str = hello["url"]
        self.keys: dict[str, str] = hello["keys"]
        """The example keys, as variables of the environment."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)

    def set_up(self, images: int, latency: int) -> None:
        """Offer so many public images, and wait so many milliseconds before each answer."""
        self._order({"images": images, "latency": latency})

    def requests(self) -> int:
        """How many requests came since this was last asked; none of them may have been refused."""
        answer = self._order({})
        if answer["refused"]:
            raise RuntimeError(f"the emulator refused requests: {answer['refused']}")
        return int(answer["requests"])

    def _order(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin
        print(json.dumps(order), file=self._process.stdin, flush=True)
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the emulator ended")
        answer = json.loads(line)
        assert isinstance(answer, dict)
        return answer


def serve(certificate: list[str]) -> None:
    # Here and not above: the process that measures stays small, see the stopwatch.
    import threading

    from emulator import ACCESS_KEY, SECRET_ID, SECRET_KEY, SECRET_KEY_TENCENT, Catalogue, Emulator
    from emulator.answers import Answer, Refusal
    from emulator.api import Api, Rearrange, keep
    from emulator.received import Received

    class Ready(Answer):
        """An answer whose body is made once: the clouds' computers are not the one that measures."""

        ready = b""

        @property
        def body(self) -> bytes:
            return self.ready

    class QuickEmulator(Emulator):
        """Checks every request as ever, but looks a page up once only."""

        def __init__(self, tls: ssl.SSLContext | None) -> None:
            super().__init__(tls=tls, catalogue=Catalogue(0))
            self.ready: dict[Any, Ready] = {}

        def answer(self, api: Api, received: Received, refusal: Refusal | None, rearrange: Rearrange = keep) -> Answer:
            if refusal is not None:
                return super().answer(api, received, refusal, rearrange)
            # A nonce, a time and a signature are all that differs between two requests for a page.
            differs = ("Nonce", "Timestamp", "Signature", "SecretId")
            asked = {name: value for name, value in received.parameters.items() if name not in differs}
            page = (received.path, json.dumps(asked, sort_keys=True))
            if page not in self.ready:
                plain = super().answer(api, received, None, rearrange)
                if received.verdict != "ok":
                    return plain
                self.ready[page] = Ready(plain.status, plain.document, plain.headers)
                self.ready[page].ready = plain.body
            received.verdict = "ok"
            return self.ready[page]

    shelves: dict[int, dict[str, list[dict[str, Any]]]] = {}

    def shelf(count: int) -> dict[str, list[dict[str, Any]]]:
        if count not in shelves:
            # Only some public images are listed without asking for those that were taken off the market.
            images = Catalogue(count + count // 4 + 10).images
            public = (one for one in images["jdcloud.vm"] if one["imageSource"] == "public" and not one.get("offline"))
            tencent = (one for one in images["qcloud"] if one["ImageType"] == "PUBLIC_IMAGE")
            shelves.clear()
            shelves[count] = {"jdcloud.vm": list(islice(public, count)), "qcloud": list(islice(tencent, count))}
            assert all(len(each) == count for each in shelves[count].values())
        return shelves[count]

    tls = None
    if certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*certificate)
    alarm = threading.Timer(LONGEST, os._exit, [1])
    alarm.daemon = True
    alarm.start()
    with QuickEmulator(tls) as emulator:
        keys = {
            "JDCLOUD_ACCESS_KEY": ACCESS_KEY,
            "JDCLOUD_SECRET_KEY": SECRET_KEY,
            "TENCENTCLOUD_SECRET_ID": SECRET_ID,
            "TENCENTCLOUD_SECRET_KEY": SECRET_KEY_TENCENT,
        }
        print(json.dumps({"url": emulator.url, "keys": keys}), flush=True)
        for line in sys.stdin:
            order = json.loads(line)
            if "images" in order:
                emulator.ready.clear()
                emulator.catalogue.images.update(shelf(order["images"]))
                emulator.latency = order["latency"] / 1000
            refused = sorted({each.verdict for each in emulator.requests} - {"ok"})
            print(json.dumps({"requests": len(emulator.requests), "refused": refused}), flush=True)
            emulator.requests.clear()


if __name__ == "__main__":
    serve(sys.argv[1:])
