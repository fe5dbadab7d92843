# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A forward proxy to loopback, so that a test can see whether a client uses proxies, and what it tells them."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self
from urllib.parse import urlsplit

from .loop_thread import LoopThread

LOOPBACK = ("127.0.0.1", "localhost")
Mode = Literal["works", "always 407", "basic", "drops the tunnel"]


@dataclass
class ProxyRequest:
    method: str
    target: str
    """As on the wire: `host:port` for CONNECT, otherwise the absolute URI."""
    headers: list[tuple[str, str]]
    verdict: int
    """The status the proxy answered with; 200 for a tunnel or forwarded request."""


class Proxy:
    """`mode` is read at each request; "basic" wants `user` and `password`, "drops the tunnel" right after its 200.

    With `tls` a client has to speak TLS to the proxy itself, by the name localhost.
    """

    def __init__(
        self,
        mode: Mode = "works",
        user: str = "proxyuser",
        password: str = "proxy-example",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._tls = tls
        self.mode: Mode = mode
        self.requests: list[ProxyRequest] = []
        self.url = ""
        self._expected = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        self.user, self.password = user, password

    def __enter__(self) -> Self:
        self._thread = LoopThread("proxy")
        port = self._thread.start(self._listen)
        self.url = f"https://localhost:{port}" if self._tls else f"http://127.0.0.1:{port}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._thread.loop.call_soon_threadsafe(self._server.close)
        self._thread.stop()

    async def _listen(self) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        return int(self._server.sockets[0].getsockname()[1])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._one_request(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _one_request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, dummy = head[0].split(" ", 2)
        lines = (line.partition(":") for line in head[1:] if line)
        headers = [(name, value.strip()) for name, dummy, value in lines]
        request = ProxyRequest(method, target, headers, self._verdict(method, target, headers))
        self.requests.append(request)
        if request.verdict != 200:
            reason = {407: "Proxy Authentication Required", 403: "Forbidden"}[request.verdict]
            challenge = 'Proxy-Authenticate: Basic realm="emulator"\r\n' if request.verdict == 407 else ""
            writer.write(f"HTTP/1.1 {request.verdict} {reason}\r\n{challenge}Content-Length: 0\r\n\r\n".encode())
            await writer.drain()
            return
        host, port = destination(method, target)
        upstream_reader, upstream_writer = await asyncio.open_connection(host, port)
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await writer.drain()
        else:
            upstream_writer.write(forwarded(request))
        try:
            if self.mode != "drops the tunnel":
                await relay(reader, writer, upstream_reader, upstream_writer)
        finally:
            upstream_writer.close()

    def _verdict(self, method: str, target: str, headers: list[tuple[str, str]]) -> int:
        authorization = next((value for name, value in headers if name.lower() == "proxy-authorization"), None)
        if self.mode == "always 407" or (self.mode == "basic" and authorization != self._expected):
            return 407
        return 200 if destination(method, target)[0] in LOOPBACK else 403


def destination(method: str, target: str) -> tuple[str, int]:
    parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
    return parts.hostname or "", parts.port or (443 if method == "CONNECT" else 80)


def forwarded(request: ProxyRequest) -> bytes:
    parts = urlsplit(request.target)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    # One request a connection: what follows on it might be meant for another host.
    kept = [(name, value) for name, value in request.headers if not name.lower().startswith(("proxy-", "connection"))]
    lines = [f"{request.method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in kept), "Connection: close"]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


async def relay(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    upstream_reader: asyncio.StreamReader,
    upstream_writer: asyncio.StreamWriter,
) -> None:
    """Copy both ways until the destination has said all, or the client has gone."""
    there = asyncio.create_task(copy(reader, upstream_writer))
    back = asyncio.create_task(copy(upstream_reader, writer))
    try:
        await asyncio.wait((there, back), return_when=asyncio.FIRST_COMPLETED)
        if there.done() and not back.done():
            await asyncio.wait((back,), timeout=1)
    finally:
        there.cancel()
        back.cancel()


async def copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while chunk := await source.read(65536):
            sink.write(chunk)
            await sink.drain()
