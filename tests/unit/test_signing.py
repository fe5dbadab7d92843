# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds each step of the signers against what the official SDKs and documents made, and the wire against the signers.

A vector has one test a step, so that a failure names the first step that differs.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import pytest
from ansible_collections.cncloud.images.plugins.module_utils import _signing
from ansible_collections.cncloud.images.plugins.module_utils._signing import Credentials, Request
from emulator import SECURITY_TOKEN, TEMPORARY_ACCESS_KEY, TEMPORARY_SECRET_KEY, Emulator, Received
from hypothesis import example, given, settings
from hypothesis import strategies as st
from unit.front_door import FrontDoor

VECTORS = Path(__file__).parent / "vectors"
Vector = dict[str, Any]


def load(name: str, part: str = "vectors") -> list[Vector]:
    vectors: list[Vector] = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))[part]
    return vectors


def each(vectors: list[Vector]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "vector", vectors, ids=[f"{vector['name']}-{vector.get('algorithm', '')[:8]}".rstrip("-") for vector in vectors]
    )


# --- JD Cloud, through the whole signer

PORT_443 = [vector for vector in load("jdcloud_signing") if ":443" in vector["host"]]
JDCLOUD = [vector for vector in load("jdcloud_signing") if vector not in PORT_443]


def signed_jdcloud(vector: Vector, host: str | None = None) -> Request:
    token = vector["headers_given"].get("x-jdcloud-security-token")
    return _signing.sign_jdcloud(
        Request("GET", vector["scheme"], host or vector["host"], quote(vector["path"]), vector["query"]),
        Credentials(vector["access_key"], vector["secret_key"], base64.b64decode(token).decode() if token else None),
        vector["region"],
        vector["service"],
        vector["date"],
        vector["nonce"],
        int(vector["algorithm"][7]),
    )


def to_be_signed(request: Request) -> dict[str, str]:
    return {name: value for name, value in request.headers.items() if name != "authorization"}


def jdcloud_canonical(request: Request, version: int) -> str:
    return _signing.canonical_request(
        request.method,
        _signing.jdcloud_canonical_path(request.path, version),
        _signing.encode_query(request.query),
        to_be_signed(request),
        request.body,
    )


def scope_of(vector: Vector) -> str:
    return f"{vector['date'][:8]}/{vector['region']}/{vector['service']}/jdcloud{vector['algorithm'][7]}_request"


@each(JDCLOUD)
def test_a_jdcloud_vector_has_its_canonical_request(vector: Vector) -> None:
    assert jdcloud_canonical(signed_jdcloud(vector), int(vector["algorithm"][7])) == vector["canonical_request"]


@each(load("jdcloud_signing"))
def test_a_jdcloud_vector_has_its_string_to_sign(vector: Vector) -> None:
    text = _signing.string_to_sign(vector["algorithm"], vector["date"], scope_of(vector), vector["canonical_request"])
    assert text == vector["string_to_sign"]


@each(load("jdcloud_signing"))
def test_a_jdcloud_vector_has_its_signature(vector: Vector) -> None:
    signature = _signing.scoped_signature(
        vector["algorithm"][:8], vector["secret_key"], scope_of(vector), vector["string_to_sign"]
    )
    assert vector["authorization"].endswith(f"Signature={signature}")


@each(JDCLOUD)
def test_a_jdcloud_vector_has_its_authorization(vector: Vector) -> None:
    assert signed_jdcloud(vector).headers["authorization"] == vector["authorization"]


@each(JDCLOUD)
def test_a_jdcloud_vector_goes_over_the_wire_sorted_and_strictly_encoded(vector: Vector) -> None:
    assert signed_jdcloud(vector).url == vector["recommended_url_to_send"]


@each(PORT_443)
def test_an_explicit_default_port_is_signed_as_it_is_sent(vector: Vector) -> None:
    # The official signer drops :80 and :443 from the signed host, whatever the scheme, though Host may carry it. Here
    # the Host header is the signed one, byte for byte; with the host as the vector signs it, the rest is the same.
    request = signed_jdcloud(vector)
    assert "host:vm.jdcloud-api.com:443\n" in jdcloud_canonical(request, int(vector["algorithm"][7]))
    assert request.headers["host"] == vector["host"]
    without_port = signed_jdcloud(vector, host="vm.jdcloud-api.com")
    assert jdcloud_canonical(without_port, int(vector["algorithm"][7])) == vector["canonical_request"]
    assert without_port.headers["authorization"] == vector["authorization"]


# --- JD Cloud's published examples: other paths, headers and bodies than any image has, so step by step

PUBLISHED = load("jdcloud_signing", "published")


