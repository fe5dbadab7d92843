# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers whose JSON is not what the documents promise: wrong members, lists that move, totals that lie."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.cncloud.images.plugins.module_utils import _transport
from emulator import Emulator, Fault
from emulator import faults as broken
from unit.faults.places import FIRST_PAGES, PLACES, Place, Spot, at_most
from unit.front_door import FrontDoor

WRONG: list[Any] = [None, [], [7], {}, {"a": None}, 7, -7, 1.5, "text", "", True, False]
"""One of each type that JSON has, empty and not."""

Path = tuple[str | int, ...]


def whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


REQUIRED: dict[str, dict[Path, Callable[[Any], bool]]] = {
    "jdcloud.list": {
        ("result",): lambda value: False,
        ("result", "totalCount"): lambda value: whole(value) and value >= 0,
        ("result", "images"): lambda value: value == [],
        ("result", "images", 0): lambda value: False,
        ("result", "images", 0, "imageId"): lambda value: value == "text",
    },
    "jdcloud.detail": {
        ("result",): lambda value: False,
        ("result", "image"): lambda value: False,
        ("result", "image", "imageId"): lambda value: False,
    },
    "qcloud.2.0": {
        ("code",): lambda value: (whole(value) or isinstance(value, str)) and value != "",
        ("totalCount",): lambda value: whole(value) and value >= 0,
        ("imageSet",): lambda value: value == [],
        ("imageSet", 0): lambda value: False,
        ("imageSet", 0, "unImgId"): lambda value: value == "text",
    },
    "qcloud.3.0": {
        ("Response",): lambda value: False,
        ("Response", "TotalCount"): lambda value: whole(value) and value >= 0,
        ("Response", "ImageSet"): lambda value: value == [],
        ("Response", "ImageSet", 0): lambda value: False,
        ("Response", "ImageSet", 0, "ImageId"): lambda value: value == "text",
    },
}
"""The members that a page cannot do without, and which of the wrong values are none (tested elsewhere)."""

REQUEST_ID = {"jdcloud": ("requestId",), "qcloud.3.0": ("Response", "RequestId")}
ERRORS: dict[str, Any] = {
    "jdcloud": {"requestId": "r", "error": {"code": 400, "status": "INVALID_ARGUMENT", "message": "m"}},
    "qcloud.2.0": {"code": 4000, "message": "m", "codeDesc": "d"},
    "qcloud.3.0": {"Response": {"RequestId": "r", "Error": {"Code": "InvalidParameter", "Message": "m"}}},
}


def documents(place: Place) -> dict[Path, Callable[[Any], bool]]:
    if place.api.startswith("jdcloud"):
        return REQUIRED[f"jdcloud.{place.api.rpartition('.')[2]}"]
    return REQUIRED[place.api]


def total_of(place: Place) -> Path:
    return {"qcloud.2.0": ("totalCount",), "qcloud.3.0": ("Response", "TotalCount")}.get(
        place.api, ("result", "totalCount")
    )


def replaced(path: Path, value: Any) -> broken.Action:
    """The right answer with ``value`` at ``path``."""
    return broken.change_answer(lambda document: put(document, path, value))


def put(document: Any, path: Path, value: Any) -> None:
    for step in path[:-1]:
        document = document[step]
    document[path[-1]] = value


@pytest.mark.parametrize(
    ("place", "path"), [(place, path) for place in PLACES for path in documents(place)], ids=lambda each: str(each)[:40]
)
def test_a_required_member_of_any_other_type_is_named(place: Place, path: Path, cloud: Any, waits: list[int]) -> None:
    spot = Spot(place, cloud, waits)
    for value in WRONG:
        if documents(place)[path](value):
            continue
        cloud.faults.clear()
        spot.breaks(replaced(path, value))
        error = spot.ends("answer", attempts=1, retries=0)["error"]
        assert error["message"].startswith("the answer holds "), (value, error)
        assert error["http_status"] == 200


