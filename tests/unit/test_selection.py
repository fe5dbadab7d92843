# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settles which image a task ends with, what it says if it ends with none, and whom it refuses to trust."""

from __future__ import annotations

import random
import re
import signal
from typing import Any

import pytest
import yaml
from ansible_collections.cncloud.images.plugins.module_utils._selection import (
    Candidate,
    criteria,
    natural_key,
    select,
)
from emulator import Emulator
from hypothesis import example, given, settings
from hypothesis import strategies as st
from unit.faults.places import at_most
from unit.front_door import FrontDoor

Image = dict[str, Any]


def shelf(cloud: Emulator, *images: Image) -> None:
    """Put these images on JD Cloud, public unless they say otherwise, named by their ID unless they have a name."""
    cloud.catalogue.images["jdcloud.vm"] = [
        {"imageId": f"img-{number}", "name": f"img-{number}", "imageSource": "public", **each}
        for number, each in enumerate(images)
    ]


@pytest.fixture
def choose(jdcloud: FrontDoor) -> FrontDoor:
    return jdcloud.with_options(image_source="public")


# --- name_regex


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("^CentOS", ["CentOS 7.9 64位", "CentOS 8"]),
        ("7", ["CentOS 7.9 64位", "镜像 7+"]),
        ("64位$", ["CentOS 7.9 64位"]),
        (r"7\+", ["镜像 7+"]),
        ("(?i)centos", ["CentOS 7.9 64位", "centos 6", "CentOS 8"]),
        ("", ["CentOS 7.9 64位", "centos 6", "镜像 7+", "CentOS 8", None]),
        ("^$", [None]),
        ("nothing", []),
    ],
)
def test_a_name_regex_is_searched_anywhere_in_the_name(
    choose: FrontDoor, cloud: Emulator, pattern: str, names: list[str | None]
) -> None:
    shelf(cloud, *({"name": name} for name in ("CentOS 7.9 64位", "centos 6", "镜像 7+", "CentOS 8", "")))
    result = choose.fine(name_regex=pattern)
    assert [row["name"] for row in result["summary"]] == names
    assert (result["total_count"], result["complete"]) == (5, True)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_a_name_regex_that_goes_on_for_ever_is_ended(choose: FrontDoor, cloud: Emulator, pattern: str) -> None:
    shelf(cloud, {"name": "a" * 60 + "!"})
    ours = signal.signal(signal.SIGVTALRM, signal.SIG_IGN)
    try:
        with at_most(0.6 + 2):
            error = choose.failed("deadline", name_regex=pattern, pick="newest", total_timeout=0.6)["error"]
        assert signal.getsignal(signal.SIGVTALRM) == signal.SIG_IGN
        assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)
    finally:
        signal.signal(signal.SIGVTALRM, ours)
    assert error["message"] == f"name_regex {pattern!r} is still at work after total_timeout (0.6 s)"
    assert error["hint"].startswith("Simplify it: repetitions within repetitions, such as (a+)+, can take for ever.")


def test_a_name_regex_works_in_every_api(public: FrontDoor) -> None:
    result = public.fine(name_regex="^Ubuntu.*9\\.10")
    assert result["summary"]
    assert all(re.search("^Ubuntu.*9\\.10", row["name"]) for row in result["summary"])
    assert result["total_count"] > len(result["images"])


def test_a_name_regex_that_python_doubts_is_warned_of(public: FrontDoor) -> None:
    re.purge()  # Python says it once in a process
    result = public.fine(name_regex="[[:alpha:]]")
    assert result["warnings"] == [
        "name_regex '[[:alpha:]]' may mean something else than it seems to: Possible nested set at position 1."
    ]


# --- where

NESTED: Image = {
    "offline": False,
    "systemDiskSizeGB": 40,
    "desc": None,
    "version": "22.10",
    "ratio": 1.5,
    "systemDisk": {"cloudDisk": {"diskType": "ssd.gp1", "encrypted": True}},
    "dataDisks": [
        {"cloudDisk": {"diskSizeGB": 100, "tags": [{"key": "env", "value": "prod"}]}},
        {"cloudDisk": {"diskSizeGB": 200, "tags": []}},
    ],
    "a.b": "dotted",
    "big": 10**400,
}
OTHER: Image = {
    "offline": True,
    "systemDiskSizeGB": 20,
    "desc": "x",
    "version": "9.10",
    "ratio": 2.5,
    "systemDisk": {"cloudDisk": {"diskType": "hdd.std1", "encrypted": False}},
    "dataDisks": [],
    "a.b": "other",
    "big": 1,
}


