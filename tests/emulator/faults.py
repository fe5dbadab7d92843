# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong on the way to a cloud, on request; every fault is deterministic and bounded."""

from __future__ import annotations

import asyncio
import socket
import struct
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .answers import Answer, Refusal
from .api import Api, Rearrange, keep
from .received import Received

if TYPE_CHECKING:
    from .server import Emulator

LONGEST = 120.0
"""Seconds after which even a hanging fault ends."""


class Exchange:
    """One request and the means to answer it properly, in part or not at all."""

    def __init__(
        self, request: web.BaseRequest, received: Received, api: Api, cloud: Emulator, refusal: Refusal | None
    ) -> None:
        self.request = request
        self.received = received
        self.api = api
        self.cloud = cloud
        self._refusal = refusal

    def answer(self, rearrange: Rearrange = keep) -> Answer:
        """What the cloud would say if nothing went wrong."""
        return self.cloud.answer(self.api, self.received, self._refusal, rearrange)

    def refuse(self, refusal: Refusal) -> Answer:
        """An error in the API's own form, whatever the request deserved."""
        return self.cloud.answer(self.api, self.received, refusal)

    def response(self, answer: Answer) -> web.Response:
        return web.Response(status=answer.status, body=answer.body, headers={"Server": "emulator", **answer.headers})

    async def begin(self, headers: Mapping[str, str], status: int = 200) -> web.StreamResponse:
        """Send the head of an answer whose body the fault writes itself."""
        response = web.StreamResponse(status=status, headers={"Server": "emulator", **headers})
        await response.prepare(self.request)
        return response

    def write(self, wire: bytes) -> None:
        """Put bytes on the connection behind the back of HTTP."""
        if self.request.transport is not None:
            self.request.transport.write(wire)

    def close(self) -> web.StreamResponse:
        if self.request.transport is not None:
            self.request.transport.close()
        return ConnectionGone()

    def reset(self) -> web.StreamResponse:
        """End the connection with RST: closing with a linger time of zero throws away what is still unsent."""
        transport = self.request.transport
        if transport is not None:
            endpoint = transport.get_extra_info("socket")
            endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()
        return ConnectionGone()


class ConnectionGone(web.StreamResponse):
    """Tells the HTTP server that there is nobody left to answer."""

    async def prepare(self, request: web.BaseRequest) -> None:
        raise ConnectionResetError("ended by a fault")


Action = Callable[[Exchange], Awaitable[web.StreamResponse]]


@dataclass
class Fault:
    """Play `action` on requests that match, `times` of them (None: for ever) after `after` were let through.

    `api` is a pattern for the API's name such as `jdcloud.*` or `qcloud.3.0`, `page` the 1-based page asked for. Of
    several faults that match a request the first one due is played; those behind it do not count the request.
    """

    action: Action
    api: str | None = None
    page: int | None = None
    times: int | None = 1
    after: int = 0
    _seen: int = field(default=0, init=False, repr=False)

    def strikes(self, received: Received) -> bool:
        if self.api is not None and not fnmatchcase(received.api, self.api):
            return False
        if self.page is not None and received.page != self.page:
            return False
        self._seen += 1
        return self._seen > self.after and (self.times is None or self._seen <= self.after + self.times)


def named(name: str) -> Callable[[Action], Action]:
    """Let a configured action carry the name tests see in `Received.fault`."""

    def rename(action: Action) -> Action:
        action.__name__ = name
        return action

    return rename


async def reset_before_answer(exchange: Exchange) -> web.StreamResponse:
    exchange.answer()
    return exchange.reset()


