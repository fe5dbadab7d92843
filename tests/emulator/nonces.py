# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory of the nonces an API has seen, because a replayed request is refused."""

from __future__ import annotations

# No document of either cloud gives the lifetime of a nonce. Fifteen minutes is beyond any clock skew that is let
# through, so a replay is refused either by its nonce or by its age.
LIFETIME = 15 * 60


class Nonces:
    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], float] = {}

    def is_replay(self, account: str, nonce: str, now: float) -> bool:
        """Remember the nonce; true if the account has used it before within the lifetime."""
        first = self._seen.get((account, nonce))
        if first is not None and abs(now - first) < LIFETIME:
            return True
        self._seen[account, nonce] = now
        if len(self._seen) > 100_000:
            self._seen = {key: at for key, at in self._seen.items() if abs(now - at) < LIFETIME}
        return False

    def forget(self) -> None:
        self._seen.clear()
