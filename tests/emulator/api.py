# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the server asks of an API, so that it can serve three of them without knowing any."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from .answers import Answer, Refusal
from .catalogue import Catalogue
from .nonces import Nonces
from .received import Received

Image = dict[str, Any]
Rearrange = Callable[[list[Image]], list[Image]]
"""What a fault does to the images that match, before they are cut into pages."""


class Account(Protocol):
    """The part of the emulator that decides who may come in."""

    strict: bool
    nonces: Nonces
    api_2_closed: bool

    def clock(self) -> float:
        """Seconds since 1970, as the cloud sees them."""


class Api(Protocol):
    throttled: Refusal
    quota_exceeded: Refusal
    replayed: Refusal

    def read(self, received: Received) -> None:
        """Fill in which API was called, its decoded parameters and the page asked for; never raises."""

    def authenticate(self, received: Received, account: Account) -> str:
        """The key the request was signed with, or a Refusal."""

    def describe(self, received: Received, catalogue: Catalogue, rearrange: Rearrange) -> dict[str, Any]:
        """The answer's document without what is different in every answer, or a Refusal."""

    def accepted(self, document: dict[str, Any], request_id: int) -> Answer:
        """The success as sent."""

    def refused(self, received: Received, refusal: Refusal, request_id: int) -> Answer:
        """The error as sent."""


def keep(images: list[Image]) -> list[Image]:
    return images


def whole_number(text: Any) -> int | None:
    """Digits only: clients must not rely on a cloud that would also take ` 1`, `+1` or `1_0`."""
    if isinstance(text, int) and not isinstance(text, bool):
        return text
    if isinstance(text, str) and text.isascii() and text.isdigit():
        return int(text)
    return None