@pytest.mark.parametrize(
    "where",
    [
        {"offline": False},
        {"offline": "false"},
        {"offline": "no"},
        {"offline": 0},
        {"systemDiskSizeGB": 40},
        {"systemDiskSizeGB": "40"},
        {"systemDiskSizeGB": 40.0},
        {"systemDiskSizeGB": "40.0"},
        {"systemDiskSizeGB": [30, 40]},
        {"version": "22.10"},
        {"version": 22.1},
        {"ratio": "1.5"},
        {"ratio": 1.5},
        {"desc": None},
        {"systemDisk.cloudDisk.diskType": "ssd.gp1"},
        {"systemDisk": {"cloudDisk": {"diskType": ["ssd.gp1", "ssd.io1"]}}},
        {"systemDisk": {"cloudDisk.diskType": "ssd.gp1"}},
        {"systemDisk.cloudDisk.encrypted": "True"},
        {"systemDisk.cloudDisk.encrypted": "yes"},
        {"dataDisks.cloudDisk.diskSizeGB": 100},
        {"dataDisks.cloudDisk.diskSizeGB": "200"},
        {"dataDisks.cloudDisk.tags.value": "prod"},
        {"a.b": "dotted"},
        {"offline": False, "version": "22.10"},
        {"big": 10**400},
    ],
    ids=str,
)
def test_where_compares_by_value_and_reaches_inside(choose: FrontDoor, cloud: Emulator, where: dict[str, Any]) -> None:
    shelf(cloud, OTHER, NESTED, OTHER)
    assert choose.fine(where=where)["image_ids"] == ["img-1"]


@pytest.mark.parametrize(
    "where",
    [
        {"version": "9.1"},
        {"version": "22.10", "offline": True},
        {"offline": "perhaps"},
        {"systemDiskSizeGB": "much"},
        {"systemDiskSizeGB": True},
        {"desc": "None"},
        {"systemDisk.cloudDisk.diskType": None},
        {"version": None},
        {"big": "x"},
    ],
    ids=str,
)
def test_where_does_not_find_what_is_not_equal(choose: FrontDoor, cloud: Emulator, where: dict[str, Any]) -> None:
    shelf(cloud, OTHER, NESTED)
    assert choose.fine(where=where)["images"] == []


@pytest.mark.parametrize("name", ["012345", "12345.0", "1_2345", "１２３４５", " 12345", "1.2345e4", "+12345"])
def test_a_number_for_an_owner_lets_in_no_other_name(choose: FrontDoor, cloud: Emulator, name: str) -> None:
    shelf(cloud, {"ownerPin": name}, {"ownerPin": "12345"}, {"ownerPin": 12345})
    assert choose.fine(where={"ownerPin": 12345})["image_ids"] == ["img-1", "img-2"]
    assert choose.fine(where={"ownerPin": "12345"})["image_ids"] == ["img-1", "img-2"]


def test_whole_numbers_are_compared_exactly(choose: FrontDoor, cloud: Emulator) -> None:
    shelf(cloud, {"id": 10**16 + 1}, {"id": 10**16}, {"id": str(10**16 + 1)})
    assert choose.fine(where={"id": 10**16})["image_ids"] == ["img-1"]
    assert choose.fine(where={"id": str(10**16 + 1)})["image_ids"] == ["img-0", "img-2"]


def test_null_finds_images_without_the_field(choose: FrontDoor, cloud: Emulator) -> None:
    shelf(cloud, {"expiredTime": "2030-01-01 00:00:00"}, {}, {"expiredTime": None}, {"expiredTime": ""})
    assert choose.fine(where={"expiredTime": None})["image_ids"] == ["img-1", "img-2"]
    assert choose.fine(where={"expiredTime": [None, ""]})["image_ids"] == ["img-1", "img-2", "img-3"]


