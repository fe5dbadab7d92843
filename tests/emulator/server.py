# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator: both clouds on one loopback port, in the background of a test."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable
from email.utils import formatdate
from itertools import count
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from .answers import Answer, Refusal
from .api import Api, Rearrange, keep
from .catalogue import Catalogue
from .faults import Exchange, Fault
from .jdcloud import JDCloud
from .limits import Limits
from .loop_thread import LoopThread
from .metadata import PAGES
from .nonces import Nonces
from .qcloud2 import PATH as QCLOUD2_PATH
from .qcloud2 import QCloud2
from .qcloud3 import QCloud3
from .received import Received

JDCLOUD, QCLOUD2, QCLOUD3 = JDCloud(), QCloud2(), QCloud3()
# Larger than what any of the APIs takes, so that it is they who refuse a long URL, not the parser below them.
LONGEST_LINE = 128 * 1024


class Emulator:
    """Attributes are read at each request: a test may change them while the emulator runs.

    `limits`, `latency` (seconds before each answer), `clock_skew` (seconds added to the server's clock),
    `api_2_closed` (code 4300 for everybody), `codes_as_text` (2.0 numbers as strings), `old_image_sources` (JD Cloud
    answers with jcloud, marketplace, self and share), `strict` (false: neither signature, time nor nonce is checked).
    """

    def __init__(
        self,
        latency: float = 0.0,
        tls: ssl.SSLContext | None = None,
        limits: Limits | None = None,
        strict: bool = True,
        now: Callable[[], float] = time.time,
        catalogue: Catalogue | None = None,
        port: int = 0,
    ) -> None:
        self.catalogue = catalogue or Catalogue()
        self.requests: list[Received] = []
        self.faults: list[Fault] = []
        self.nonces = Nonces()
        self.now = now
        self.url = ""
        self._tls = tls
        self._port = port
        self._initial = (latency, limits, strict)
        self._request_ids = count(1)
        self._set_switches()

    def _set_switches(self) -> None:
        self.metadata = dict(PAGES)
        self.latency, self.limits, self.strict = self._initial
        self.clock_skew = 0.0
        self.api_2_closed = False
        self.codes_as_text = False
        self.old_image_sources = False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        self._thread = LoopThread("cloud emulator")
        port = self._thread.start(self._listen)
        self.url = f"{'https' if self._tls else 'http'}://127.0.0.1:{port}"

    def stop(self) -> None:
        if self._thread.loop.is_running():
            asyncio.run_coroutine_threadsafe(self._close(), self._thread.loop).result(timeout=10)
        self._thread.stop()

    def reset(self) -> None:
        """As if just started, on the same port."""
        self.requests.clear()
        self.faults.clear()
        self.nonces.forget()
        self.catalogue.restore()
        self._set_switches()
        if self.limits:
            self.limits.forget()

    def clock(self) -> float:
        return self.now() + self.clock_skew

    async def _listen(self) -> int:
        self._http = NumberedConnections(
            self._handle,
            handler_cancellation=True,
            access_log=None,
            max_line_size=LONGEST_LINE,
            max_field_size=LONGEST_LINE,
            auto_decompress=False,
        )
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._http, "127.0.0.1", self._port, ssl=self._tls, backlog=512)
        return int(self._server.sockets[0].getsockname()[1])

    async def _close(self) -> None:
        self._server.close()
        for connection in self._http.connections:
            if connection.transport is not None:
                connection.transport.abort()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        received = Received(
            method=request.method,
            raw_path=request.raw_path,
            headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.raw_headers],
            body=await request.content.read(),
            connection=self._http.number_of(request.protocol),
            at=time.monotonic(),
        )
        if received.path.startswith(("/metadata/", "/latest/")):
            page = self.metadata.get(received.path)
            return web.Response(status=404 if page is None else 200, text=page or "")
        api = api_of(received.path)
        api.read(received)
        self.requests.append(received)
        if self.latency:
            await asyncio.sleep(self.latency)
        exchange = Exchange(request, received, api, self, self._admit(api, received))
        fault = next((one for one in list(self.faults) if one.strikes(received)), None)
        if fault:
            received.fault = getattr(fault.action, "__name__", "fault")
            return await fault.action(exchange)
        return exchange.response(exchange.answer())

    def _admit(self, api: Api, received: Received) -> Refusal | None:
        try:
            account = api.authenticate(received, self)
        except Refusal as refusal:
            return refusal.with_traceback(None)
        if self.limits and self.limits.take(account, time.monotonic()):
            return api.throttled
        return None

    def answer(self, api: Api, received: Received, refusal: Refusal | None, rearrange: Rearrange = keep) -> Answer:
        """What the API says to this request; `refusal` is what was decided before the API proper was asked."""
        request_id = next(self._request_ids)
        try:
            if refusal:
                raise refusal
            answer = api.accepted(api.describe(received, self.catalogue, rearrange), request_id)
            received.verdict = "ok"
        except Refusal as said:
            # Some refusals are one object for all requests: each raise would add to its traceback.
            said.with_traceback(None)
            answer = api.refused(received, said, request_id)
            received.verdict = str(said.code)
        if api is QCLOUD2 and self.codes_as_text:
            answer.document.update(
                {name: str(answer.document[name]) for name in ("code", "totalCount") if name in answer.document}
            )
        if api is JDCLOUD and self.old_image_sources:
            answer.document = with_old_image_sources(answer.document)
        answer.headers["Date"] = formatdate(self.clock(), usegmt=True)
        return answer


OLD_IMAGE_SOURCES = {"public": "jcloud", "thirdparty": "marketplace", "private": "self", "shared": "share"}


def with_old_image_sources(document: dict[str, Any]) -> dict[str, Any]:
    def old(image: dict[str, Any]) -> dict[str, Any]:
        return {**image, "imageSource": OLD_IMAGE_SOURCES.get(image["imageSource"], image["imageSource"])}

    result = document.get("result", {})
    if "images" in result:
        return {**document, "result": {**result, "images": [old(image) for image in result["images"]]}}
    if "image" in result:
        return {**document, "result": {"image": old(result["image"])}}
    return document


def api_of(path: str) -> Api:
    if path == QCLOUD2_PATH:
        return QCLOUD2
    return QCLOUD3 if path == "/" else JDCLOUD


class NumberedConnections(web.Server):
    """Tells TCP connections apart, so that a test can see whether a client keeps them alive."""

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)  # type: ignore[arg-type]
        self._numbers: dict[RequestHandler, int] = {}
        self._count = count(1)

    def connection_made(self, handler: RequestHandler, transport: asyncio.Transport) -> None:
        self._numbers[handler] = next(self._count)
        super().connection_made(handler, transport)

    def connection_lost(self, handler: RequestHandler, exc: BaseException | None = None) -> None:
        self._numbers.pop(handler, None)
        super().connection_lost(handler, exc)

    def number_of(self, handler: RequestHandler) -> int:
        return self._numbers.get(handler, 0)
