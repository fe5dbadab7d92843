# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any options and any answers: every task ends as a result or as one clean failure, and shows no secret."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web
from ansible_collections.cncloud.images.plugins.module_utils._errors import KINDS
from ansible_collections.cncloud.images.plugins.module_utils._query import argument_spec
from ansible_collections.cncloud.images.plugins.modules import jdcloud_image_info, qcloud_image_info
from emulator import SECRET_KEY, SECRET_KEY_TENCENT, Emulator
from emulator.faults import Exchange, Fault, deep_copy, named
from hypothesis import example, given, settings
from hypothesis import strategies as st
from unit.faults.places import FIRST_PAGES, PLACES, Place, Spot

MODULES = {"jdcloud_image_info": jdcloud_image_info.MODULE, "qcloud_image_info": qcloud_image_info.MODULE}

odd_words = st.sampled_from(
    ["", " ", "\x00", "null", "{{ x }}", "a.b", "..", "*", "(", "[[", "0", "-1", "1e999", "yes", "镜像", "\U0001f4bf"]
)
text = st.one_of(
    st.text(max_size=20), st.text(alphabet=st.characters(categories=["Cc", "Zs", "So"]), max_size=5), odd_words
)
half_characters = st.text(alphabet=st.characters(categories=["Cs"]), min_size=1, max_size=3)
"""Only for answers: in options Ansible itself refuses them."""

