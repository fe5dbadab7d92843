# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# This module_utils is PRIVATE to the collection: it may change or vanish in any release.
"""Request signatures of JD Cloud and Tencent Cloud as pure functions: no clock, no randomness, no I/O.

Each algorithm is a chain of named steps, so that a failing vector names the first step that differs:
canonical request (or source string), string to sign, signature.

Sources: JD Cloud "Authorization Rules" (JDCLOUD2-HMAC-SHA256), the signer of the official Python SDK
(JDCLOUD3-HMAC-SHA256), Tencent Cloud "Signature v3" (TC3-HMAC-SHA256) and API 2.0 "Signature" (HmacSHA256).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import Iterable, Mapping, NamedTuple, Optional, Sequence, Tuple
from urllib.parse import quote, unquote_plus

Pairs = Sequence[Tuple[str, str]]


class Credentials(NamedTuple):
    """``key_id`` is public (access key, SecretId); ``secret`` signs; ``token`` comes with temporary credentials."""

    key_id: str
    secret: str
    token: Optional[str] = None


class Request(NamedTuple):
    """One HTTP request as it goes over the wire: ``path`` is encoded, ``query`` holds decoded pairs in wire order."""

    method: str
    scheme: str
    host: str
    path: str
    query: Pairs = ()
    headers: Mapping[str, str] = {}
    body: bytes = b""

    @property
    def url(self) -> str:
        query = encode_query(self.query)
        return f"{self.scheme}://{self.host}{self.path}" + (f"?{query}" if query else "")


def encode(text: str) -> str:
    """Percent-encode everything outside RFC 3986's unreserved characters, as UTF-8, in upper-case hexadecimal."""
    return quote(text, safe="-._~")


def encode_query(pairs: Iterable[Tuple[str, str]]) -> str:
    return "&".join(f"{encode(name)}={encode(value)}" for name, value in pairs)


# --- the shape that JDCLOUD2, JDCLOUD3 and TC3 share