def test_a_required_member_that_is_missing_is_named(spot: Spot) -> None:
    for path in documents(spot.place):
        if isinstance(path[-1], str):
            spot.cloud.faults.clear()
            spot.breaks(broken.change_answer(lambda document, path=path: leave_out(document, path)))
            message = spot.ends("answer", attempts=1, retries=0)["error"]["message"]
            assert str(path[-1]) in message


def leave_out(document: Any, path: Path) -> None:
    for step in path[:-1]:
        document = document[step]
    del document[path[-1]]


def test_a_member_of_a_wrong_shape_that_comes_once_heals(spot: Spot) -> None:
    for path in documents(spot.place):
        spot.cloud.faults.clear()
        spot.breaks(replaced(path, 1.5), times=1)
        spot.is_whole(spot.door.fine())


def images_of(document: Any) -> list[dict[str, Any]]:
    inside = document.get("result") or document.get("Response") or document
    found: list[dict[str, Any]] = (
        inside.get("images") or inside.get("imageSet") or inside.get("ImageSet") or [inside.get("image")]
    )
    return found


def test_every_other_member_of_an_image_may_hold_anything(spot: Spot) -> None:
    for value in WRONG:

        def spoil(document: Any, value: Any = value) -> None:
            for image in images_of(document):
                for name in image:
                    if name not in ("imageId", "unImgId", "ImageId"):
                        image[name] = value
                image["ofTheFuture"] = value

        spot.cloud.faults.clear()
        spot.breaks(broken.change_answer(spoil))
        result = spot.door.fine()
        assert result["image_ids"] == spot.ids
        odd = [image for image in result["images"] if "ofTheFuture" in image]
        assert odd
        assert all(image["ofTheFuture"] == value for image in odd)
        assert len(result["summary"]) == len(spot.ids)
        for row in result["summary"]:
            for name, said in row.items():
                assert said is None or isinstance(said, str) or name == "size_gb"


def test_odd_members_are_no_obstacle_to_picking(spot: Spot) -> None:
    for value in WRONG:
        for pick in ("newest", "highest_name"):

            def spoil(document: Any, value: Any = value) -> None:
                for image in images_of(document):
                    for name in image:
                        if name not in ("imageId", "unImgId", "ImageId"):
                            image[name] = value

            spot.cloud.faults.clear()
            spot.breaks(broken.change_answer(spoil))
            result = spot.door(pick=pick, name_regex=".")
            assert result.get("image_id") in spot.ids or result["error"]["kind"] == "selection"


def test_a_request_id_may_be_anything(spot: Spot) -> None:
    path = REQUEST_ID.get(spot.place.api) or REQUEST_ID["jdcloud"]
    for value in WRONG:
        spot.cloud.faults.clear()
        spot.breaks(replaced(path, value))
        result = spot.door.fine()
        assert result["image_ids"] == spot.ids
        assert all(isinstance(each, str) for each in result["request_ids"])


def test_an_error_of_any_shape_is_one_failure(spot: Spot) -> None:
    api = spot.place.api if spot.place.api.startswith("qcloud") else "jdcloud"

    def paths(inside: Any, before: Path = ()) -> list[Path]:
        found: list[Path] = []
        for name, value in inside.items():
            found.append((*before, name))
            if isinstance(value, dict):
                found += paths(value, (*before, name))
        return found

    for path in paths(ERRORS[api]):
        for value in WRONG:
            document = broken.deep_copy(ERRORS[api])
            put(document, path, value)
            spot.cloud.faults.clear()
            spot.breaks(broken.change_answer(lambda dummy, document=document: document))
            result = spot.door(retries=0)
            assert result["failed"]
            assert result["error"]["kind"] in ("api", "answer", "credentials")
            assert result["error"]["hint"]
            assert "exception" not in result


# --- lists that change while they are read