def test_every_condition_of_where_must_hold(choose: FrontDoor, cloud: Emulator) -> None:
    shelf(cloud, {"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 2, "b": 1})
    assert choose.fine(where={"a": 1, "b": [2, 3]})["image_ids"] == ["img-1"]


def test_an_unknown_field_lists_the_fields_there_are(choose: FrontDoor, cloud: Emulator) -> None:
    shelf(cloud, {"systemDisk": {"cloudDisk": {"diskType": "ssd.gp1"}}}, {"dataDisks": [{"status": "x"}], "a": 1})
    message = choose.failed("option", where={"systemdisk.diskType": "ssd.gp1"})["msg"]
    assert message == (
        "where.systemdisk.diskType names a field that no image has. The fields are: a, dataDisks.status, imageId,"
        " imageSource, name, systemDisk.cloudDisk.diskType."
    )


def test_what_is_below_a_value_is_no_field(choose: FrontDoor, cloud: Emulator) -> None:
    shelf(cloud, {"systemDisk": {"cloudDisk": {"diskType": "ssd.gp1"}}})
    message = choose.failed("option", where={"name.x": "x"})["msg"]
    assert message.startswith("where.name.x names a field that no image has. The fields are: imageId, ")


@pytest.mark.parametrize("field", ["systemDisk", "systemDisk.cloudDisk"])
def test_a_structure_is_answered_with_its_members(choose: FrontDoor, cloud: Emulator, field: str) -> None:
    shelf(cloud, {"systemDisk": {"cloudDisk": {"diskType": "ssd.gp1"}}})
    message = choose.failed("option", where={field: "x"})["msg"]
    assert message == f"where.{field} is a structure. Name one of its members: systemDisk.cloudDisk.diskType."


def test_null_is_absent_null_or_empty_and_no_structure(choose: FrontDoor, cloud: Emulator) -> None:
    shelf(
        cloud,
        {"disk": {"local": None}, "disks": [{"size": 1}]},
        {"disk": {"local": {"type": "x"}}, "disks": []},
        {"disk": {}, "disks": None},
        {},
    )
    assert choose.fine(where={"disk.local": None})["image_ids"] == ["img-0", "img-2", "img-3"]
    assert choose.fine(where={"disks": None})["image_ids"] == ["img-1", "img-2", "img-3"]
    assert choose.fine(where={"disks.size": [1, None]})["image_ids"] == ["img-0", "img-1", "img-2", "img-3"]


def test_a_field_that_is_empty_everywhere_is_known(choose: FrontDoor, cloud: Emulator) -> None:
    shelf(cloud, {"disks": [], "disk": None}, {"disks": [], "disk": None})
    assert choose.fine(where={"disks": None})["image_ids"] == ["img-0", "img-1"]
    assert choose.fine(where={"disks.size": 1})["image_ids"] == []
    assert choose.fine(where={"disk.type": "x"})["image_ids"] == []
    message = choose.failed("option", where={"disc": "x"})["msg"]
    assert "The fields are: disk, disks, imageId, imageSource, name." in message


def test_a_field_that_is_named_twice_is_refused(choose: FrontDoor) -> None:
    message = choose.refused(where={"disk": {"type": "x"}, "disk.type": "y"})
    assert message == "where.disk.type is given twice. Leave one of them out."


def test_a_field_is_not_missed_where_there_is_no_image(choose: FrontDoor, cloud: Emulator) -> None:
    shelf(cloud)
    assert choose.fine(where={"whatever": 1})["images"] == []


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        ({"status": []}, "where.status is [], which no field can equal."),
        ({"status": {}}, "where.status is {}, which no field can equal."),
        ({"systemDisk": {"cloudDisk": [{"a": 1}]}}, "where.systemDisk.cloudDisk is [{'a': 1}], which no field can"),
        ({"status": [["a"]]}, "where.status is [['a']], which no field can equal."),
    ],
)
def test_a_structure_as_value_is_refused(choose: FrontDoor, where: dict[str, Any], shown: str) -> None:
    message = choose.refused(where=where)
    assert message.startswith(shown)
    assert message.endswith("Give a value, or a list of values of which any may match.")


def test_where_knows_the_names_of_every_api(public: FrontDoor) -> None:
    names = {"jdcloud": "imageId", "qcloud2": "unImgId", "qcloud3": "ImageId"}
    first = public.fine()
    name = next(each for each in names.values() if each in first["images"][0])
    wanted = first["image_ids"][7]
    result = public.fine(where={name: wanted}, pick="only")
    assert result["image_id"] == wanted
    assert result["image"] == first["images"][7]