def canonical_request(method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> str:
    """Six parts joined by line feeds; ``headers`` are those to be signed, ``query`` is the encoded query string."""
    lines = sorted((name.lower(), value.strip()) for name, value in headers.items())
    return "\n".join(
        [
            method,
            path,
            query,
            "".join(f"{name}:{value}\n" for name, value in lines),
            ";".join(name for name, value in lines),
            hashlib.sha256(body).hexdigest(),
        ]
    )


def string_to_sign(algorithm: str, date: str, scope: str, canonical: str) -> str:
    return "\n".join([algorithm, date, scope, hashlib.sha256(canonical.encode("utf-8")).hexdigest()])


def scoped_signature(prefix: str, secret: str, scope: str, text: str) -> str:
    """Derive the day's key along the parts of ``scope``, then sign ``text``: lower-case hexadecimal."""
    key = (prefix + secret).encode("utf-8")
    for part in scope.split("/"):
        key = _hmac_sha256(key, part)
    return _hmac_sha256(key, text).hex()


def authorization(algorithm: str, key_id: str, scope: str, headers: Mapping[str, str], signature: str) -> str:
    names = ";".join(sorted(name.lower() for name in headers))
    return f"{algorithm} Credential={key_id}/{scope}, SignedHeaders={names}, Signature={signature}"


def _hmac_sha256(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode("utf-8"), hashlib.sha256).digest()


# --- JD Cloud


def jdcloud_canonical_path(path: str, version: int = 2) -> str:
    """The encoded path with what RFC 3986 reserves encoded as well (``:`` becomes ``%3A``) and ``/`` and ``%`` kept.

    JDCLOUD3's official signer decodes the whole path first: an encoded slash is signed as a slash, several as one.
    """
    if version == 3:
        return re.sub("/{2,}", "/", quote(unquote_plus(path), safe="/-._~")) or "/"
    return quote(path, safe="/%-._~") or "/"


def sign_jdcloud(
    request: Request, credentials: Credentials, region: str, service: str, date: str, nonce: str, version: int = 2
) -> Request:
    """Sign with JDCLOUD2-HMAC-SHA256, or with JDCLOUD3 if ``version`` is 3.

    ``date`` is UTC as ``YYYYMMDDTHHMMSSZ``, ``nonce`` any text never used before. The query is sorted here, so the wire
    carries exactly what was signed.
    """
    algorithm, terminator = f"JDCLOUD{version}-HMAC-SHA256", f"jdcloud{version}_request"
    # By the encoded name and value: sorting the decoded text would place characters outside ASCII elsewhere.
    query = sorted(request.query, key=lambda pair: (encode(pair[0]), encode(pair[1])))
    headers = {
        "content-type": "application/json",
        "host": request.host,
        "x-jdcloud-date": date,
        "x-jdcloud-nonce": nonce,
    }
    if credentials.token:
        # The official Python, Go and Java SDKs all send the base64 form of the token that the caller gave.
        headers["x-jdcloud-security-token"] = base64.b64encode(credentials.token.encode("utf-8")).decode("ascii")
    scope = f"{date[:8]}/{region}/{service}/{terminator}"
    canonical = canonical_request(
        request.method, jdcloud_canonical_path(request.path, version), encode_query(query), headers, request.body
    )
    signature = scoped_signature(
        f"JDCLOUD{version}", credentials.secret, scope, string_to_sign(algorithm, date, scope, canonical)
    )
    signed = dict(headers, authorization=authorization(algorithm, credentials.key_id, scope, headers, signature))
    return request._replace(query=query, headers={**request.headers, **signed})


# --- Tencent Cloud API 3.0


def sign_tc3(request: Request, credentials: Credentials, service: str, date: str, timestamp: int) -> Request:
    """Sign with TC3-HMAC-SHA256: ``timestamp`` in seconds, ``date`` its UTC day as ``YYYY-MM-DD``.

    ``content-type`` and ``host`` are signed, as in the official SDKs.
    """
    headers = {"content-type": request.headers["content-type"], "host": request.host}
    scope = f"{date}/{service}/tc3_request"
    canonical = canonical_request(request.method, request.path, encode_query(request.query), headers, request.body)
    algorithm = "TC3-HMAC-SHA256"
    signature = scoped_signature(
        "TC3", credentials.secret, scope, string_to_sign(algorithm, str(timestamp), scope, canonical)
    )
    signed = {
        "host": request.host,
        "x-tc-timestamp": str(timestamp),
        "authorization": authorization(algorithm, credentials.key_id, scope, headers, signature),
    }
    if credentials.token:
        signed["x-tc-token"] = credentials.token
    return request._replace(headers={**request.headers, **signed})


# --- QCloud API 2.0


def qcloud_source_string(method: str, host: str, path: str, parameters: Pairs) -> str:
    """Raw values, names sorted by ASCII with ``_`` written as ``.``; ``host`` without scheme or port."""
    named = sorted((name.replace("_", "."), value) for name, value in parameters)
    return f"{method}{host}{path}?" + "&".join(f"{name}={value}" for name, value in named)


def qcloud_signature(secret: str, source_string: str, method: str = "HmacSHA256") -> str:
    """Base64 of the HMAC; anything but exactly ``HmacSHA256`` means HmacSHA1 to this API."""
    digest = hashlib.sha256 if method == "HmacSHA256" else hashlib.sha1
    mac = hmac.new(secret.encode("utf-8"), source_string.encode("utf-8"), digest)
    return base64.b64encode(mac.digest()).decode("ascii")


def sign_qcloud(request: Request, credentials: Credentials, timestamp: int, nonce: int) -> Request:
    """Add the common parameters and the Signature of API 2.0: ``timestamp`` in seconds, ``nonce`` a positive number."""
    parameters = [
        *request.query,
        ("Nonce", str(nonce)),
        ("SecretId", credentials.key_id),
        ("SignatureMethod", "HmacSHA256"),
        ("Timestamp", str(timestamp)),
    ]
    if credentials.token:
        parameters.append(("Token", credentials.token))
    parameters.sort()
    source = qcloud_source_string(request.method, host_name(request.host), request.path, parameters)
    parameters.append(("Signature", qcloud_signature(credentials.secret, source)))
    return request._replace(query=parameters)


def host_name(authority: str) -> str:
    """``authority`` without its port: ``[::1]:80`` is ``[::1]``."""
    name, colon, port = authority.rpartition(":")
    return name if colon and port.isdigit() and (not name.startswith("[") or name.endswith("]")) else authority
