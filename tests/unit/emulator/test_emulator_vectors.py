# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator's signature checks re-derive every vector made by the official SDKs and documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from emulator import jdcloud_signature, qcloud2_signature, tc3_signature
from emulator.received import Received

VECTORS = Path(__file__).parent.parent / "vectors"


def vectors(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def received(method: str, raw_path: str, headers: dict[str, str], body: str | None) -> Received:
    return Received(method, raw_path, list(headers.items()), (body or "").encode(), connection=1, at=0.0)


def named(vector: dict[str, Any]) -> str:
    return f"{vector['name']}-{vector.get('algorithm', '')[:8]}"


def raw_path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


@pytest.mark.parametrize("field", ["url", "recommended_url_to_send"])
@pytest.mark.parametrize("vector", vectors("jdcloud_signing")["vectors"], ids=named)
def test_a_jdcloud_sdk_signature_is_derived_from_the_request_on_the_wire(vector: dict[str, Any], field: str) -> None:
    headers = {"Host": vector["host"], **vector["headers_given"]}
    request = received(vector["method"], raw_path(vector[field]), headers, vector["body"])
    authorization = jdcloud_signature.parse_authorization(vector["authorization"])
    assert authorization
    signed = authorization.signed_headers.split(";")
    canonical = list(jdcloud_signature.canonical_requests(request, authorization.version, signed))
    assert vector["canonical_request"] in canonical
    text = jdcloud_signature.string_to_sign(authorization, vector["date"], vector["canonical_request"])
    assert text == vector["string_to_sign"]
    assert authorization.signature in jdcloud_signature.signatures(request, authorization, vector["secret_key"])


@pytest.mark.parametrize("vector", vectors("jdcloud_signing")["published"], ids=named)
def test_a_published_jdcloud_example_is_derived(vector: dict[str, Any]) -> None:
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in vector["query"])
    path = quote(vector["path"], safe="/:") + (f"?{query}" if query else "")
    headers = {"x-jdcloud-date": vector["date"], **vector["headers_signed"]}
    request = received(vector["method"], path, headers, vector["body"])
    version = vector["algorithm"][7]
    authorization = jdcloud_signature.Authorization(
        algorithm=vector["algorithm"],
        access_key=vector["access_key"],
        date=vector["date"][:8],
        region=vector["region"],
        service=vector["service"],
        terminator=f"jdcloud{version}_request",
        signed_headers=";".join(sorted(name.lower() for name in vector["headers_signed"])),
        signature=vector["signature_published"],
    )
    assert authorization.signature in jdcloud_signature.signatures(request, authorization, vector["secret_key"])


def test_an_explicit_default_port_is_signed_without_it_or_as_sent() -> None:
    request = received("GET", "/", {"Host": "vm.jdcloud-api.com:443"}, "")
    assert jdcloud_signature.canonical_headers(request, ["host"]) == [
        "host:vm.jdcloud-api.com:443\n",
        "host:vm.jdcloud-api.com\n",
    ]


def test_an_encoded_slash_in_a_path_may_be_signed_either_way() -> None:
    assert jdcloud_signature.canonical_paths("/v1/images/a%2Fb", "2") == ["/v1/images/a%2Fb", "/v1/images/a/b"]


@pytest.mark.parametrize("vector", vectors("qcloud_v2_signing")["vectors"], ids=named)
def test_an_api_2_signature_is_derived_from_the_request_on_the_wire(vector: dict[str, Any]) -> None:
    request = received(vector["method"], raw_path(vector["url"]), {"Host": vector["host"]}, vector["body"])
    parameters = dict(qcloud2_signature.transmitted_parameters(request))
    assert parameters["Signature"] == vector["signature"]
    text = qcloud2_signature.source_string(vector["method"], vector["host"], vector["path"], parameters)
    assert text == vector["source_string"]
    assert vector["signature"] in qcloud2_signature.signatures(request, parameters, vector["secret_key"])


TC3 = [vector for vector in vectors("tc3_signing")["vectors"] if "authorization" in vector]


@pytest.mark.parametrize("vector", TC3, ids=named)
def test_a_tc3_signature_is_derived_from_the_request_on_the_wire(vector: dict[str, Any]) -> None:
    request = received(vector["method"], raw_path(vector["url"]), vector["headers"], vector["body"])
    authorization = tc3_signature.parse_authorization(vector["authorization"])
    assert authorization
    signed = authorization.signed_headers.split(";")
    assert tc3_signature.canonical_request(request, signed) == vector["canonical_request"]
    assert tc3_signature.string_to_sign(request, authorization) == vector["string_to_sign"]
    assert tc3_signature.signature(request, authorization, vector["secret_key"]) == vector["signature"]