@each(PUBLISHED)
def test_a_published_jdcloud_example_has_its_canonical_request(vector: Vector) -> None:
    canonical = _signing.canonical_request(
        vector["method"],
        _signing.jdcloud_canonical_path(quote(vector["path"]), int(vector["algorithm"][7])),
        _signing.encode_query(sorted(vector["query"])),
        vector["headers_signed"],
        vector["body"].encode(),
    )
    assert canonical == vector["canonical_request"]


@each(PUBLISHED)
def test_a_published_jdcloud_example_has_its_string_to_sign(vector: Vector) -> None:
    text = _signing.string_to_sign(vector["algorithm"], vector["date"], scope_of(vector), vector["canonical_request"])
    assert text == vector["string_to_sign"]


@each(PUBLISHED)
def test_a_published_jdcloud_example_has_its_signature(vector: Vector) -> None:
    signature = _signing.scoped_signature(
        vector["algorithm"][:8], vector["secret_key"], scope_of(vector), vector["string_to_sign"]
    )
    assert signature == vector["signature_published"]


# --- Tencent Cloud API 3.0, TC3

TC3 = [vector for vector in load("tc3_signing") if "authorization" in vector]
SIGNED_AS_WE_DO = [
    vector
    for vector in TC3
    if vector["method"] == "POST"
    and "SignedHeaders=content-type;host," in vector["authorization"]
    and "X-TC-Content-SHA256" not in vector["headers"]
]