# --- pick


def test_only_wants_exactly_one(choose: FrontDoor, cloud: Emulator) -> None:
    shelf(cloud, {"name": "a"}, {"name": "b"})
    result = choose.fine(name_regex="b", pick="only")
    assert (result["image_id"], result["image"]["name"], result["image_ids"]) == ("img-1", "b", ["img-1"])
    assert result["summary"][0]["name"] == "b"


def test_only_names_the_candidates_if_there_are_several(choose: FrontDoor, cloud: Emulator) -> None:
    shelf(
        cloud,
        *({"name": f"CentOS {number}", "createTime": "2024-01-01 08:00:00"} for number in range(6)),
        {"name": "CentOS x"},
        {"name": "Ubuntu"},
    )
    error = choose.failed("selection", name_regex="^CentOS", pick="only")["error"]
    assert error["message"] == (
        "7 images left, pick=only wants exactly one: 8 from the API (image_source=public), 7 after name_regex"
        " '^CentOS'. The first 5: img-0 'CentOS 0' 2024-01-01 08:00:00; img-1 'CentOS 1' 2024-01-01 08:00:00;"
        " img-2 'CentOS 2' 2024-01-01 08:00:00; img-3 'CentOS 3' 2024-01-01 08:00:00;"
        " img-4 'CentOS 4' 2024-01-01 08:00:00"
    )
    assert error["hint"] == "Narrow name_regex or where, or decide by pick=newest or pick=highest_name."


@pytest.mark.parametrize("pick", ["only", "newest", "highest_name"])
def test_no_image_left_is_explained_step_by_step(choose: FrontDoor, cloud: Emulator, pick: str) -> None:
    shelf(
        cloud,
        *({"name": f"CentOS 9.{number}", "status": "error"} for number in range(12)),
        *({"name": f"Ubuntu {number}", "status": "ready"} for number in range(202)),
    )
    error = choose.failed("selection", name_regex="^CentOS 9", where={"status": "ready"}, pick=pick)["error"]
    assert error["message"] == (
        "no image left: 214 from the API (image_source=public), 12 after name_regex '^CentOS 9',"
        " 0 after where.status=ready"
    )
    assert error["hint"].startswith("Nearest 5: img-0 'CentOS 9.0' no time; img-1 'CentOS 9.1' no time; ")


def test_the_nearest_names_are_those_most_like_the_pattern(choose: FrontDoor, cloud: Emulator) -> None:
    shelf(cloud, {"name": "Windows Server 2019"}, {"name": "CentOS 7.9 64位"}, {"name": "Ubuntu 22.04"})
    error = choose.failed("selection", name_regex="^CentOS 7.8", pick="only")["error"]
    assert error["hint"].startswith("Nearest: img-1 'CentOS 7.9 64位' no time; ")


def test_the_names_before_the_step_that_left_none_are_shown(choose: FrontDoor, cloud: Emulator) -> None:
    shelf(cloud, {"name": "a", "x": 1, "y": 1}, {"name": "b", "x": 2, "y": 2})
    error = choose.failed("selection", where={"x": 1, "y": [2, None, False]}, pick="only")["error"]
    assert error["message"] == (
        "no image left: 2 from the API (image_source=public), 1 after where.x=1, 0 after where.y=2|null|false"
    )
    assert error["hint"] == "Nearest: img-0 'a' no time. Widen where."


def test_no_image_at_all_points_to_the_request(choose: FrontDoor, cloud: Emulator) -> None:
    shelf(cloud)
    error = choose.failed("selection", platform="Haiku", name_regex="x", pick="newest")["error"]
    assert error["message"] == (
        "no image left: 0 from the API (image_source=public, platform=Haiku), 0 after name_regex 'x'"
    )
    assert error["hint"] == "Check the region, the source and the filters that went to the API."


def test_long_lists_are_counted_in_the_explanation(jdcloud: FrontDoor) -> None:
    error = jdcloud.failed("selection", ids=["a", "b", "c", "d"], instance_ids=["i-1", "i-2"], pick="only")["error"]
    assert error["message"] == "no image left: 0 from the API (4 ids, instance_ids=i-1,i-2)"


