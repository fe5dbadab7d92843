# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request as it came over the wire, kept so that a test can say what a client really sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Received:
    method: str
    raw_path: str
    """Path and query exactly as received, nothing decoded."""
    headers: list[tuple[str, str]]
    """In the order and spelling of the wire."""
    body: bytes
    connection: int
    """Equal for requests that came over the same TCP connection."""
    at: float
    """`time.monotonic()` at arrival."""
    api: str = "unknown"
    parameters: dict[str, Any] = field(default_factory=dict)
    page: int | None = None
    verdict: str = ""
    """`ok`, or the error code the emulator answered with."""
    fault: str | None = None
    """The name of the fault that was played on this request, if one was."""

    @property
    def path(self) -> str:
        return self.raw_path.partition("?")[0]

    @property
    def query(self) -> str:
        return self.raw_path.partition("?")[2]

    def header(self, name: str) -> str | None:
        """The trimmed value of the first header of that name in any spelling."""
        wanted = name.lower()
        return next((value.strip() for key, value in self.headers if key.lower() == wanted), None)
