# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rate limit of an account, so that a client's pauses can be tested against one that really counts."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Limits:
    """Fixed windows that open with an account's first request; `per_second` and `per_minute` both hold if both are set.

    A refused request does not count: the documents of both clouds count calls that were let through.
    """

    per_second: int | None = None
    per_minute: int | None = None
    _windows: dict[tuple[str, float], tuple[float, int]] = field(default_factory=dict, repr=False)

    def take(self, account: str, now: float) -> float:
        """Count one request and return 0.0, or return the seconds until the next one is let through."""
        spans = [(1.0, self.per_second), (60.0, self.per_minute)]
        opened: list[tuple[tuple[str, float], float, int]] = []
        for span, allowed in spans:
            if allowed is None:
                continue
            start, count = self._windows.get((account, span), (now, 0))
            if now - start >= span:
                start, count = now, 0
            if count >= allowed:
                return start + span - now
            opened.append(((account, span), start, count + 1))
        for key, start, count in opened:
            self._windows[key] = (start, count)
        return 0.0

    def forget(self) -> None:
        self._windows.clear()