def test_an_explanation_without_any_filter_says_so(qcloud3: FrontDoor, cloud: Emulator) -> None:
    cloud.catalogue.images["qcloud"] = []
    error = qcloud3.failed("selection", pick="only", allow_untrusted_source=True)["error"]
    assert error["message"] == "no image left: 0 from the API (no filter)"


TIMES = [
    # Each is later than the one before.
    None,
    "2023-12-31",
    "2024-01-01 00:00",
    "2024-01-01T09:00:00+08:00",
    "2024-01-01T01:30:00Z",
    "2024-01-01 02:00:00",
    "2024-01-01T02:00:00.250Z",
    "2024-01-01T02:00:00,5 +00:00",
    "2024-01-01T02:00:01-0000",
    "2024-01-01T00:00:00-03",
    "2024-02-29t00:00:00z",
]


def test_newest_compares_times_of_every_format(choose: FrontDoor, cloud: Emulator) -> None:
    for number in range(1, len(TIMES)):
        earlier = TIMES[: number + 1]
        random.Random(number).shuffle(earlier)
        shelf(cloud, *({"createTime": time} for time in earlier))
        assert choose.fine(pick="newest")["image"]["createTime"] == TIMES[number]


@pytest.mark.parametrize("nonsense", ["", "yesterday", "2024-13-01 00:00:00", "9999-12-31T23:59:59-23:00", None, 5])
def test_a_time_that_cannot_be_read_loses(choose: FrontDoor, cloud: Emulator, nonsense: Any) -> None:
    shelf(cloud, {"createTime": "1999-01-01 00:00:00"}, {"createTime": nonsense})
    assert choose.fine(pick="newest")["image_id"] == "img-0"


def test_equal_times_are_settled_by_id(choose: FrontDoor, cloud: Emulator) -> None:
    times = ("2024-01-01 08:00:00", "2024-01-01T08:00:00Z", "2024-01-01T16:00:00+08:00")
    shelf(cloud, *({"imageId": each, "createTime": time} for each, time in zip("bca", times, strict=True)))
    assert choose.fine(pick="newest")["image_id"] == "c"


def test_newest_without_any_time_fails_and_names_the_other_way(qcloud3: FrontDoor) -> None:
    result = qcloud3.failed("selection", image_type="public", name_regex="^CentOS 7.6", pick="newest")
    assert re.match(
        r"none of the \d+ images left has a creation time: 300 from the API \(image_type=public\), \d+ after name_",
        result["error"]["message"],
    )
    assert result["error"]["hint"] == "Use pick=highest_name, which compares names (22.04 above 9.10)."


ASCENDING = [
    "",
    "2",
    "10",
    "10 a",
    "Ubuntu",
    "Ubuntu 9.10",
    "Ubuntu 9.010.1",
    "Ubuntu 22.04",
    "Ubuntu 22.04 64位",
    "Ubuntu 22.10",
    f"Ubuntu {'9' * 5000}",
    f"Ubuntu 1{'0' * 5000}",
    "ubuntu",
    "镜像 9",
    "镜像 10",
    "镜像A",
]


def test_names_are_in_natural_order() -> None:
    assert sorted(random.Random(1).sample(ASCENDING, len(ASCENDING)), key=natural_key) == ASCENDING


def test_the_highest_name_has_the_greatest_number(choose: FrontDoor, cloud: Emulator) -> None:
    shelf(cloud, {"name": "Ubuntu 9.10"}, {"name": "Ubuntu 22.04"}, {"name": "Ubuntu 10.04"}, {"name": ""})
    assert choose.fine(pick="highest_name")["image"]["name"] == "Ubuntu 22.04"


def test_equal_names_are_settled_by_time_then_id(choose: FrontDoor, cloud: Emulator) -> None:
    same = {"name": "Ubuntu 22.04"}
    early, later = {"createTime": "2024-01-01 00:00:00"}, {"createTime": "2024-01-02 00:00:00"}
    shelf(
        cloud,
        {**same, "imageId": "e"},
        {**same, **later, "imageId": "a"},
        {**same, **later, "imageId": "b"},
        {**same, **early, "imageId": "c"},
    )
    assert choose.fine(pick="highest_name")["image_id"] == "b"


# --- the order is total, and no order of arrival changes the pick