def tc3_headers(vector: Vector) -> dict[str, str]:
    names = vector["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    sent = {name.lower(): value for name, value in vector["headers"].items()}
    # The documents sign the action in lower case.
    return {name: sent[name].lower() if name == "x-tc-action" else sent[name] for name in names}


def tc3_scope(vector: Vector) -> str:
    return f"{vector['date']}/{vector['service']}/tc3_request"


@each(TC3)
def test_a_tc3_vector_has_its_canonical_request(vector: Vector) -> None:
    body = (vector["body"] or "").encode()
    if vector["headers"].get("X-TC-Content-SHA256") == "UNSIGNED-PAYLOAD":
        body = b"UNSIGNED-PAYLOAD"
    # The query of a GET is signed exactly as it was sent: in the SDK's order and with + for a space.
    query = urlsplit(vector["url"]).query
    assert (
        _signing.canonical_request(vector["method"], "/", query, tc3_headers(vector), body)
        == vector["canonical_request"]
    )


@each(TC3)
def test_a_tc3_vector_has_its_string_to_sign(vector: Vector) -> None:
    text = _signing.string_to_sign(
        "TC3-HMAC-SHA256", str(vector["timestamp"]), tc3_scope(vector), vector["canonical_request"]
    )
    assert text == vector["string_to_sign"]


@each(TC3)
def test_a_tc3_vector_has_its_signature(vector: Vector) -> None:
    signature = _signing.scoped_signature("TC3", vector["secret_key"], tc3_scope(vector), vector["string_to_sign"])
    assert signature == vector["signature"]


@each(TC3)
def test_a_tc3_vector_has_its_authorization(vector: Vector) -> None:
    header = _signing.authorization(
        "TC3-HMAC-SHA256", vector["secret_id"], tc3_scope(vector), tc3_headers(vector), vector["signature"]
    )
    assert header == vector["authorization"]


@each(SIGNED_AS_WE_DO)
def test_a_tc3_vector_comes_out_of_the_whole_signer(vector: Vector) -> None:
    sent = {name.lower(): value for name, value in vector["headers"].items()}
    request = Request(
        "POST",
        "https",
        vector["host"],
        "/",
        headers={"content-type": sent["content-type"]},
        body=vector["body"].encode(),
    )
    signed = _signing.sign_tc3(
        request,
        Credentials(vector["secret_id"], vector["secret_key"], vector["token"]),
        vector["service"],
        vector["date"],
        vector["timestamp"],
    )
    assert signed.url == vector["url"]
    assert signed.headers["authorization"] == vector["authorization"]
    assert signed.headers.get("x-tc-token") == sent.get("x-tc-token")
    assert signed.headers["x-tc-timestamp"] == sent["x-tc-timestamp"]


def test_most_tc3_vectors_are_signed_as_we_do() -> None:
    assert len(SIGNED_AS_WE_DO) == 10


# --- QCloud API 2.0, whose signature API 3.0 took over as its "v1", with another path

V2 = load("qcloud_v2_signing") + [vector for vector in load("tc3_signing") if "authorization" not in vector]
NO_UPLOAD = "plain-post-at-value-skipped"


def transmitted(vector: Vector) -> list[tuple[str, str]]:
    text = urlsplit(vector["url"]).query if vector["method"] == "GET" else vector["body"]
    return [(name, value) for name, value in parse_qsl(text, keep_blank_values=True) if name != "Signature"]


def source_string(vector: Vector, parameters: list[tuple[str, str]]) -> str:
    return _signing.qcloud_source_string(
        vector["method"], vector["host"], urlsplit(vector["url"]).path or "/", parameters
    )


@each([vector for vector in V2 if vector["name"] != NO_UPLOAD])
def test_an_api_2_vector_has_its_source_string(vector: Vector) -> None:
    assert source_string(vector, transmitted(vector)) == vector["source_string"]


@each(V2)
def test_an_api_2_vector_has_its_signature(vector: Vector) -> None:
    signature = _signing.qcloud_signature(vector["secret_key"], vector["source_string"], vector["signature_method"])
    assert signature == vector["signature"]


@each([vector for vector in V2 if vector["name"] == NO_UPLOAD])
def test_a_value_that_begins_with_an_at_sign_is_signed_like_any_other(vector: Vector) -> None:
    # The SDK leaves such a value out of the signed string of a POST, which once meant the upload of a file. No document
    # says so, our requests are GETs, and there the SDK signs it too: without the value the strings are the same.
    parameters = transmitted(vector)
    assert ("upload", "@file.txt") in parameters
    rest = [pair for pair in parameters if not pair[1].startswith("@")]
    assert source_string(vector, rest) == vector["source_string"]
    assert source_string(vector, parameters).endswith("&upload=@file.txt")


@each([vector for vector in V2 if vector["method"] == "GET" and vector["signature_method"] == "HmacSHA256"])
def test_an_api_2_vector_comes_out_of_the_whole_signer(vector: Vector) -> None:
    parameters = dict(transmitted(vector))
    own = {"Nonce", "SecretId", "SignatureMethod", "Timestamp", "Token"}
    signed = _signing.sign_qcloud(
        Request(
            "GET",
            "https",
            f"{vector['host']}:8443",
            "/v2/index.php",
            [pair for pair in parameters.items() if pair[0] not in own],
        ),
        Credentials(vector["secret_id"], vector["secret_key"], parameters.get("Token")),
        int(parameters["Timestamp"]),
        int(parameters["Nonce"]),
    )
    assert dict(signed.query) == {**parameters, "Signature": vector["signature"]}


@pytest.mark.parametrize(
    ("authority", "name"),
    [
        ("image.api.qcloud.com", "image.api.qcloud.com"),
        ("127.0.0.1:8080", "127.0.0.1"),
        ("[::1]:8080", "[::1]"),
        ("[::1]", "[::1]"),
    ],
)
def test_api_2_signs_the_host_without_its_port(authority: str, name: str) -> None:
    assert _signing.host_name(authority) == name


# --- what the wire carries is what was signed, whatever text an option holds

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
# Space around an ID comes from writing "a, b" on one line; it is cut off.
WORD = TEXT.map(str.strip).filter(bool)
NASTY = "中文 a+b/c~d*e?f#g&h=i%20%%j;k@l\\\"'\n\t\x00😀"


def last(cloud: Emulator) -> Received:
    """The one request of the task that ran last, which the emulator forgets."""
    received = cloud.requests.pop()
    cloud.requests.clear()
    return received


def assert_sorted_and_strict(received: Received) -> None:
    pairs = [tuple(pair.split("=")) for pair in received.query.split("&")]
    assert all(len(pair) == 2 for pair in pairs)
    assert pairs == sorted(pairs)
    for part in (part for pair in pairs for part in pair):
        assert part == quote(unquote(part), safe="-._~")


@settings(max_examples=60)
@given(
    platform=TEXT, image_name=TEXT, ids=st.lists(WORD, min_size=1, max_size=12, unique=True), version=st.integers(2, 3)
)
@example(platform=NASTY, image_name="", ids=[NASTY, *"abcdefghijk"], version=2)
@example(platform=NASTY, image_name="", ids=[NASTY, *"abcdefghijk"], version=3)
def test_a_jdcloud_list_carries_the_text_that_was_signed(
    jdcloud: FrontDoor, cloud: Emulator, platform: str, image_name: str, ids: list[str], version: int
) -> None:
    jdcloud.fine(platform=platform, image_name=image_name, ids=ids, signature_version=version)
    received = last(cloud)
    assert received.verdict == "ok"
    assert_sorted_and_strict(received)
    expected = {"platform": platform, "imageName": image_name, "pageNumber": "1", "pageSize": "100"}
    assert received.parameters == {**expected, **{f"ids.{number}": item for number, item in enumerate(ids, 1)}}


@settings(max_examples=60)
@given(image_id=TEXT.filter(lambda text: bool(text.strip("."))), version=st.integers(2, 3))
@example(image_id="img/../x y", version=2)
@example(image_id="img/../x y", version=3)
@example(image_id="//a//", version=3)
@example(image_id=NASTY, version=2)
@example(image_id=NASTY, version=3)
@example(image_id="img-route66", version=2)
def test_an_image_id_of_any_text_is_one_step_of_the_path(
    jdcloud: FrontDoor, cloud: Emulator, image_id: str, version: int
) -> None:
    cloud.catalogue.images["jdcloud.vm"] = [{"imageId": image_id, "name": "found"}]
    result = jdcloud.fine(image_id=image_id, signature_version=version)
    received = last(cloud)
    assert received.verdict == "ok"
    assert received.path.split("/")[:5] == ["", "v1", "regions", "cn-north-1", "images"]
    assert [unquote(step) for step in received.path.split("/")[5:]] == [image_id]
    assert result["image_ids"] == [image_id]


@settings(max_examples=30)
@given(ids=st.lists(WORD, min_size=1, max_size=3, unique=True))
def test_a_security_token_is_signed_with_any_text(jdcloud: FrontDoor, cloud: Emulator, ids: list[str]) -> None:
    jdcloud.fine(
        ids=ids, access_key=TEMPORARY_ACCESS_KEY, secret_key=TEMPORARY_SECRET_KEY, security_token=SECURITY_TOKEN
    )
    received = last(cloud)
    assert received.verdict == "ok"
    assert "x-jdcloud-security-token" in str(received.header("authorization"))


@settings(max_examples=60)
@given(image_ids=st.lists(WORD, min_size=1, max_size=10, unique=True))
@example(image_ids=[NASTY, "@file"])
def test_an_api_2_list_carries_the_text_that_was_signed(
    qcloud2: FrontDoor, cloud: Emulator, image_ids: list[str]
) -> None:
    qcloud2.fine(image_type="private", image_ids=image_ids)
    received = last(cloud)
    assert received.verdict == "ok"
    for name, value in (pair.split("=") for pair in received.query.split("&")):
        assert (name, value) == (quote(unquote(name), safe="-._~"), quote(unquote(value), safe="-._~"))
    arrived = {name: value for name, value in received.parameters.items() if name.startswith("imageIds")}
    assert arrived == {f"imageIds.{number}": item for number, item in enumerate(image_ids)}


@settings(max_examples=60)
@given(
    filters=st.dictionaries(
        st.sampled_from(["image-name", "platform", "tag-key", "tag:环境"]),
        st.lists(TEXT, min_size=1, max_size=5),
        min_size=1,
    ),
    image_id=WORD,
)
@example(filters={"image-name": [NASTY]}, image_id=NASTY)
def test_an_api_3_question_carries_the_text_that_was_signed(
    qcloud3: FrontDoor, cloud: Emulator, filters: dict[str, list[str]], image_id: str
) -> None:
    qcloud3.fine(filters=filters, limit=1)
    received = last(cloud)
    assert received.verdict == "ok"
    assert {one["Name"]: one["Values"] for one in received.parameters["Filters"]} == filters
    qcloud3.fine(image_ids=[image_id])
    received = last(cloud)
    assert received.verdict == "ok"
    assert received.parameters["ImageIds"] == [image_id]


# --- each attempt is a request of its own


def test_every_request_of_a_listing_has_a_nonce_and_a_signature_of_its_own(jdcloud: FrontDoor, cloud: Emulator) -> None:
    jdcloud.fine(image_source="private")
    assert len(cloud.requests) == 3
    for header in ("x-jdcloud-nonce", "authorization"):
        assert len({received.header(header) for received in cloud.requests}) == 3


def test_the_signed_headers_are_the_documented_four(jdcloud: FrontDoor, cloud: Emulator) -> None:
    jdcloud.fine(image_source="private", page_number=1)
    authorization = str(cloud.requests[0].header("authorization"))
    assert "SignedHeaders=content-type;host;x-jdcloud-date;x-jdcloud-nonce, " in authorization
    assert "/cn-north-1/vm/jdcloud2_request, " in authorization


def test_jdcloud3_is_signed_on_request(jdcloud: FrontDoor, cloud: Emulator) -> None:
    jdcloud.fine(image_source="private", signature_version=3)
    assert {received.verdict for received in cloud.requests} == {"ok"}
    assert all(
        str(received.header("authorization")).startswith("JDCLOUD3-HMAC-SHA256 Credential=")
        for received in cloud.requests
    )