def test_a_list_that_shrinks_or_grows_between_its_pages_is_read_once_more(spot: Spot) -> None:
    for change in ({"lose": 3}, {"gain": 3}):
        spot.cloud.requests.clear()
        spot.cloud.faults[:] = [broken.Fault(broken.shift_list(**change), api=spot.place.api, times=None, after=1)]
        result = spot.door.fine()
        assert "warnings" not in result
        assert result["complete"] is True
        if len(spot.ids) <= 100:
            assert result["image_ids"] == spot.ids  # one page has nothing between
            continue
        assert len(result["image_ids"]) == len(set(result["image_ids"])) == result["total_count"]
        assert result["image_ids"][change.get("gain", 0) :] == spot.ids[change.get("lose", 0) :]
        assert len(spot.cloud.requests) == 10


def test_a_total_that_lies_is_never_called_complete(spot: Spot) -> None:
    if spot.place.page is None:
        return
    true_total = len(spot.ids)
    for lie in (0, 1, true_total - 1, true_total + 1, true_total + 1000, 10**9, 10**30):
        spot.cloud.faults.clear()
        spot.breaks(replaced(total_of(spot.place), lie))
        with at_most(3):
            result = spot.door.fine()
        if result["image_ids"] == spot.ids and "warnings" not in result:
            # The lie was on a page in the middle, which is not asked for it.
            assert spot.place.page == 3
            continue
        assert result["complete"] is False
        assert any("does not add up" in warning for warning in result["warnings"])
        assert spot.door.failed("incomplete", pick="highest_name")["error"]["hint"]


@pytest.mark.parametrize(
    ("limit", "most", "more", "said"),
    [
        ("TASK_LIMIT", 3 * 1024**2, "x" * 500, "are larger than 3 MiB"),
        ("TASK_VALUES", 1_000_000, [{}] * 500, "hold more than any list of images"),
    ],
    ids=["bytes", "values"],
)
def test_a_list_without_end_is_ended_before_it_fills_the_memory(
    first_page: Spot, monkeypatch: pytest.MonkeyPatch, limit: str, most: int, more: Any, said: str
) -> None:
    monkeypatch.setattr(_transport, limit, most)
    numbers = itertools.count()

    def endless(document: Any) -> None:
        inside = document.get("result") or document.get("Response") or document
        for total, images, key in (
            ("totalCount", "images", "imageId"),
            ("totalCount", "imageSet", "unImgId"),
            ("TotalCount", "ImageSet", "ImageId"),
        ):
            if images in inside:
                inside[total] = 10**9
                inside[images] = [{key: f"img-{next(numbers)}", "more": more} for dummy in range(100)]

    first_page.cloud.faults = [Fault(broken.change_answer(endless), times=None)]
    result = first_page.door.failed("answer")
    assert result["error"]["message"] == f"the answers {said} together"
    assert 1 < len(first_page.cloud.requests) < 100