NAMES = st.text("abzUu019._- 镜像²", max_size=8)
MOMENTS = st.sampled_from([*TIMES, "nonsense", ""])


@st.composite
def candidates(draw: st.DrawFn) -> list[Candidate]:
    number = draw(st.integers(1, 8))
    ids = draw(st.lists(st.text("abc012", max_size=3), min_size=number, max_size=number, unique=True))
    rows = [{"id": each, "name": draw(NAMES), "created": draw(MOMENTS)} for each in ids]
    return [Candidate({"imageId": row["id"]}, row) for row in rows]


@settings(max_examples=200)
@given(candidates(), st.sampled_from(["newest", "highest_name"]), st.randoms(use_true_random=False))
def test_the_pick_does_not_depend_on_the_order_of_arrival(
    offered: list[Candidate], pick: str, shuffler: random.Random
) -> None:
    if pick == "newest":
        offered = [*offered, Candidate({}, {"id": "~", "name": "", "created": "1970-01-01"})]
    wanted = criteria(None, None, pick)
    first = select(offered, wanted, "")
    shuffled = list(offered)
    shuffler.shuffle(shuffled)
    assert select(shuffled, wanted, "") == first
    assert first[0] in offered


@settings(max_examples=200)
@given(st.lists(NAMES, min_size=3, max_size=3))
@example(["1", "01", "001"])
@example(["a1", "a", "1a"])
def test_the_order_of_names_is_total(names: list[str]) -> None:
    low, middle, high = sorted(names, key=natural_key)
    assert natural_key(low) <= natural_key(middle) <= natural_key(high)
    assert natural_key(low) <= natural_key(high)
    for one in names:
        for other in names:
            assert (natural_key(one) == natural_key(other)) is (one == other)


def test_ten_thousand_candidates_have_one_newest_and_one_highest() -> None:
    offered = [
        Candidate(
            {"imageId": f"img-{number}", "status": "ready" if number % 2 else "error"},
            {
                "id": f"img-{number}",
                "name": f"build {number % 997}",
                "created": f"20{number % 24:02}-01-01 00:00:00",
            },
        )
        for number in range(10_000)
    ]
    picked = set()
    for seed in range(3):
        random.Random(seed).shuffle(offered)
        for pick in ("newest", "highest_name"):
            (chosen,) = select(offered, criteria("^build", {"status": "ready"}, pick), "")
            picked.add((pick, chosen.row["id"]))
    youngest = max(
        (f"img-{number}" for number in range(1, 10_000, 2) if number % 24 == 23),
    )
    highest = max((number % 24, f"img-{number}") for number in range(1, 10_000, 2) if number % 997 == 996)[1]
    assert picked == {("newest", youngest), ("highest_name", highest)}


# --- names prove no origin (CVE-2018-15869)

OPEN = [
    ("jdcloud", {"image_source": "shared"}, "source shared", "ownerPin"),
    ("jdcloud", {"image_source": "share"}, "source shared", "ownerPin"),
    ("jdcloud", {"image_source": "community"}, "source community", "ownerPin"),
    (
        "jdcloud",
        {"image_source": "community", "offline": False, "name_regex": "社区\"'"},
        "source community",
        "ownerPin",
    ),
    ("qcloud2", {"image_type": "shared"}, "source shared", "creator"),
    ("qcloud2", {"image_type": "4", "status": 0}, "source shared", "creator"),
    ("qcloud3", {}, "any source", "ImageCreator"),
    ("qcloud3", {"image_type": "shared"}, "source shared", "ImageCreator"),
    ("qcloud3", {"filters": {"platform": "Ubuntu"}}, "any source", "ImageCreator"),
    ("qcloud3", {"filters": {"image-type": "SHARED_IMAGE"}}, "source shared", "ImageCreator"),
    ("qcloud3", {"filters": {"image-type": ["PUBLIC_IMAGE", "SHARED_IMAGE"]}}, "source public, shared", "ImageCreator"),
    ("qcloud3", {"where": {"ImageType": ["SHARED_IMAGE"]}}, "source shared", "ImageCreator"),
    ("qcloud3", {"where": {"ImageCreator": None}}, "any source", "ImageCreator"),
    ("qcloud3", {"where": {"ImageCreator": ["100000000002", ""]}}, "any source", "ImageCreator"),
]


