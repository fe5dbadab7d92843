# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""JDCLOUD2 and JDCLOUD3 signatures re-derived from a request as received, independent of any client."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, unquote, unquote_plus

from .received import Received

AUTHORIZATION = re.compile(
    r"(?P<algorithm>JDCLOUD[23]-HMAC-SHA256) "
    r"Credential=(?P<access_key>[^/,\s]+)/(?P<date>\d{8})/(?P<region>[^/,\s]+)/(?P<service>[^/,\s]+)"
    r"/(?P<terminator>jdcloud[23]_request), "
    r"SignedHeaders=(?P<signed_headers>[a-z0-9_;-]+), "
    r"Signature=(?P<signature>[0-9a-f]{64})"
)


class Authorization(NamedTuple):
    algorithm: str
    access_key: str
    date: str
    region: str
    service: str
    terminator: str
    signed_headers: str
    signature: str

    @property
    def version(self) -> str:
        return self.algorithm[7]

    @property
    def scope(self) -> str:
        return f"{self.date}/{self.region}/{self.service}/{self.terminator}"


def parse_authorization(header: str) -> Authorization | None:
    match = AUTHORIZATION.fullmatch(header)
    if not match:
        return None
    authorization = Authorization(**match.groupdict())
    return authorization if authorization.terminator == f"jdcloud{authorization.version}_request" else None


def signatures(received: Received, authorization: Authorization, secret_key: str) -> Iterator[str]:
    """Every signature the documents allow for this request; more than one only where they are silent."""
    key = signing_key(authorization, secret_key)
    for canonical in canonical_requests(received, authorization.version, authorization.signed_headers.split(";")):
        text = string_to_sign(authorization, received.header("x-jdcloud-date") or "", canonical)
        yield hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def canonical_requests(received: Received, version: str, signed: list[str]) -> Iterator[str]:
    body = hashlib.sha256(received.body).hexdigest()
    query = canonical_query(received.query, version)
    for path in canonical_paths(received.path, version):
        for headers in canonical_headers(received, signed):
            yield "\n".join([received.method, path, query, headers, ";".join(signed), body])


def canonical_paths(path: str, version: str) -> list[str]:
    if version == "3":
        # The Python SDK decodes the whole path, plus signs included, and folds repeated slashes before encoding.
        return [re.sub("/{2,}", "/", quote(unquote_plus(path), safe="/-_.~")) or "/"]
    segments = "/".join(quote(unquote(part), safe="-_.~") for part in path.split("/"))
    whole = quote(unquote(path), safe="/-_.~")
    # Whether an encoded slash inside a segment stays encoded is written nowhere.
    return list(dict.fromkeys([segments or "/", whole or "/"]))


def canonical_query(query: str, version: str) -> str:
    """Decode once, encode strictly, sort by name then value."""
    decode = unquote_plus if version == "3" else unquote
    pairs = []
    for piece in filter(None, query.split("&")):
        name, equals, value = piece.partition("=")
        if version == "3" and not (name and equals):
            # The official signer drops a parameter without a name or without an equals sign.
            continue
        pairs.append((decode(name), decode(value)))
    return "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in sorted(pairs))


def canonical_headers(received: Received, signed: list[str]) -> list[str]:
    """The signed headers as `name:value` lines; twice where the host carries a default port that signers drop."""
    values = {name: received.header(name) or "" for name in signed}
    variants = [values]
    if re.search(r":(80|443)$", values.get("host", "")):
        variants.append({**values, "host": values["host"].rpartition(":")[0]})
    return ["".join(f"{name}:{variant[name]}\n" for name in signed) for variant in variants]


def string_to_sign(authorization: Authorization, date: str, canonical_request: str) -> str:
    digest = hashlib.sha256(canonical_request.encode()).hexdigest()
    return f"{authorization.algorithm}\n{date}\n{authorization.scope}\n{digest}"


def signing_key(authorization: Authorization, secret_key: str) -> bytes:
    key = f"JDCLOUD{authorization.version}{secret_key}".encode()
    for part in (authorization.date, authorization.region, authorization.service, authorization.terminator):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key