def test_a_machine_without_the_memory_is_told(first_page: Spot, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(text: str) -> Any:
        raise MemoryError

    monkeypatch.setattr(_transport, "decoded", exhausted)
    error = first_page.door.failed("answer")["error"]
    assert error["message"] == "the memory is not enough for what the cloud answers"


def test_a_total_that_python_could_not_print_is_named(first_page: Spot) -> None:
    first_page.breaks(replaced(total_of(first_page.place), 10**4299))
    assert "holds a number beyond measure" in first_page.ends("answer", attempts=1, retries=0)["error"]["message"]


@pytest.mark.parametrize("error", ["boom", True, -3, [1], {"code": None}, {"message": "m"}], ids=repr)
def test_an_error_of_jdcloud_that_is_none_may_pass(jdcloud: FrontDoor, cloud: Emulator, error: Any) -> None:
    document = {"requestId": "r-1", "error": error}
    cloud.faults = [Fault(broken.answer(200, json.dumps(document), {"Content-Type": "application/json"}), times=1)]
    assert jdcloud.fine(image_source="public", page_number=1)["images"]
    cloud.faults[0].times = None
    cloud.requests.clear()
    found = jdcloud.failed("answer", image_source="public", page_number=1, retries=1)["error"]
    assert found["message"].endswith("where the object error with a code should be")
    assert (found["attempts"], found["request_id"]) == (2, "r-1")


@pytest.mark.parametrize("service", ["vm", "coc-vm"])
def test_another_image_than_the_one_asked_for_is_none(jdcloud: FrontDoor, cloud: Emulator, service: str) -> None:
    def another(document: Any) -> None:
        document["result"]["image"]["imageId"] = "img-another000"

    identity = cloud.catalogue.images[f"jdcloud.{service}"][0]["imageId"]
    region = {"vm": "cn-north-1", "coc-vm": "cn-hongkong-11"}[service]
    door = jdcloud.with_options(service=service, region_id=region, image_id=identity, retries=1)
    cloud.faults = [Fault(broken.change_answer(another), times=1)]
    assert door.fine()["image_ids"] == [identity]
    cloud.faults = [Fault(broken.change_answer(another), times=None)]
    message = door.failed("answer")["error"]["message"]
    assert message == f"the answer holds another image where the image {identity} should be"


def test_a_total_that_is_no_number_in_any_script_is_named(first_page: Spot) -> None:
    first_page.breaks(replaced(total_of(first_page.place), "²"))
    assert "totalCount" in first_page.ends("answer", attempts=1, retries=0)["error"]["message"].replace("Tot", "tot")


@pytest.mark.parametrize("value", WRONG, ids=repr)
def test_a_member_inside_another_may_hold_anything_too(first_page: Spot, value: Any) -> None:
    """Each leaf of the image that has most of them, one at a time: it can be asked for, and is returned as it came."""
    shelf = first_page.cloud.catalogue.images[first_page.place.cloud_name]
    first_page.cloud.catalogue.images[first_page.place.cloud_name] = [
        max((image for image in shelf if image[first_page.key] in first_page.ids), key=lambda image: len(leaves(image)))
    ]
    for path in leaves(first_page.door.fine()["images"][0]):
        first_page.cloud.faults.clear()
        first_page.breaks(broken.change_answer(lambda document, path=path: put(images_of(document)[0], path, value)))
        image = first_page.door.fine()["images"][0]
        for step in path:
            image = image[step]
        assert image == value
        field = ".".join(step for step in path if isinstance(step, str))
        asked = first_page.door(where={field: value if isinstance(value, (str, int, float)) else "x"})
        assert not asked.get("failed") or asked["error"]["kind"] == "option", asked["msg"]
        assert "Traceback" not in first_page.door.said


def leaves(value: Any, path: Path = ()) -> list[Path]:
    """The ways to all that is within a member, by way of the first element of a list."""
    if isinstance(value, dict):
        return [leaf for name, inner in value.items() for leaf in leaves(inner, (*path, name))]
    if isinstance(value, list):
        return [leaf for inner in value[:1] for leaf in leaves(inner, (*path, 0))]
    return [path] if len(path) > 1 else []


def test_fifty_thousand_images_come_whole(cloud: Emulator, waits: list[int]) -> None:
    spot = Spot(FIRST_PAGES[0], cloud, waits)
    ids = spot.holds(50_000)
    result = spot.door.fine(pick="only", where={"imageId": ids[-1]})
    assert (result["image_id"], result["total_count"], result["complete"]) == (ids[-1], 50_000, True)
    assert len(cloud.requests) == 500


def test_an_image_that_comes_twice_is_listed_once(spot: Spot) -> None:
    if spot.place.page is None:
        return

    def twice(document: Any) -> None:
        images = images_of(document)
        images[1] = images[0]

    spot.breaks(broken.change_answer(twice), times=1)
    # Counted once, so that one is missing: the list is read again.
    spot.is_whole(spot.door.fine())
    spot.breaks(broken.change_answer(twice))
    result = spot.door.fine()
    assert result["complete"] is False
    assert len(result["image_ids"]) == len(set(result["image_ids"])) == len(spot.ids) - 1