@pytest.mark.parametrize("pick", ["only", "newest", "highest_name"])
@pytest.mark.parametrize(("api", "options", "what", "owner"), OPEN, ids=str)
def test_a_pick_among_images_of_strangers_is_refused_with_the_corrected_task(
    request: pytest.FixtureRequest, cloud: Emulator, api: str, options: dict[str, Any], what: str, owner: str, pick: str
) -> None:
    door: FrontDoor = request.getfixturevalue(api)
    message = door.refused("selection", pick=pick, **options)
    assert message.startswith(
        f"pick={pick} among images of {what} is refused: other accounts can publish images under any name."
    )
    assert "allow_untrusted_source: true" in message
    match = re.search(r"Pin the owner: (.+?\}\})\. Or name the IDs", message)
    assert match
    (module, task), *others = yaml.safe_load(match[1]).items()
    assert not others
    assert module == f"cncloud.images.{'jdcloud' if api == 'jdcloud' else 'qcloud'}_image_info"
    assert task["where"][owner] == "THE_OWNER"
    assert {**task, "where": {**task["where"], owner: options.get("where", {}).get(owner)}} == {
        "endpoint": cloud.url,
        "region_id" if api == "jdcloud" else "region": "cn-north-1" if api == "jdcloud" else "ap-guangzhou",
        **({"api_version": "2.0"} if api == "qcloud2" else {}),
        **options,
        "pick": pick,
        "where": {**options.get("where", {}), owner: options.get("where", {}).get(owner)},
    }


@pytest.mark.parametrize(
    ("api", "options", "owner", "name"),
    [
        ("jdcloud", {"image_source": "shared"}, "ownerPin", "jd_partner"),
        ("jdcloud", {"image_source": "community", "offline": False}, "ownerPin", "jd_stranger"),
        ("jdcloud", {"image_source": "community", "name_regex": "#1|社区\"'"}, "ownerPin", "jd_stranger"),
        ("qcloud2", {"image_type": "shared"}, "creator", "100000000002"),
        ("qcloud2", {"image_type": "4", "status": 0}, "creator", "100000000002"),
        ("qcloud3", {}, "ImageCreator", "100000000002"),
        ("qcloud3", {"where": {"ImageState": "NORMAL"}}, "ImageCreator", "100000000002"),
        ("qcloud3", {"filters": {"platform": ["Ubuntu"]}}, "ImageCreator", "100000000002"),
    ],
)
def test_the_corrected_task_runs_once_the_owner_is_filled_in(
    request: pytest.FixtureRequest, api: str, options: dict[str, Any], owner: str, name: str
) -> None:
    door: FrontDoor = request.getfixturevalue(api)
    message = door.refused("selection", pick="newest", **options)
    match = re.search(r"Pin the owner: (.+?\}\})\. Or name the IDs", message)
    assert match
    (task,) = yaml.safe_load(match[1]).values()
    task["where"][owner] = name
    plain = door.with_options(api_version=None)
    result = plain.fine(**task)
    assert result["image"].get(owner) == name
    assert result["image_id"]


def test_the_corrected_task_stays_with_its_service(jdcloud: FrontDoor) -> None:
    message = jdcloud.refused("selection", service="coc-vm", image_source="shared", pick="newest")
    assert '"service": "coc-vm"' in message


@pytest.mark.parametrize(
    ("api", "options", "what", "known", "owner"),
    [
        ("jdcloud", {"image_source": "publik"}, "publik", "public, thirdparty, private, shared, community", "ownerPin"),
        ("jdcloud", {"where": {"imageSource": ["public", "mine"]}}, "mine", "public, ", "ownerPin"),
        ("qcloud2", {"where": {"imageType": 5}}, "5", "1, 2, 3, 4", "creator"),
        ("qcloud3", {"filters": {"image-type": ["PUBLIC"]}}, "PUBLIC", "PRIVATE_IMAGE, PUBLIC_IMAGE, ", "ImageCreator"),
        ("qcloud3", {"where": {"ImageType": None}}, "None", "PRIVATE_IMAGE, PUBLIC_IMAGE, ", "ImageCreator"),
    ],
)
def test_a_source_that_nobody_knows_is_told_from_one_of_strangers(
    request: pytest.FixtureRequest, api: str, options: dict[str, Any], what: str, known: str, owner: str
) -> None:
    door: FrontDoor = request.getfixturevalue(api)
    source = {"jdcloud": {"image_source": "public"}, "qcloud2": {"image_type": "public"}, "qcloud3": {}}[api]
    message = door.refused("selection", pick="newest", **{**source, **options})
    assert (
        f"among images of source {what} is refused: no such source is known. Correct it: known are {known}" in message
    )
    assert "allow_untrusted_source" not in message
    assert message.endswith(f"For one that is new, pin the owner by where.{owner}.")
    pinned = {**options, "where": {**options.get("where", {}), owner: "somebody"}}
    assert "no such source" not in str(door(pick="newest", **{**source, **pinned}).get("msg"))