async def reset_inside_answer(exchange: Exchange) -> web.StreamResponse:
    answer = exchange.answer()
    response = await exchange.begin({**answer.headers, "Content-Length": str(len(answer.body))}, answer.status)
    await response.write(answer.body[: len(answer.body) // 2])
    # A reset throws away what the other side has not read yet: without a pause it would come before the answer.
    await asyncio.sleep(0.05)
    return exchange.reset()


async def close_before_answer(exchange: Exchange) -> web.StreamResponse:
    exchange.answer()
    return exchange.close()


async def cut_body(exchange: Exchange) -> web.StreamResponse:
    """Content-Length promises the whole body, the connection ends in an orderly way half through it."""
    answer = exchange.answer()
    response = await exchange.begin({**answer.headers, "Content-Length": str(len(answer.body))}, answer.status)
    await response.write(answer.body[: len(answer.body) // 2])
    return exchange.close()


def hang(seconds: float = LONGEST) -> Action:
    """No answer at all for so long, then the connection closes."""

    @named("hang")
    async def action(exchange: Exchange) -> web.StreamResponse:
        exchange.answer()
        await asyncio.sleep(min(seconds, LONGEST))
        return exchange.close()

    return action


def hang_inside_body(seconds: float = LONGEST) -> Action:
    @named("hang_inside_body")
    async def action(exchange: Exchange) -> web.StreamResponse:
        answer = exchange.answer()
        response = await exchange.begin({**answer.headers, "Content-Length": str(len(answer.body))}, answer.status)
        await response.write(answer.body[: len(answer.body) // 2])
        await asyncio.sleep(min(seconds, LONGEST))
        return exchange.close()

    return action


def drip_body(interval: float = 1.0) -> Action:
    """The right answer, one byte an `interval`: no single read ever waits long."""

    @named("drip_body")
    async def action(exchange: Exchange) -> web.StreamResponse:
        answer = exchange.answer()
        response = await exchange.begin({**answer.headers, "Content-Length": str(len(answer.body))}, answer.status)
        async with asyncio.timeout(LONGEST):
            for place in range(len(answer.body)):
                await response.write(answer.body[place : place + 1])
                await asyncio.sleep(interval)
        return response

    return bounded(action)


def drip_headers(interval: float = 1.0) -> Action:
    """The head of an answer, one byte an `interval`, without end."""

    @named("drip_headers")
    async def action(exchange: Exchange) -> web.StreamResponse:
        exchange.answer()
        exchange.write(b"HTTP/1.1 200 OK\r\nX-Padding: ")
        async with asyncio.timeout(LONGEST):
            while True:
                exchange.write(b"x")
                await asyncio.sleep(interval)

    return bounded(action)


def bounded(action: Action) -> Action:
    @named(getattr(action, "__name__", "fault"))
    async def closing(exchange: Exchange) -> web.StreamResponse:
        try:
            return await action(exchange)
        except TimeoutError:
            return exchange.close()

    return closing


def endless_body(size: int = 4 * 1024**3) -> Action:
    """A JSON answer that goes on for `size` bytes, without saying how long it is."""

    @named("endless_body")
    async def action(exchange: Exchange) -> web.StreamResponse:
        exchange.answer()
        response = await exchange.begin({"Content-Type": "application/json", "Connection": "close"})
        await response.write(b'{"requestId": "endless", "padding": "')
        block = b"x" * 65536
        async with asyncio.timeout(LONGEST):
            for dummy in range(size // len(block)):
                await response.write(block)
        await response.write(b'"}')
        return response

    return bounded(action)


def gzip_bomb(size: int = 2 * 1024**3) -> Action:
    """About a thousandth of `size` on the wire, a JSON text of `size` bytes once it is unpacked."""

    @named("gzip_bomb")
    async def action(exchange: Exchange) -> web.StreamResponse:
        exchange.answer()
        # Members of a gzip stream follow one another freely, so one packed block serves again and again.
        block = packed(b" " * 8 * 1024**2)
        response = await exchange.begin(
            {"Content-Type": "application/json", "Content-Encoding": "gzip", "Connection": "close"}
        )
        await response.write(packed(b'{"requestId": "bomb", "padding": '))
        async with asyncio.timeout(LONGEST):
            for dummy in range(size // (8 * 1024**2)):
                await response.write(block)
        await response.write(packed(b'""}'))
        return response

    return bounded(action)


def packed(plain: bytes) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, 31)
    return compressor.compress(plain) + compressor.flush()


def answer(status: int = 200, body: str | bytes = b"", headers: Mapping[str, str] | None = None) -> Action:
    """Any answer at all, such as a proxy's HTML page; text is sent as UTF-8, as text/html unless a type is given."""

    @named("answer")
    async def action(exchange: Exchange) -> web.StreamResponse:
        exchange.answer()
        text = body.encode() if isinstance(body, str) else body
        date = formatdate(exchange.cloud.clock(), usegmt=True)
        named_type = any(name.lower() == "content-type" for name in headers or {})
        default = {} if named_type else {"Content-Type": "text/html"}
        head = {"Server": "emulator", "Date": date, **default, **(headers or {})}
        return web.Response(status=status, body=text, headers=head)

    return action


def throttle(retry_after: int | str | None = None) -> Action:
    """The API's own word for "too many requests", with a Retry-After header (seconds or a date) on request."""

    @named("throttle")
    async def action(exchange: Exchange) -> web.StreamResponse:
        said = exchange.refuse(exchange.api.throttled)
        if retry_after is not None:
            said.headers["Retry-After"] = str(retry_after)
        return exchange.response(said)

    return action


async def quota_exceeded(exchange: Exchange) -> web.StreamResponse:
    """JD Cloud's other 429, which no waiting heals."""
    return exchange.response(exchange.refuse(exchange.api.quota_exceeded))


async def replayed_nonce(exchange: Exchange) -> web.StreamResponse:
    """The refusal of a request that was seen before, as a middlebox that sends twice provokes it."""
    return exchange.response(exchange.refuse(exchange.api.replayed))


def change_answer(change: Callable[[Any], Any]) -> Action:
    """`change` gets the answer's decoded JSON and returns the new one, or changes it in place and returns None."""

    @named("change_answer")
    async def action(exchange: Exchange) -> web.StreamResponse:
        said = exchange.answer()
        # Images in the document are the catalogue's own: a change of this answer must not reach the next.
        document = deep_copy(said.document)
        changed = change(document)
        said.document = document if changed is None else changed
        return exchange.response(said)

    return action


def deep_copy(document: Any) -> Any:
    if isinstance(document, dict):
        return {name: deep_copy(value) for name, value in document.items()}
    if isinstance(document, list):
        return [deep_copy(value) for value in document]
    return document


def shift_list(lose: int = 0, gain: int = 0) -> Action:
    """The list changes under the reader: the first `lose` matches vanish, or `gain` new ones come before them.

    Later pages move accordingly and the total changes with them. Play it from the second page on with
    `Fault(shift_list(lose=3), times=None, after=1)`.
    """

    def rearrange(images: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [newcomer(image, number) for number, image in enumerate(images[:gain])] + images[lose:]

    @named("shift_list")
    async def action(exchange: Exchange) -> web.StreamResponse:
        return exchange.response(exchange.answer(rearrange))

    return action


def newcomer(image: dict[str, Any], number: int) -> dict[str, Any]:
    """A copy of an image under an ID no other has."""
    key = "imageId" if "imageId" in image else "ImageId"
    return {**image, key: f"img-new{number:05d}"}