number = st.one_of(
    st.integers(), st.floats(), st.sampled_from([0, -1, 10**30, 2**63, float("nan"), float("inf"), float("-inf")])
)
value = st.recursive(
    st.one_of(st.none(), st.booleans(), number, text),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(text, inner, max_size=4)),
    max_leaves=12,
)
answered = st.one_of(value, st.lists(half_characters), st.dictionaries(half_characters, value, max_size=2))


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever address an option comes to, nothing leaves this machine."""
    real = socket.getaddrinfo

    def resolve(host: Any, *arguments: Any, **options: Any) -> Any:
        if host != "127.0.0.1":
            raise socket.gaierror(-2, "Name or service not known")
        return real(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


@pytest.fixture(params=FIRST_PAGES, ids=lambda each: str(each.api))
def few(request: pytest.FixtureRequest, cloud: Emulator, waits: list[int]) -> Spot:
    """Each API with three images."""
    spot = Spot(request.param, cloud, waits)
    spot.holds(3)
    return spot


def clean(spot: Spot, result: dict[str, Any]) -> None:
    """``result`` is one that a task may end with."""
    # Beside what is repeated of the options, which Ansible does by itself, it is strict JSON that can be written.
    said = {name: each for name, each in result.items() if name != "invocation"}
    json.dumps(said, allow_nan=False, ensure_ascii=False).encode("utf-8")
    assert "Traceback" not in spot.door.said
    for secret in (SECRET_KEY, SECRET_KEY_TENCENT):
        assert secret not in spot.door.said
    if result.get("failed"):
        assert result["error"]["kind"] in KINDS
        assert "unexpected" not in result["msg"], result["msg"]
        assert "exception" not in result
    else:
        assert result["changed"] is False
        assert len(result["images"]) == len(result["image_ids"]) == len(result["summary"])


# --- options


@settings(max_examples=150)
@given(data=st.data())
def test_any_value_of_any_option_ends_clean(few: Spot, data: st.DataObject) -> None:
    names = sorted(argument_spec(MODULES[few.place.module]))
    chosen = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
    options = {name: data.draw(value, label=name) for name in chosen}
    options.setdefault("endpoint", few.cloud.url)
    clean(few, few.door(**options))


@settings(max_examples=120)
@given(where=st.dictionaries(text, value, max_size=4), pick=st.sampled_from([None, "only", "newest", "highest_name"]))
@example(where={"ImageId": {"a": {"b": [None, {"c": []}]}}}, pick=None)
@example(where={"imageId": [10**400, float("nan")]}, pick="only")
def test_any_nesting_of_where_ends_clean(few: Spot, where: dict[str, Any], pick: str | None) -> None:
    clean(few, few.door(where=where, pick=pick))


@settings(max_examples=120)
@given(filters=st.dictionaries(text, value, max_size=12))
def test_any_filters_end_clean(cloud: Emulator, waits: list[int], filters: dict[str, Any]) -> None:
    spot = Spot(FIRST_PAGES[-1], cloud, waits)
    clean(spot, spot.door(filters=filters, image_type=None))


@settings(max_examples=120)
@given(pattern=text, name=text)
def test_any_pattern_ends_clean(few: Spot, pattern: str, name: str) -> None:
    for image in few.cloud.catalogue.images[few.place.cloud_name]:
        image["ImageName" if few.place.cloud_name == "qcloud" else "name"] = name.encode(errors="replace").decode()
    clean(few, few.door(name_regex=pattern))


@pytest.mark.parametrize("depth", [5, 90, 250])
def test_deep_options_end_clean(few: Spot, depth: int) -> None:
    nested: Any = "x"
    for dummy in range(depth):
        nested = {"a": nested}
    clean(few, few.door(where=nested))
    nested = "x"
    for dummy in range(depth):
        nested = [nested]
    clean(few, few.door(where={"imageId": nested}))


# --- answers


def answering(status: int, body: bytes, headers: dict[str, str]) -> Callable[[Exchange], Any]:
    @named("answering")
    async def action(exchange: Exchange) -> web.StreamResponse:
        exchange.answer()
        return web.Response(status=status, body=body, headers=headers)

    return action


STATUS = st.one_of(st.just(200), st.sampled_from([201, 206, 302, 400, 401, 403, 404, 407, 418, 429, 500, 503, 599]))
HEADERS = st.dictionaries(
    st.sampled_from(["Date", "Content-Type", "Content-Encoding", "Retry-After", "Location", "Set-Cookie", "X-Any"]),
    st.one_of(
        st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=30),
        st.sampled_from(
            ["gzip", "identity", "br", "0", "-1", "9" * 30, "Thu, 01 Jan 1970 00:00:00 GMT", "31 Dec 9999"]
        ),
    ),
    max_size=3,
)


@settings(max_examples=150)
@given(status=STATUS, body=st.binary(max_size=200), headers=HEADERS)
def test_any_bytes_for_an_answer_end_clean(few: Spot, status: int, body: bytes, headers: dict[str, str]) -> None:
    few.cloud.faults = [Fault(answering(status, body, headers), times=None)]
    clean(few, few.door(retries=1, timeout=5, total_timeout=20))


@settings(max_examples=150)
@given(status=STATUS, document=answered, headers=HEADERS, ascii_only=st.booleans())
def test_any_json_for_an_answer_ends_clean(
    few: Spot, status: int, document: Any, headers: dict[str, str], ascii_only: bool
) -> None:
    body = json.dumps(document, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    few.cloud.faults = [Fault(answering(status, body, headers), times=None)]
    clean(few, few.door(retries=1, timeout=5, total_timeout=20))


NAMES = st.one_of(
    text, st.sampled_from(["error", "Error", "code", "Code", "message", "status", "images", "totalCount"])
)


def mutated(document: Any, data: st.DataObject) -> Any:
    """One to three members of ``document`` replaced, left out or added, anywhere."""
    document = deep_copy(document)
    for dummy in range(data.draw(st.integers(1, 3))):
        inside = document
        for step in range(data.draw(st.integers(0, 4))):
            inner = [each for each in (inside.values() if isinstance(inside, dict) else inside) if
                     isinstance(each, (dict, list)) and each]  # fmt: skip
            if not inner:
                break
            inside = inner[data.draw(st.integers(0, len(inner) - 1), label=f"step {step}")]
        if isinstance(inside, list):
            inside[data.draw(st.integers(0, len(inside) - 1)) if inside else 0 :] = [data.draw(answered)]
        elif data.draw(st.booleans()):
            inside[data.draw(NAMES)] = data.draw(answered)
        elif inside:
            name = data.draw(st.sampled_from(sorted(inside)))
            if data.draw(st.booleans()):
                del inside[name]
            else:
                inside[name] = data.draw(answered)
        if not isinstance(document, dict) or not document:
            break
    return document


@pytest.mark.parametrize("place", [each for each in PLACES if each.page != 3], ids=lambda each: str(each.name))
@settings(max_examples=100)
@given(data=st.data())
def test_any_change_of_a_real_answer_ends_clean(
    place: Place, cloud: Emulator, waits: list[int], data: st.DataObject
) -> None:
    cloud.reset()
    waits.clear()
    spot = Spot(place, cloud, waits)
    real: list[Any] = []

    @named("mutation")
    async def action(exchange: Exchange) -> web.StreamResponse:
        real.append(exchange.answer().document)
        return exchange.response(exchange.answer())

    name = spot.place.cloud_name
    cloud.catalogue.images[name] = [
        image for image in cloud.catalogue.images[name]
        if image.get("ImageId") in spot.ids[:4] or image.get("imageId") in spot.ids[:4]
    ]  # fmt: skip
    cloud.faults = [Fault(action)]
    spot.door.fine()
    document = mutated(real[0], data)
    body = json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")
    cloud.faults = [Fault(answering(200, body, {"Content-Type": "application/json"}), times=None)]
    pick = data.draw(st.sampled_from([None, "only", "newest", "highest_name"]))
    regex = data.draw(st.sampled_from([None, ".", "zzz"]))
    where = data.draw(st.one_of(st.none(), st.dictionaries(text, value, max_size=2)))
    clean(spot, spot.door(retries=0, pick=pick, name_regex=regex, where=where))