@pytest.mark.parametrize("owner", [True, False, "", None, ["jd_partner", True], []])
def test_what_names_no_owner_does_not_open_the_guard(jdcloud: FrontDoor, owner: Any) -> None:
    kind = "option" if owner == [] else "selection"
    jdcloud.refused(kind, image_source="shared", where={"ownerPin": owner}, pick="newest")


@pytest.mark.parametrize("state", ["pending", "deleting", "error"])
def test_an_image_that_cannot_boot_is_picked_with_a_warning(choose: FrontDoor, cloud: Emulator, state: str) -> None:
    shelf(cloud, {"status": "ready"}, {"status": state})
    result = choose.fine(where={"imageId": "img-1"}, pick="only")
    word = result["summary"][0]["state"]
    assert result["warnings"] == [
        f"The picked image img-1 is in state {word}: it may not boot. Leave such images out by status or where."
    ]
    assert "warnings" not in choose.fine(status="ready", pick="only")
    assert "warnings" not in choose.fine()


@pytest.mark.parametrize(
    ("api", "options"),
    [
        ("jdcloud", {"image_source": "shared", "where": {"ownerPin": "jd_partner"}}),
        ("jdcloud", {"image_source": "shared", "where": {"ownerPin": ["jd_partner", "jd_other"]}}),
        ("jdcloud", {"image_source": "community", "allow_untrusted_source": True}),
        ("jdcloud", {"image_source": "public"}),
        ("jdcloud", {"image_source": "thirdparty"}),
        ("jdcloud", {"image_source": "private"}),
        ("qcloud2", {"image_type": "private"}),
        ("qcloud2", {"image_type": "marketplace"}),
        ("qcloud2", {"image_type": "shared", "where": {"creator": "100000000002"}}),
        ("qcloud2", {"image_type": "shared", "where": {"createor": 100000000002}}),
        ("qcloud3", {"image_type": "private"}),
        ("qcloud3", {"filters": {"image-type": ["PRIVATE_IMAGE", "PUBLIC_IMAGE"]}}),
        ("qcloud3", {"where": {"ImageType": "PRIVATE_IMAGE"}}),
        ("qcloud3", {"where": {"ImageCreator": "100000000001"}}),
        ("qcloud3", {"allow_untrusted_source": True}),
    ],
    ids=str,
)
def test_a_pick_among_trusted_images_is_made(request: pytest.FixtureRequest, api: str, options: dict[str, Any]) -> None:
    assert request.getfixturevalue(api).fine(pick="highest_name", **options)["image_id"]


def test_explicit_ids_need_no_guard(
    jdcloud: FrontDoor, qcloud2: FrontDoor, qcloud3: FrontDoor, cloud: Emulator
) -> None:
    jd = next(each for each in cloud.catalogue.images["jdcloud.vm"] if each["imageSource"] == "community")["imageId"]
    shared = next(each for each in cloud.catalogue.images["qcloud"] if each["ImageType"] == "SHARED_IMAGE")["ImageId"]
    assert jdcloud.fine(ids=[jd], pick="only")["image_id"] == jd
    assert jdcloud.fine(image_id=jd, pick="only")["image_id"] == jd
    assert qcloud2.fine(image_type="shared", image_ids=[shared], pick="only")["image_id"] == shared
    assert qcloud3.fine(image_ids=[shared], pick="only")["image_id"] == shared
    assert qcloud3.fine(filters={"image-id": [shared]}, pick="only")["image_id"] == shared


def test_a_listing_without_a_pick_needs_no_guard(jdcloud: FrontDoor) -> None:
    assert jdcloud.fine(image_source="community", name_regex="#1$")["images"]
