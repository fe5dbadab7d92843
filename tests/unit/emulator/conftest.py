# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing by hand for the emulator's tests: a few lines of hashlib, shared with nothing they are to judge."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import requests
from emulator import ACCESS_KEY, SECRET_ID, SECRET_KEY, SECRET_KEY_TENCENT, Emulator


@pytest.fixture(scope="session")
def running_cloud() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def cloud(running_cloud: Emulator) -> Emulator:
    running_cloud.reset()
    return running_cloud


def chained(key: bytes, *parts: str) -> bytes:
    for part in parts:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


@pytest.fixture
def jdcloud(cloud: Emulator) -> Callable[..., requests.Response]:
    """GET of a JD Cloud path, signed in full unless a keyword says otherwise; `edit` changes the finished request."""

    def get(
        query: dict[str, Any] | None = None,
        path: str = "/v1/regions/cn-north-1/images",
        access_key: str = ACCESS_KEY,
        secret_key: str = SECRET_KEY,
        version: str = "2",
        service: str = "vm",
        region: str = "cn-north-1",
        nonce: str | None = None,
        at: float | None = None,
        token: str | None = None,
        signed: tuple[str, ...] = ("content-type", "host", "x-jdcloud-date", "x-jdcloud-nonce"),
        edit: Callable[[requests.PreparedRequest], None] | None = None,
        **options: Any,
    ) -> requests.Response:
        encoded = "&".join(
            f"{quote(name, safe='-_.~')}={quote(str(value), safe='-_.~')}"
            for name, value in sorted((query or {}).items())
        )
        date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() if at is None else at))
        headers = {
            "content-type": "application/json",
            "host": cloud.url.partition("//")[2],
            "x-jdcloud-date": date,
            "x-jdcloud-nonce": nonce or str(uuid.uuid4()),
        }
        if token is not None:
            headers["x-jdcloud-security-token"] = token
            signed = (*signed, "x-jdcloud-security-token") if version == "2" else signed
        signed = tuple(sorted(signed))
        lines = "".join(f"{name}:{headers[name]}\n" for name in signed)
        empty = hashlib.sha256(b"").hexdigest()
        canonical = "\n".join(["GET", path, encoded, lines, ";".join(signed), empty])
        scope = [date[:8], region, service, f"jdcloud{version}_request"]
        algorithm = f"JDCLOUD{version}-HMAC-SHA256"
        text = "\n".join([algorithm, date, "/".join(scope), hashlib.sha256(canonical.encode()).hexdigest()])
        key = chained(f"JDCLOUD{version}{secret_key}".encode(), *scope)
        signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        headers["authorization"] = (
            f"{algorithm} Credential={access_key}/{'/'.join(scope)}, SignedHeaders={';'.join(signed)}, "
            f"Signature={signature}"
        )
        url = f"{cloud.url}{path}" + (f"?{encoded}" if encoded else "")
        return sent(requests.Request("GET", url, headers=headers), edit, **options)

    return get


@pytest.fixture
def qcloud2(cloud: Emulator) -> Callable[..., requests.Response]:
    """An API 2.0 call; `edit` changes the finished request, `unsigned` is added to the parameters after signing."""

    def call(
        parameters: dict[str, Any] | None = None,
        method: str = "GET",
        secret_id: str = SECRET_ID,
        secret_key: str = SECRET_KEY_TENCENT,
        host: str = "image.api.qcloud.com",
        unsigned: dict[str, Any] | None = None,
        edit: Callable[[requests.PreparedRequest], None] | None = None,
        **options: Any,
    ) -> requests.Response:
        common = {
            "Action": "DescribeImages",
            "Region": "gz",
            "Timestamp": int(time.time()),
            "Nonce": random.randint(1, 2**63 - 1),
            "SecretId": secret_id,
            "SignatureMethod": "HmacSHA256",
        }
        everything = {name: value for name, value in {**common, **(parameters or {})}.items() if value is not None}
        digest = hashlib.sha256 if everything.get("SignatureMethod") == "HmacSHA256" else hashlib.sha1
        text = f"{method}{host}/v2/index.php?" + "&".join(f"{name}={everything[name]}" for name in sorted(everything))
        signature = base64.b64encode(hmac.new(secret_key.encode(), text.encode(), digest).digest()).decode()
        form = {**everything, "Signature": signature, **(unsigned or {})}
        url = f"{cloud.url}/v2/index.php"
        if method == "GET":
            return sent(requests.Request("GET", f"{url}?{urlencode(form)}"), edit, **options)
        return sent(requests.Request("POST", url, data=form), edit, **options)

    return call


@pytest.fixture
def qcloud3(cloud: Emulator) -> Callable[..., requests.Response]:
    """An API 3.0 call: POST with a JSON body, or GET with `query` as it shall stand on the wire."""

    def call(
        body: Any = None,
        method: str = "POST",
        query: str = "",
        secret_id: str = SECRET_ID,
        secret_key: str = SECRET_KEY_TENCENT,
        at: float | None = None,
        headers: dict[str, str | None] | None = None,
        signed: tuple[str, ...] = ("content-type", "host"),
        edit: Callable[[requests.PreparedRequest], None] | None = None,
        **options: Any,
    ) -> requests.Response:
        timestamp = int(time.time() if at is None else at)
        payload = "" if method == "GET" else body if isinstance(body, str) else json.dumps(body or {})
        form = "application/x-www-form-urlencoded" if method == "GET" else "application/json"
        everything = {
            "content-type": form,
            "host": cloud.url.partition("//")[2],
            "x-tc-action": "DescribeImages",
            "x-tc-version": "2017-03-12",
            "x-tc-region": "ap-guangzhou",
            "x-tc-timestamp": str(timestamp),
            **(headers or {}),
        }
        present = {name: value for name, value in everything.items() if value is not None}
        lines = "".join(f"{name}:{present[name].lower()}\n" for name in sorted(signed))
        digest = hashlib.sha256(payload.encode()).hexdigest()
        canonical = "\n".join([method, "/", query, lines, ";".join(sorted(signed)), digest])
        date = time.strftime("%Y-%m-%d", time.gmtime(timestamp))
        scope = [date, "cvm", "tc3_request"]
        hashed = hashlib.sha256(canonical.encode()).hexdigest()
        text = "\n".join(["TC3-HMAC-SHA256", str(timestamp), "/".join(scope), hashed])
        key = chained(f"TC3{secret_key}".encode(), *scope)
        signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        present["authorization"] = (
            f"TC3-HMAC-SHA256 Credential={secret_id}/{'/'.join(scope)}, SignedHeaders={';'.join(sorted(signed))}, "
            f"Signature={signature}"
        )
        url = f"{cloud.url}/" + (f"?{query}" if query else "")
        return sent(requests.Request(method, url, headers=present, data=payload.encode()), edit, **options)

    return call


def sent(
    request: requests.Request, edit: Callable[[requests.PreparedRequest], None] | None, **options: Any
) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        prepared = session.prepare_request(request)
        if edit:
            edit(prepared)
        return session.send(prepared, **{"timeout": 10, **options})
