# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an API decides about a request, apart from how it is put on the wire."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Answer:
    status: int
    document: Any
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        # Both clouds send UTF-8 letters as they are, not \u escapes: a client that guesses the charset must show it.
        return json.dumps(self.document, ensure_ascii=False, separators=(",", ":")).encode()


class Refusal(Exception):  # noqa: N818  refusing is what the API does, as intended, not an error of this code
    """An API's documented error: `code` is its own word for it, `chinese` the message where it has two languages."""

    def __init__(self, code: str | int, message: str, http_status: int = 200, chinese: str | None = None) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.http_status = http_status
        self.chinese = chinese or message
