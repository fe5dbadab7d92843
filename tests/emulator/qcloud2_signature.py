# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""API 2.0 signatures re-derived from a request as received, independent of any client."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl

from .received import Received

PUBLIC_HOST = "image.api.qcloud.com"


def transmitted_parameters(received: Received) -> list[tuple[str, str]]:
    """GET carries them in the query, POST only in the form: a query string beside a form is ignored."""
    text = received.query if received.method == "GET" else received.body.decode()
    return parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), errors="strict")


def signatures(received: Received, parameters: Mapping[str, str], secret_key: str) -> Iterator[str]:
    # "HmacSHA256" exactly; any other word means HmacSHA1.
    digest = hashlib.sha256 if parameters.get("SignatureMethod") == "HmacSHA256" else hashlib.sha1
    for host in signed_hosts(received.header("host") or ""):
        text = source_string(received.method, host, received.path, parameters)
        yield base64.b64encode(hmac.new(secret_key.encode(), text.encode(), digest).digest()).decode()


def signed_hosts(header: str) -> list[str]:
    """The documented host has no port; a client of a loopback port may sign what it sends, or the public name."""
    return list(dict.fromkeys([PUBLIC_HOST, header, header.partition(":")[0]]))


def source_string(method: str, host: str, path: str, parameters: Mapping[str, str]) -> str:
    signed = {
        # The underscore rule is for names in this string only; it comes before the sort, as in the official SDK.
        name.replace("_", "."): value
        for name, value in parameters.items()
        # The official SDK leaves a POST value that begins with "@" (once a file upload) out of the string.
        if name != "Signature" and not (method == "POST" and value.startswith("@"))
    }
    return f"{method}{host}{path}?" + "&".join(f"{name}={signed[name]}" for name in sorted(signed))
