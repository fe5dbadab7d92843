# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# This module_utils is PRIVATE to the collection: it may change or vanish in any release.
"""The one exception of the collection, carrying what a person and a program need to see."""

from __future__ import annotations

import json
from typing import Any, Dict, Optional

KINDS = (
    "option",
    "credentials",
    "clock",
    "throttled",
    "not_found",
    "api",
    "network",
    "tls",
    "answer",
    "incomplete",
    "selection",
    "deadline",
)


class ImagesError(Exception):
    """A failure with its cause and its remedy.

    ``message`` says what happened, ``hint`` what to do about it. ``transient`` means that the same request may succeed
    when it is signed anew; ``throttled`` that every request of this account should pause; ``retry_after`` is the pause
    in seconds that the cloud asked for.
    """

    def __init__(
        self,
        kind: str,
        message: str,
        hint: str = "",
        code: Optional[str] = None,
        http_status: Optional[int] = None,
        request_id: Optional[str] = None,
        transient: bool = False,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.hint = hint
        self.code = code
        self.http_status = http_status
        self.request_id = request_id
        self.transient = transient
        self.endpoint: Optional[str] = None
        self.attempts = 0
        self.asked = ""
        self.retry_after = 0.0

    @property
    def throttled(self) -> bool:
        return self.kind == "throttled" and self.transient

    def sentence(self) -> str:
        """What was asked, what came back, what to do."""
        text = self.message
        if self.asked:
            text = f"{self.asked}: {text}"
        if self.attempts > 1:
            text = f"{text} (after {self.attempts} attempts)"
        if not self.hint:
            return text
        text = text.rstrip()
        stop = "" if text.endswith((".", "。")) else "."  # the cloud's own words are left as they are
        return f"{text}{stop} {self.hint}"

    def document(self) -> Dict[str, Any]:
        """The same for programs: the value of ``error`` in a failed result."""
        return {
            "kind": self.kind,
            "code": self.code,
            "message": self.message,
            "http_status": self.http_status,
            "request_id": self.request_id,
            "endpoint": self.endpoint,
            "attempts": self.attempts,
            "hint": self.hint or None,
        }


def option_error(option: str, problem: str, remedy: str) -> ImagesError:
    """An option that is refused before any request."""
    return ImagesError("option", f"{option} {problem}", remedy)


UNREADABLE = (ValueError, ArithmeticError, TypeError, RecursionError)
"""What Ansible's own check of the options lets through: for an infinite number, half a character, deep nesting."""


def unreadable_options(error: BaseException) -> ImagesError:
    return ImagesError(
        "option",
        f"the options cannot be read ({type(error).__name__})",
        "Look among them for an infinite number, a broken character or very deep nesting.",
    )


TOLERATED_SKEW = 300
"""Seconds: the documented limit of Tencent Cloud, taken for JD Cloud as well, which documents none."""


def signature_error(
    message: str,
    hint: str,
    skew: Optional[float],
    code: Optional[str],
    request_id: Optional[str],
    late: bool = False,
    replayed: bool = False,
) -> ImagesError:
    """A refused signature: the clock's fault if the cloud says so (``late``) or the clocks are too far apart.

    A nonce that was seen before (``replayed``) passes, because the next attempt has another.
    ``skew`` is the number of seconds by which this clock is ahead of the cloud's, None if the answer told no time.
    """
    clock = "The answer does not tell the cloud's time, so the clocks could not be compared."
    if skew is not None and abs(skew) < 2:  # the header tells whole seconds
        clock = "This machine's clock agrees with the cloud's."
    elif skew is not None:
        side = "ahead of" if skew > 0 else "behind"
        clock = f"This machine's clock is {abs(skew):.0f} s {side} the cloud's ({TOLERATED_SKEW} s are tolerated)."
    if late or (skew is not None and abs(skew) > TOLERATED_SKEW):
        remedy = "Set this machine's clock, best by NTP."
        if skew is not None and abs(skew) <= TOLERATED_SKEW:
            remedy = "So something on the way holds requests back: look at any proxy."
        return ImagesError("clock", message, f"{clock} {remedy}", code, None, request_id)
    if replayed:
        hint = "Each request has a nonce of its own: look for what sends requests twice, such as a proxy on the way."
    return ImagesError("credentials", message, f"{hint} {clock}", code, None, request_id, transient=replayed)


def answer_error(what: str, value: Any, request_id: Optional[str] = None, shown: str = "") -> ImagesError:
    """An answer that is not of the documented shape; the next one may be. ``shown`` tells ``value`` in better words."""
    return ImagesError(
        "answer",
        f"the answer holds {shown or _told(value)} where {what} should be",
        "Check that endpoint is the cloud's API; if it is, please report this answer.",
        None,
        None,
        request_id,
        transient=True,
    )


def _told(value: Any) -> str:
    """What a JSON value is, in the words of JSON."""
    if value is None:
        return "nothing"
    if isinstance(value, (int, float)):
        return json.dumps(value) if abs(value) < 1e12 else "a number beyond measure"
    if isinstance(value, str):
        return "a text" if value else "an empty text"
    return "a list" if isinstance(value, list) else "an object"
