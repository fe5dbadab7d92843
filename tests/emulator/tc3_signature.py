# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""TC3-HMAC-SHA256 signatures re-derived from a request as received, independent of any client."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import NamedTuple

from .received import Received

AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 Credential=(?P<secret_id>[^/,\s]+)/(?P<date>\d{4}-\d\d-\d\d)/(?P<service>[a-z0-9-]+)/tc3_request"
    r", ?SignedHeaders=(?P<signed_headers>[a-z0-9_;-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)


class Authorization(NamedTuple):
    secret_id: str
    date: str
    service: str
    signed_headers: str
    signature: str


def parse_authorization(header: str) -> Authorization | None:
    match = AUTHORIZATION.fullmatch(header)
    return Authorization(**match.groupdict()) if match else None


def signature(received: Received, authorization: Authorization, secret_key: str) -> str:
    text = string_to_sign(received, authorization)
    return hmac.new(signing_key(authorization, secret_key), text.encode(), hashlib.sha256).hexdigest()


def canonical_request(received: Received, signed: list[str]) -> str:
    if received.header("x-tc-content-sha256") == "UNSIGNED-PAYLOAD":
        payload = b"UNSIGNED-PAYLOAD"
    else:
        payload = b"" if received.method == "GET" else received.body
    headers = "".join(f"{name}:{canonical_header(received, name)}\n" for name in signed)
    return "\n".join(
        [received.method, "/", received.query, headers, ";".join(signed), hashlib.sha256(payload).hexdigest()]
    )


def canonical_header(received: Received, name: str) -> str:
    value = received.header(name) or ""
    # The documents sign x-tc-action in lower case; the host is signed as sent, even a whole URL.
    return value.lower() if name.startswith("x-tc-") else value


def string_to_sign(received: Received, authorization: Authorization) -> str:
    canonical = canonical_request(received, authorization.signed_headers.split(";"))
    scope = f"{authorization.date}/{authorization.service}/tc3_request"
    timestamp = received.header("x-tc-timestamp") or ""
    return "\n".join(["TC3-HMAC-SHA256", timestamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])


def signing_key(authorization: Authorization, secret_key: str) -> bytes:
    key = f"TC3{secret_key}".encode()
    for part in (authorization.date, authorization.service, "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key
