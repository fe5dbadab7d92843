# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""RETURN is what is returned: every key documented, of the documented type and nesting, and no key documented in vain.

The modules run against the emulator, whose images have every documented field somewhere, and some more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from unit.contracts.documented import APIS, Api, documented_keys, keys

TYPES = {"str": str, "int": int, "bool": bool, "dict": dict, "list": list, "float": float}

COMMON = {"changed", "failed", "msg", "invocation", "warnings"}
"""What any module returns."""

FUTURE = {"confidentialCompute", "edgeZone", "RdmaSupport"}
"""Fields that the emulator's images have and no document: a cloud may add one any day, and it is passed on."""

ROW = ["id", "name", "os_type", "os_name", "platform", "architecture", "source", "state", "created", "size_gb"]

LISTINGS: dict[str, list[dict[str, Any]]] = {
    "jdcloud_vm": [{"image_source": name} for name in ("public", "thirdparty", "private", "shared", "community")],
    "jdcloud_coc_vm": [{"image_source": name} for name in ("public", "private")],
    "qcloud_2_0": [{"image_type": name} for name in ("private", "public", "marketplace", "shared")],
    "qcloud_3_0": [{}],
}
OTHERS: dict[str, list[dict[str, Any]]] = {
    "jdcloud_vm": [{"image_source": "public", "page_number": 2}, {"image_id": "img-none"}, {"ids": ["img-none"]}],
    "jdcloud_coc_vm": [{"image_id": "img-m5s0abcd29"}],
    "qcloud_2_0": [{"offset": 5, "limit": 3}, {"image_ids": ["img-pyqx34y1", "img-none"]}],
    "qcloud_3_0": [{"offset": 5, "limit": 3}, {"image_ids": ["img-pyqx34y1", "img-none"]}, {"status": 2}],
}
PICKS: dict[str, dict[str, Any]] = {
    "jdcloud_vm": {"image_source": "public", "pick": "newest"},
    "jdcloud_coc_vm": {"image_source": "public", "pick": "highest_name"},
    "qcloud_2_0": {"image_type": "private", "pick": "newest"},
    "qcloud_3_0": {"image_type": "public", "pick": "highest_name"},
}


def failures(api: Api) -> Iterator[dict[str, Any]]:
    listing = LISTINGS[api.name][0]
    yield {**listing, "secret_key": "wrong"}
    yield {**listing, "name_regex": "("}
    yield {**listing, "name_regex": "no image has this name", "pick": "only"}
    yield {**listing, "nonsense": 1}
    yield {**listing, "endpoint": "http://127.0.0.1:9", "retries": 0}
    yield {**listing, "where": {"nonsense": 1}}
    if api.module == "jdcloud_image_info":
        yield {"image_source": "nonsense"}


def compared(value: Any, said: dict[str, Any], path: str, found: set[str], may_be_null: bool = False) -> Iterator[str]:
    """What is wrong with ``value``, of which RETURN says ``said``; ``found`` gets the keys that are there."""
    found.add(path)
    if value is None:
        if not (may_be_null or says_null(said)):
            yield f"{path} is null, and its description does not say when"
        return
    expected = TYPES[said["type"]]
    if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
        yield f"{path} is a {type(value).__name__}, documented as {said['type']}"
        return
    if said["type"] == "list":
        assert "elements" in said, f"{path} has no elements in RETURN"
        one = {"type": said["elements"], "contains": said.get("contains"), "description": said["description"]}
        for element in value:
            yield from compared(element, one, path, found)
    elif said["type"] == "dict" and said.get("contains"):
        documented = keys(said["contains"])
        for name, inner in value.items():
            if name in documented:
                yield from compared(inner, documented[name], f"{path}.{name}", found, says_null(said))
            elif name not in FUTURE:
                yield f"{path}.{name} is not documented"


def says_null(said: dict[str, Any]) -> bool:
    description = said["description"]
    return "null" in (description if isinstance(description, str) else " ".join(description)).lower()


def check(result: dict[str, Any], returned: dict[str, Any], found: set[str]) -> None:
    wrong = [f"{name} is not documented" for name in set(result) - set(returned) - COMMON]
    for name, said in returned.items():
        if name in result:
            # An image that was picked is one of images, where its structure is documented.
            said = {**said, "contains": returned["images"]["contains"]} if name == "image" else said
            wrong += compared(result[name], said, name, found)
    assert not wrong, "\n".join(sorted(set(wrong)))


def there(result: dict[str, Any], returned: dict[str, Any]) -> dict[str, list[str]]:
    """The documented keys that ``result`` has, by when they are documented to be there."""
    present: dict[str, list[str]] = {}
    for name, said in returned.items():
        if name in result:
            present.setdefault(said["returned"], []).append(name)
    return present


def documented_when(returned: dict[str, Any], *conditions: str) -> dict[str, list[str]]:
    def names(condition: str) -> list[str]:
        return [name for name, said in returned.items() if said["returned"] == condition]

    return {condition: names(condition) for condition in conditions}


SUCCESS, PICKED, FAILURE = "success", "success and O(pick) is set", "failure"


@pytest.mark.parametrize("api", APIS.values(), ids=str)
def test_a_list_is_what_return_says(api, door, pages):
    returned = pages[api.module]["return"]
    for options in LISTINGS[api.name] + OTHERS[api.name]:
        result = door(api).fine(**options)
        check(result, returned, set())
        assert there(result, returned) == documented_when(returned, SUCCESS), options
        assert all(list(row) == ROW for row in result["summary"])
        assert len(result["images"]) == len(result["image_ids"]) == len(result["summary"])


@pytest.mark.parametrize("api", APIS.values(), ids=str)
def test_a_pick_is_what_return_says(api, door, pages):
    returned = pages[api.module]["return"]
    result = door(api).fine(**PICKS[api.name])
    check(result, returned, set())
    assert there(result, returned) == documented_when(returned, SUCCESS, PICKED)
    assert [result["image"]] == result["images"]
    assert [result["image_id"]] == result["image_ids"]


@pytest.mark.parametrize("api", APIS.values(), ids=str)
def test_a_failure_is_what_return_says(api, door, pages):
    returned = pages[api.module]["return"]
    for options in failures(api):
        result = door(api)(**options)
        assert result["failed"] is True, options
        assert result["msg"]
        check(result, returned, set())
        assert there(result, returned) == documented_when(returned, FAILURE), options
        assert set(result["error"]) == set(returned["error"]["contains"]), options


@pytest.mark.parametrize("module", sorted({api.module for api in APIS.values()}))
def test_no_key_of_return_is_documented_in_vain(module, door, pages):
    returned = pages[module]["return"]
    found: set[str] = set()
    for api in [api for api in APIS.values() if api.module == module]:
        for options in [*LISTINGS[api.name], PICKS[api.name], *failures(api)]:
            check(door(api)(**options), returned, found)
    missing = {path for path, dummy in documented_keys(returned)} - found
    assert not missing, f"the emulator never makes {module} return {sorted(missing)}"


@pytest.mark.parametrize("module", sorted({api.module for api in APIS.values()}))
def test_the_samples_have_the_documented_types(module, pages):
    for path, said in documented_keys(pages[module]["return"]):
        if "sample" in said:
            assert isinstance(said["sample"], TYPES[said["type"]]), path


@pytest.mark.parametrize("module", sorted({api.module for api in APIS.values()}))
def test_the_rows_of_the_summary_are_documented_alike(module, pages):
    assert sorted(pages[module]["return"]["summary"]["contains"]) == sorted(ROW)
