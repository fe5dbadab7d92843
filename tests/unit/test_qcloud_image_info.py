# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Says what a task of qcloud_image_info sends and gets back in either API version, and that both answer alike."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest
from ansible_collections.cncloud.images.plugins.module_utils import _qcloud, _query
from emulator import (
    SECURITY_TOKEN,
    TEMPORARY_SECRET_ID,
    TEMPORARY_SECRET_KEY_TENCENT,
    Emulator,
    Fault,
)
from emulator import faults as broken
from unit.front_door import FrontDoor

RESULT_KEYS = {
    "changed",
    "images",
    "image_ids",
    "summary",
    "total_count",
    "complete",
    "request_ids",
    "invocation",
}
TYPES = {"private": "PRIVATE_IMAGE", "public": "PUBLIC_IMAGE", "shared": "SHARED_IMAGE", "marketplace": "MARKET_IMAGE"}
NUMBERS = {"private": "1", "public": "2", "marketplace": "3", "shared": "4"}
JSON = {"Content-Type": "application/json"}


def image(identity: str, **fields: Any) -> dict[str, Any]:
    return {"ImageId": identity, "ImageName": identity, "ImageType": "PRIVATE_IMAGE", **fields}


def of_type(cloud: Emulator, word: str, number: int = 1000) -> list[dict[str, Any]]:
    return [each for each in cloud.catalogue.images["qcloud"] if each["ImageType"] == TYPES[word]][:number]


def ids(images: list[dict[str, Any]]) -> list[str]:
    return [each["ImageId"] for each in images]


def question(cloud: Emulator, number: int = 0) -> dict[str, Any]:
    """What a request of API 3.0 asked, without the window."""
    return {name: value for name, value in cloud.requests[number].parameters.items() if name not in ("Offset", "Limit")}


# --- API 2.0: what arrives


def test_api_2_sends_the_documented_request(qcloud2: FrontDoor, cloud: Emulator) -> None:
    qcloud2.fine(image_type="public", status=0, offset=0, limit=50, region="gz")
    received = cloud.requests[0]
    assert (received.method, received.path, received.body) == ("GET", "/v2/index.php", b"")
    sent = received.parameters
    assert {name: sent[name] for name in ("Action", "Region", "SignatureMethod", "imageType", "status")} == {
        "Action": "DescribeImages",
        "Region": "gz",
        "SignatureMethod": "HmacSHA256",
        "imageType": "2",
        "status": "0",
    }
    assert (sent["offset"], sent["limit"]) == ("0", "50")
    assert set(sent) == {
        *("Action", "Region", "SignatureMethod", "imageType", "status", "offset", "limit"),
        *("Nonce", "Timestamp", "SecretId", "Signature"),
    }
    assert 0 < int(sent["Nonce"]) < 2**63


@pytest.mark.parametrize("word", sorted(NUMBERS))
def test_api_2_takes_the_type_as_a_word_or_the_documented_number(
    qcloud2: FrontDoor, cloud: Emulator, word: str
) -> None:
    by_word = qcloud2.fine(image_type=word)
    by_number = qcloud2.fine(image_type=None, imageType=int(NUMBERS[word]))
    assert by_word["image_ids"] == by_number["image_ids"] == ids(of_type(cloud, word))
    assert {received.parameters["imageType"] for received in cloud.requests} == {NUMBERS[word]}


@pytest.mark.parametrize("status", range(6))
def test_api_2_sends_every_status(qcloud2: FrontDoor, cloud: Emulator, status: int) -> None:
    result = qcloud2.fine(image_type="private", status=status)
    assert {received.parameters["status"] for received in cloud.requests} == {str(status)}
    assert {each["status"] for each in result["images"]} == ({status} if status else {1, 2, 3, 4, 5})


def test_api_2_does_not_send_what_is_unset(qcloud2: FrontDoor, cloud: Emulator) -> None:
    qcloud2.fine(image_type="public")
    assert not {"status", "Token", "imageIds.0"} & {name for each in cloud.requests for name in each.parameters}


def test_api_2_numbers_its_ids_from_zero(qcloud2: FrontDoor, cloud: Emulator) -> None:
    qcloud2.fine(image_type="private", imageIds=["img-b", "img-a"])
    sent = cloud.requests[0].parameters
    assert (sent["imageIds.0"], sent["imageIds.1"]) == ("img-b", "img-a")
    assert "imageIds.2" not in sent


# --- API 3.0: what arrives


def test_api_3_sends_the_documented_request(qcloud3: FrontDoor, cloud: Emulator) -> None:
    qcloud3.fine(offset=0, limit=1)
    received = cloud.requests[0]
    assert (received.method, received.raw_path) == ("POST", "/")
    assert json.loads(received.body) == {"Offset": 0, "Limit": 1}
    assert received.header("content-type") == "application/json"
    assert received.header("x-tc-action") == "DescribeImages"
    assert received.header("x-tc-version") == "2017-03-12"
    assert received.header("x-tc-region") == "ap-guangzhou"
    assert received.header("x-tc-language") == "en-US"
    assert received.header("x-tc-token") is None
    assert "SignedHeaders=content-type;host, " in str(received.header("authorization"))


@pytest.mark.parametrize("word", ["private", "public", "shared"])
def test_api_3_filters_by_type(qcloud3: FrontDoor, cloud: Emulator, word: str) -> None:
    result = qcloud3.fine(image_type=word)
    assert question(cloud) == {"Filters": [{"Name": "image-type", "Values": [TYPES[word]]}]}
    assert result["images"] == of_type(cloud, word)
    assert qcloud3.fine(image_type=NUMBERS[word])["image_ids"] == result["image_ids"]


def test_filters_arrive_as_lists_of_text_beside_the_type(qcloud3: FrontDoor, cloud: Emulator) -> None:
    qcloud3.fine(
        image_type="private",
        Filters={"platform": ["Ubuntu", "CentOS"], "tag:env": "prod", "tag-key": 7, "tag-value": [True, 1.5]},
    )
    assert question(cloud) == {
        "Filters": [
            {"Name": "platform", "Values": ["Ubuntu", "CentOS"]},
            {"Name": "tag:env", "Values": ["prod"]},
            {"Name": "tag-key", "Values": ["7"]},
            {"Name": "tag-value", "Values": ["true", "1.5"]},
            {"Name": "image-type", "Values": ["PRIVATE_IMAGE"]},
        ]
    }


def test_an_instance_type_arrives_as_it_is(qcloud3: FrontDoor, cloud: Emulator) -> None:
    result = qcloud3.fine(instance_type="SR1.MEDIUM4", image_type="public")
    assert question(cloud)["InstanceType"] == "SR1.MEDIUM4"
    assert {each["Architecture"] for each in result["images"]} == {"arm"}
    qcloud3.fine(InstanceType="SA5.MEDIUM2", limit=1)
    assert question(cloud, -1) == {"InstanceType": "SA5.MEDIUM2"}


@pytest.mark.parametrize("alias", ["image_ids", "imageIds", "ImageIds"])
def test_ids_go_without_filters(qcloud3: FrontDoor, cloud: Emulator, alias: str) -> None:
    known = ids(of_type(cloud, "private", 3))
    result = qcloud3.fine(**{alias: known})
    assert question(cloud) == {"ImageIds": known}
    assert result["image_ids"] == known


def test_ids_with_a_type_are_filtered_here(qcloud3: FrontDoor, cloud: Emulator) -> None:
    private, public = (ids(of_type(cloud, word, 2)) for word in ("private", "public"))
    result = qcloud3.fine(image_type="public", image_ids=[*private, *public])
    assert question(cloud) == {"ImageIds": [*private, *public]}
    assert result["image_ids"] == public


def test_ids_with_the_marketplace_are_asked_for(qcloud3: FrontDoor, cloud: Emulator) -> None:
    assert qcloud3.fine(image_type="marketplace", image_ids=ids(of_type(cloud, "private", 1)))["images"] == []
    assert len(cloud.requests) == 1


@pytest.mark.parametrize(
    ("status", "states"),
    [(1, {"CREATING"}), (2, {"NORMAL"}), (3, {"USING"}), (4, {"SYNCING"}), (5, {"SYNCING"})],
)
def test_a_status_is_compared_with_the_state_after_the_answer(
    qcloud3: FrontDoor, cloud: Emulator, status: int, states: set[str]
) -> None:
    result = qcloud3.fine(image_type="private", status=status)
    assert question(cloud) == {"Filters": [{"Name": "image-type", "Values": ["PRIVATE_IMAGE"]}]}
    assert result["images"] == [each for each in of_type(cloud, "private") if each["ImageState"] in states]
    assert result["images"]
    assert result["total_count"] == 300
    assert result["complete"] is True
    assert "warnings" not in result


def test_status_0_means_all_states(qcloud3: FrontDoor, cloud: Emulator) -> None:
    assert qcloud3.fine(image_type="private", status=0)["images"] == of_type(cloud, "private")


@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_the_language_is_that_of_the_messages(qcloud3: FrontDoor, cloud: Emulator, language: str) -> None:
    error = qcloud3.failed("api", filters={"colour": "red"}, Language=language)["error"]
    assert cloud.requests[0].header("x-tc-language") == language
    assert error["message"].startswith(
        "InvalidFilter: The filter `colour`" if language == "en-US" else "InvalidFilter: 不支持过滤条件`colour`"
    )


# --- regions


@pytest.mark.parametrize(("short", "long"), sorted(_qcloud.REGIONS.items()))
def test_short_and_long_regions_work_in_both_versions(
    qcloud2: FrontDoor, qcloud3: FrontDoor, cloud: Emulator, short: str, long: str
) -> None:
    for region in (short, long):
        qcloud2.fine(image_type="public", limit=1, region=region)
        assert cloud.requests[-1].parameters["Region"] == short
        qcloud3.fine(limit=1, region=None, Region=region)
        assert cloud.requests[-1].header("x-tc-region") == long


def test_a_region_without_a_known_pair_is_passed_through(
    qcloud2: FrontDoor, qcloud3: FrontDoor, cloud: Emulator
) -> None:
    qcloud2.fine(image_type="public", limit=1, region="ap-nanjing")
    assert cloud.requests[-1].parameters["Region"] == "ap-nanjing"
    qcloud3.fine(limit=1, region="ap-nanjing")
    assert cloud.requests[-1].header("x-tc-region") == "ap-nanjing"


# --- windows and everything


@pytest.mark.parametrize(
    ("options", "offset", "size"),
    [({"offset": 40}, 40, 20), ({"limit": 7}, 0, 7), ({"offset": 0}, 0, 20), ({"offset": 95, "limit": 100}, 95, 100)],
)
@pytest.mark.parametrize("version", ["2.0", "3.0"])
def test_a_window_option_asks_for_exactly_that_window(
    qcloud3: FrontDoor, cloud: Emulator, version: str, options: dict[str, int], offset: int, size: int
) -> None:
    result = qcloud3.fine(api_version=version, image_type="shared", **options)
    assert len(cloud.requests) == 1
    names = ("offset", "limit") if version == "2.0" else ("Offset", "Limit")
    assert [int(cloud.requests[0].parameters[name]) for name in names] == [offset, size]
    assert result["image_ids"] == ids(of_type(cloud, "shared"))[offset : offset + size]
    assert (result["total_count"], result["complete"]) == (300, False)
    assert "warnings" not in result


@pytest.mark.parametrize("version", ["2.0", "3.0"])
def test_without_a_window_everything_comes_a_hundred_at_a_time(
    qcloud3: FrontDoor, cloud: Emulator, version: str
) -> None:
    result = qcloud3.fine(api_version=version, image_type="private")
    assert result["image_ids"] == ids(of_type(cloud, "private"))
    assert (result["total_count"], result["complete"]) == (300, True)
    assert sorted(received.page for received in cloud.requests) == [1, 2, 3]
    assert len(result["request_ids"]) == (0 if version == "2.0" else 3)


def test_a_window_is_cut_from_what_the_status_leaves(qcloud3: FrontDoor, cloud: Emulator) -> None:
    normal = ids([each for each in of_type(cloud, "private") if each["ImageState"] == "NORMAL"])
    result = qcloud3.fine(image_type="private", status=2, offset=150, limit=30)
    assert result["image_ids"] == normal[150:180]
    assert (result["total_count"], result["complete"]) == (300, False)
    rest = qcloud3.fine(image_type="private", status=2, offset=200, limit=100)
    assert rest["image_ids"] == normal[200:]


@pytest.mark.parametrize(("version", "requests", "most"), [("2.0", 25, 10), ("3.0", 3, 100)])
def test_250_ids_are_cut_into_requests_each_once_in_order(
    qcloud3: FrontDoor, cloud: Emulator, version: str, requests: int, most: int
) -> None:
    known = ids(of_type(cloud, "private", 250))
    result = qcloud3.fine(api_version=version, image_type="private", image_ids=[*known, *known[:50]])
    asked = [
        received.parameters.get("ImageIds")
        or [value for name, value in received.parameters.items() if name.startswith("imageIds.")]
        for received in cloud.requests
    ]
    assert len(asked) == requests
    assert max(len(some) for some in asked) == most
    assert sorted(one for some in asked for one in some) == sorted(known)
    assert result["image_ids"] == known
    assert (result["total_count"], result["complete"]) == (250, True)


@pytest.mark.parametrize("version", ["2.0", "3.0"])
def test_a_window_of_many_ids_is_cut_from_all_of_them(qcloud3: FrontDoor, cloud: Emulator, version: str) -> None:
    known = ids(of_type(cloud, "private", 250))
    result = qcloud3.fine(api_version=version, image_type="private", image_ids=known, offset=95, limit=10)
    assert result["image_ids"] == known[95:105]
    assert (result["total_count"], result["complete"]) == (250, False)


@pytest.mark.parametrize("version", ["2.0", "3.0"])
def test_unknown_ids_are_absent(qcloud3: FrontDoor, version: str) -> None:
    result = qcloud3.fine(api_version=version, image_type="private", image_ids=["img-unknown", "img-other"])
    assert (result["images"], result["image_ids"], result["summary"]) == ([], [], [])
    assert (result["total_count"], result["complete"]) == (0, True)


# --- what comes back


def test_images_come_back_exactly_as_the_cloud_has_them(qcloud3: FrontDoor, cloud: Emulator) -> None:
    nested = image(
        "img-a",
        Future={"深": [{"a": None, "b": [1.5, False, 0, ""]}]},
        SnapshotSet=[{"SnapshotId": "snap-1", "DiskUsage": "SYSTEM_DISK", "DiskSize": 50}],
        Tags=[{"Key": "团队", "Value": "web+api"}],
        CreatedTime=None,
        ImageDeprecated=False,
    )
    cloud.catalogue.images["qcloud"] = [copy.deepcopy(nested)]
    result = qcloud3.fine()
    assert result["images"] == [nested]
    assert list(result["images"][0]) == list(nested)


def test_api_2_images_come_back_under_their_own_names(qcloud2: FrontDoor, cloud: Emulator) -> None:
    cloud.catalogue.images["qcloud"] = [
        image("img-1234test", ImageName="test", OsName="Ubuntu 12.04 64bit", CreatedTime="2014-09-27T02:11:00Z")
    ]
    cloud.faults = [Fault(broken.change_answer(lambda answer: answer["imageSet"][0].update(future=[{"a": None}])))]
    (shown,) = qcloud2.fine(image_type="private")["images"]
    assert shown.pop("creator", "") + shown.pop("createor", "") == ""
    assert shown == {
        "unImgId": "img-1234test",
        "imageName": "test",
        "imageDescription": "",
        "imageType": 1,
        "osName": "Ubuntu 12.04 64bit",
        "createTime": "2014-09-27 10:11:00",
        "status": 2,
        "future": [{"a": None}],
    }


@pytest.mark.parametrize("version", ["2.0", "3.0"])
def test_a_result_has_these_keys(qcloud3: FrontDoor, version: str) -> None:
    result = qcloud3.fine(api_version=version, image_type="private", limit=5)
    assert set(result) == RESULT_KEYS
    assert result["changed"] is False
    assert [row["id"] for row in result["summary"]] == result["image_ids"]
    ready = {"2.0": {"status": 2}, "3.0": {"ImageState": "NORMAL"}}[version]
    picked = qcloud3.fine(api_version=version, image_type="private", where=ready, pick="newest")
    assert set(picked) == RESULT_KEYS | {"image", "image_id"}
    assert picked["images"] == [picked["image"]]
    assert picked["image_ids"] == [picked["image_id"]]
    assert picked["total_count"] == 300


@pytest.mark.parametrize(
    ("options", "explained"),
    [
        ({"image_type": "public", "status": 5}, "300 from the API (image_type=public), 0 after status=5. Nearest 5: "),
        (
            {"image_type": "private", "status": 3, "name_regex": "no such"},
            "300 from the API (image_type=private), 30 after status=3, 0 after name_regex 'no such'. Nearest 5: ",
        ),
    ],
)
def test_a_filter_that_works_here_is_a_step_of_its_own(
    qcloud3: FrontDoor, options: dict[str, Any], explained: str
) -> None:
    message = qcloud3.failed("selection", pick="newest", **options)["msg"]
    assert re.sub(r"\d+ after status=3", "30 after status=3", message).startswith(f"no image left: {explained}")


def test_a_source_of_known_ids_is_a_step_of_its_own(qcloud3: FrontDoor, cloud: Emulator) -> None:
    ids = [each["ImageId"] for each in cloud.catalogue.images["qcloud"] if each["ImageType"] == "PUBLIC_IMAGE"][:2]
    message = qcloud3.failed("selection", image_ids=ids, image_type="private", pick="only")["msg"]
    assert message.startswith(
        f"no image left: 2 from the API (image_ids={','.join(ids)}), 0 after image_type=private. Nearest"
    )


def test_numbers_of_api_2_may_come_as_text(qcloud2: FrontDoor, cloud: Emulator) -> None:
    cloud.codes_as_text = True
    result = qcloud2.fine(image_type="private")
    assert result["total_count"] == 300
    assert result["image_ids"] == ids(of_type(cloud, "private"))


@pytest.mark.parametrize("name", ["unImgId", "unImageId"])
def test_an_api_2_id_is_found_under_either_name(qcloud2: FrontDoor, cloud: Emulator, name: str) -> None:
    document = {"code": 0, "totalCount": 1, "imageSet": [{name: "img-a", "imageName": "a"}]}
    cloud.faults = [Fault(broken.answer(200, json.dumps(document), JSON))]
    assert qcloud2.fine(image_type="private")["image_ids"] == ["img-a"]


SUMMARIES_3 = [
    ({"ImageType": "PRIVATE_IMAGE"}, {"source": "private"}),
    ({"ImageType": "PUBLIC_IMAGE"}, {"source": "public"}),
    ({"ImageType": "SHARED_IMAGE"}, {"source": "shared"}),
    ({"ImageState": "CREATING"}, {"state": "creating"}),
    ({"ImageState": "NORMAL"}, {"state": "ready"}),
    ({"ImageState": "USING"}, {"state": "in_use"}),
    ({"ImageState": "SYNCING"}, {"state": "syncing"}),
    ({"ImageState": "IMPORTING"}, {"state": "creating"}),
    ({"ImageState": "CREATEFAILED"}, {"state": "failed"}),
    ({"ImageState": "IMPORTFAILED"}, {"state": "failed"}),
    ({"ImageState": "RESTING"}, {"state": "RESTING"}),
    ({"Architecture": "x86_64"}, {"architecture": "x86_64"}),
    ({"Architecture": "arm"}, {"architecture": "arm64"}),
    ({"Architecture": "i386"}, {"architecture": "i386"}),
    ({"Platform": "Windows", "OsName": "Windows Server 2022"}, {"os_type": "windows", "platform": "Windows"}),
    (
        {"Platform": "TencentOS", "OsName": "TencentOS Server 3.1"},
        {"os_type": "linux", "os_name": "TencentOS Server 3.1"},
    ),
    ({"Platform": "FreeBSD"}, {"os_type": None}),
    ({"Platform": "Other Linux"}, {"os_type": "linux"}),
    ({"Platform": "Microsoft Windows"}, {"os_type": "windows"}),
    ({"Platform": "Unix"}, {"os_type": None}),
    ({"OsName": "Windows Server 2012 R2"}, {"os_type": "windows", "platform": None}),
    ({"OsName": ""}, {"os_type": None, "os_name": None}),
    ({"CreatedTime": "2020-09-22T00:00:00+00:00"}, {"created": "2020-09-22T00:00:00+00:00"}),
    ({"CreatedTime": None}, {"created": None}),
    ({"CreatedTime": ""}, {"created": None}),
    ({"ImageSize": 20}, {"size_gb": 20}),
    ({"ImageSize": 0}, {"size_gb": 0}),
]


@pytest.mark.parametrize(("fields", "expected"), SUMMARIES_3, ids=[json.dumps(fields) for fields, dummy in SUMMARIES_3])
def test_the_summary_of_api_3_says_it_in_words_of_its_own(
    qcloud3: FrontDoor, cloud: Emulator, fields: dict[str, Any], expected: dict[str, Any]
) -> None:
    cloud.catalogue.images["qcloud"] = [image("img-a", **fields)]
    row = qcloud3.fine(image_ids=["img-a"])["summary"][0]
    assert {name: row[name] for name in expected} == expected


def test_the_summary_of_api_3_knows_the_marketplace(qcloud3: FrontDoor, cloud: Emulator) -> None:
    document = {"Response": {"TotalCount": 1, "ImageSet": [image("img-a", ImageType="MARKET_IMAGE")], "RequestId": "r"}}
    cloud.faults = [Fault(broken.answer(200, json.dumps(document), JSON))]
    result = qcloud3.fine(image_type="3", image_ids=["img-a"])
    assert result["summary"][0]["source"] == "marketplace"
    assert result["request_ids"] == ["r"]


SUMMARIES_2 = [
    ({"imageType": 1}, {"source": "private"}),
    ({"imageType": 2}, {"source": "public"}),
    ({"imageType": 3}, {"source": "marketplace"}),
    ({"imageType": 4}, {"source": "shared"}),
    ({"imageType": "4"}, {"source": "shared"}),
    ({"imageType": 9}, {"source": "9"}),
    ({"status": 1}, {"state": "creating"}),
    ({"status": 2}, {"state": "ready"}),
    ({"status": 3}, {"state": "in_use"}),
    ({"status": 4}, {"state": "syncing"}),
    ({"status": 5}, {"state": "syncing"}),
    ({"status": "2"}, {"state": "ready"}),
    ({"osName": "Windows Server 2012 R2 标准版"}, {"os_type": "windows", "os_name": "Windows Server 2012 R2 标准版"}),
    ({"osName": "CentOS 6.2 64位"}, {"os_type": "linux", "platform": None, "architecture": None, "size_gb": None}),
    ({"osName": "FreeBSD 10.1 64位"}, {"os_type": None}),
    ({"createTime": "2014-09-27 10:11:00"}, {"created": "2014-09-27 10:11:00"}),
    ({"createTime": ""}, {"created": None}),
]


@pytest.mark.parametrize(("fields", "expected"), SUMMARIES_2, ids=[json.dumps(fields) for fields, dummy in SUMMARIES_2])
def test_the_summary_of_api_2_says_it_in_the_same_words(
    qcloud2: FrontDoor, cloud: Emulator, fields: dict[str, Any], expected: dict[str, Any]
) -> None:
    document = {"code": 0, "totalCount": 1, "imageSet": [{"unImgId": "img-a", "imageName": "a", **fields}]}
    cloud.faults = [Fault(broken.answer(200, json.dumps(document), JSON))]
    row = qcloud2.fine(image_type="private")["summary"][0]
    assert {name: row[name] for name in expected} == expected


@pytest.mark.parametrize("version", ["2.0", "3.0"])
def test_what_the_cloud_does_not_say_is_null(qcloud3: FrontDoor, cloud: Emulator, version: str) -> None:
    document: dict[str, Any] = {"code": 0, "totalCount": 1, "imageSet": [{"unImgId": "img-a"}]}
    if version == "3.0":
        document = {"Response": {"TotalCount": 1, "ImageSet": [{"ImageId": "img-a"}], "RequestId": "r"}}
    cloud.faults = [Fault(broken.answer(200, json.dumps(document), JSON))]
    row = qcloud3.fine(api_version=version, image_type="private", limit=1)["summary"][0]
    assert row == {
        "id": "img-a",
        "name": None,
        "os_type": None,
        "os_name": None,
        "platform": None,
        "architecture": None,
        "source": None,
        "state": None,
        "created": None,
        "size_gb": None,
    }


@pytest.mark.parametrize("image_type", ["private", "public", "shared"])
def test_both_versions_give_the_same_ids_and_words(
    qcloud2: FrontDoor, qcloud3: FrontDoor, cloud: Emulator, image_type: str
) -> None:
    # API 2.0 has no word for what failed, so those images are left out of the comparison.
    cloud.catalogue.images["qcloud"] = [
        each for each in cloud.catalogue.images["qcloud"] if not each["ImageState"].endswith("FAILED")
    ]
    two, three = qcloud2.fine(image_type=image_type), qcloud3.fine(image_type=image_type)
    assert two["image_ids"] == three["image_ids"] != []
    assert two["total_count"] == three["total_count"]
    for word in ("id", "name", "os_name", "os_type", "source", "state"):
        assert [row[word] for row in two["summary"]] == [row[word] for row in three["summary"]], word


def test_both_versions_pick_the_same_image(qcloud2: FrontDoor, qcloud3: FrontDoor) -> None:
    for wanted in (
        {"image_type": "private", "pick": "newest"},
        {"image_type": "public", "pick": "highest_name", "name_regex": "Ubuntu"},
    ):
        assert qcloud2.fine(**wanted)["image_id"] == qcloud3.fine(**wanted)["image_id"]


# --- options from the environment


@pytest.mark.parametrize("variable", ["TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN"])
@pytest.mark.parametrize("version", ["2.0", "3.0"])
def test_keys_region_and_either_token_come_from_the_environment(
    qcloud3: FrontDoor, cloud: Emulator, monkeypatch: pytest.MonkeyPatch, version: str, variable: str
) -> None:
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", TEMPORARY_SECRET_ID)
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", TEMPORARY_SECRET_KEY_TENCENT)
    monkeypatch.setenv(variable, SECURITY_TOKEN)
    monkeypatch.setenv("TENCENTCLOUD_REGION", "ap-shanghai")
    qcloud3.fine(api_version=version, secret_id=None, secret_key=None, region=None, image_type="public", limit=1)
    received = cloud.requests[0]
    assert received.verdict == "ok"
    if version == "2.0":
        assert (received.parameters["Region"], received.parameters["Token"]) == ("sh", SECURITY_TOKEN)
    else:
        assert (received.header("x-tc-region"), received.header("x-tc-token")) == ("ap-shanghai", SECURITY_TOKEN)


def test_an_empty_token_variable_leaves_room_for_the_other(
    qcloud3: FrontDoor, cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENCENTCLOUD_TOKEN", "")
    monkeypatch.setenv("TENCENTCLOUD_SECURITY_TOKEN", SECURITY_TOKEN)
    qcloud3.fine(secret_id=TEMPORARY_SECRET_ID, secret_key=TEMPORARY_SECRET_KEY_TENCENT, limit=1)
    assert cloud.requests[0].header("x-tc-token") == SECURITY_TOKEN


def test_an_option_wins_over_the_environment(
    qcloud3: FrontDoor, cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SECRET_ID", "SECRET_KEY", "REGION"):
        monkeypatch.setenv(f"TENCENTCLOUD_{name}", "other")
    qcloud3.fine(limit=1)
    assert cloud.requests[0].verdict == "ok"


@pytest.mark.parametrize(("option", "variable"), [("secret_id", "SECRET_ID"), ("secret_key", "SECRET_KEY")])
def test_an_empty_variable_is_a_missing_key(
    qcloud3: FrontDoor, monkeypatch: pytest.MonkeyPatch, option: str, variable: str
) -> None:
    monkeypatch.setenv(f"TENCENTCLOUD_{variable}", "")
    message = qcloud3.refused("credentials", **{option: None})
    assert message == (
        f"{option} is missing. Set the option {option} or the environment variable TENCENTCLOUD_{variable},"
        " or a profile in ~/.tencentcloud/credentials or ~/.tccli."
    )


# --- what is refused before anything is sent

ELEVEN = {f"tag:{number}": "x" for number in range(11)}
REFUSED: list[tuple[dict[str, Any], str]] = [
    (
        {"api_version": "2.0"},
        "image_type is missing. API 2.0 requires it: give private, public, marketplace or shared.",
    ),
    (
        {"api_version": "2.0", "image_type": "public", "filters": {"platform": "x"}},
        "filters is unknown to API 2.0. Leave",
    ),
    ({"api_version": "2.0", "image_type": "public", "instance_type": "S1.X"}, "instance_type is unknown to API 2.0."),
    (
        {"image_type": "marketplace"},
        "image_type is marketplace, which API 3.0 cannot list. Give the image_ids that you",
    ),
    ({"image_type": "3", "limit": 1}, "image_type is marketplace, which API 3.0 cannot list. Give the image_ids"),
    ({"image_ids": []}, "image_ids is an empty list, which would ask for nothing. Leave the option out for no filter"),
    ({"image_ids": [""]}, "image_ids holds an empty item. Leave the option out for no filter, or name at least one."),
    ({"status": 6}, "status is 6, outside 0 to 5. Give a number within that range."),
    ({"status": -1}, "status is -1, outside 0 to 5. Give a number within that range."),
    ({"limit": 0}, "limit is 0, outside 1 to 100. Give a number within that range."),
    ({"limit": 101}, "limit is 101, outside 1 to 100. Give a number within that range."),
    ({"offset": -1}, "offset is -1, outside 0 to 1e+09. Give a number within that range."),
    ({"region": "ap guangzhou"}, "region is 'ap guangzhou'. Give the cloud's own code, such as ap-guangzhou."),
    ({"image_ids": ["img-a"], "filters": {"platform": "x"}}, "filters cannot be combined with image_ids. Use where or"),
    (
        {"image_type": "public", "filters": {"image-type": "x"}},
        "filters holds image-type beside the option image_type.",
    ),
    ({"filters": ELEVEN}, "filters holds 11 filters. The API takes 10, image_type among them."),
    (
        {"filters": {"platform": list("abcdef")}},
        "filters.platform is ['a', 'b', 'c', 'd', 'e', 'f']. Give a text, or a",
    ),
    (
        {"filters": {"platform": []}},
        "filters.platform is []. Give a text, or a list of 1 to 5 texts of which any may match.",
    ),
    ({"filters": {"platform": None}}, "filters.platform is None. Give a text, or a list of 1 to 5 texts"),
    ({"filters": {"platform": {"a": 1}}}, "filters.platform is {'a': 1}. Give a text, or a list of 1 to 5 texts"),
    (
        {"pick": "only", "offset": 0, "image_type": "public"},
        "offset cannot be combined with pick. Leave it out: a pick",
    ),
    ({"pick": "only", "limit": 1, "image_type": "public"}, "limit cannot be combined with pick. Leave it out: a pick"),
    ({"endpoint": "cvm.tencentcloudapi.com"}, "endpoint is 'cvm.tencentcloudapi.com', which is no address of a host."),
    ({"name_regex": "("}, "name_regex '(' does not compile: missing ), unterminated subpattern at position 0. It is a"),
]


@pytest.mark.parametrize(("options", "message"), REFUSED, ids=[str(number) for number in range(len(REFUSED))])
def test_a_wrong_option_is_refused_with_its_name_value_and_remedy(
    qcloud3: FrontDoor, options: dict[str, Any], message: str
) -> None:
    assert qcloud3.refused(**options).startswith(message)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"api_version": "1.0"}, "api_version"),
        ({"image_type": "5"}, "image_type"),
        ({"language": "de-DE"}, "language"),
        ({"status": "ready"}, "status"),
        ({"filters": "platform"}, "filters"),
        ({"colour": "red"}, "colour"),
        ({"region": None}, "region"),
    ],
)
def test_what_ansible_itself_refuses_has_an_error_too(qcloud3: FrontDoor, options: dict[str, Any], named: str) -> None:
    assert named in qcloud3.refused(**options)


@pytest.mark.parametrize("option", ["secret_id", "secret_key", "token"])
@pytest.mark.parametrize("value", [" KEYEXAMPLE", "KEYEXAMPLE\n"])
def test_a_key_with_space_around_it_is_named_not_shown(qcloud3: FrontDoor, option: str, value: str) -> None:
    message = qcloud3.refused("credentials", **{option: value})
    assert message.startswith(f"{option} has a space or line break at its beginning or end. Remove it from the option")
    assert "KEYEXAMPLE" not in qcloud3.said


# --- what the cloud refuses


def code_2(code: Any, message: str = "(100004)说明", word: str = "Word") -> Fault:
    document = {"code": code, "message": message, "codeDesc": word}
    return Fault(broken.answer(200, json.dumps(document), JSON), times=None)


@pytest.mark.parametrize(
    ("code", "kind", "attempts", "hint"),
    [
        (4000, "api", 1, "Compare the options with the API's documentation."),
        (4100, "credentials", 1, "Check secret_id and secret_key, and token if they are temporary."),
        (4101, "credentials", 1, "The account needs the permission to list images."),
        (4102, "credentials", 1, "The account needs the permission to list images."),
        (4103, "credentials", 1, "The account needs the permission to list images."),
        (4104, "credentials", 1, "Check secret_id and secret_key"),
        (4105, "credentials", 1, "token if they are temporary."),
        (4106, "credentials", 1, "Check secret_id and secret_key"),
        (4110, "credentials", 1, "Check secret_id and secret_key"),
        (4200, "clock", 1, "So something on the way holds requests back: look at any proxy."),
        (4300, "api", 1, "API 2.0 is closed to nearly all accounts: use api_version 3.0."),
        (4400, "throttled", 3, "try again later, or raise retries and total_timeout."),
        (4500, "credentials", 3, "Each request has a nonce of its own"),
        (4600, "api", 1, "Use an endpoint with https."),
        (5000, "not_found", 1, "Check region. Compare the options"),
        (6000, "api", 3, "The cloud fails at the moment: try again later."),
        (6100, "api", 1, "Check endpoint: this host does not know the action."),
        (6200, "api", 1, "The cloud fails at the moment: try again later."),
    ],
)
@pytest.mark.parametrize("as_text", [False, True])
def test_a_documented_code_of_api_2_has_its_kind_hint_and_attempts(
    qcloud2: FrontDoor, cloud: Emulator, code: int, kind: str, attempts: int, hint: str, as_text: bool
) -> None:
    cloud.faults = [code_2(str(code) if as_text else code)]
    result = qcloud2.failed(kind, image_type="public", retries=2)
    error = result["error"]
    assert (error["code"], error["http_status"], error["request_id"]) == (str(code), 200, None)
    assert error["attempts"] == attempts == len(cloud.requests)
    assert error["message"] == f"{code} Word: (100004)说明"
    assert hint in error["hint"]
    assert f"{code} Word: (100004)说明" in result["msg"]
    assert result["msg"].startswith("Tencent Cloud API 2.0 DescribeImages in ap-guangzhou")


def test_a_closed_api_2_says_to_use_api_3(qcloud2: FrontDoor, cloud: Emulator) -> None:
    cloud.api_2_closed = True
    result = qcloud2.failed("api", image_type="public")
    assert result["error"]["code"] == "4300"
    assert result["msg"].endswith("API 2.0 is closed to nearly all accounts: use api_version 3.0.")
    assert len(cloud.requests) == 1


@pytest.mark.parametrize(
    ("code", "kind", "attempts", "hint"),
    [
        ("AuthFailure.SecretIdNotFound", "credentials", 1, "Check secret_id and secret_key"),
        ("AuthFailure.SignatureFailure", "credentials", 1, "Check secret_id and secret_key"),
        ("AuthFailure.TokenFailure", "credentials", 1, "token if they are temporary."),
        ("AuthFailure.UnauthorizedOperation", "credentials", 1, "ask for the permission to list images."),
        ("AuthFailure.SignatureExpire", "clock", 1, "So something on the way holds requests back"),
        ("UnauthorizedOperation", "credentials", 1, "The account needs the permission to list images."),
        ("UnauthorizedOperation.PermissionDenied", "credentials", 1, "The account needs the permission to list"),
        ("RequestLimitExceeded", "throttled", 3, "try again later, or raise retries and total_timeout."),
        ("RequestLimitExceeded.UinLimitExceeded", "throttled", 3, "try again later"),
        ("InternalError", "api", 3, "The cloud fails at the moment: try again later."),
        ("InvalidRegion.NotFound", "api", 1, "Check region."),
        ("UnsupportedRegion", "api", 1, "Check region."),
        ("InvalidFilterValue.LimitExceeded", "api", 1, "Compare the options with the API's documentation."),
        ("LimitExceeded", "api", 1, "further attempts do not help"),
        ("InvalidImageId.NotFound", "not_found", 1, "Check region. Compare the options"),
        ("IpInBlacklist", "credentials", 1, "The keys are limited to other addresses"),
        ("IpNotInWhitelist", "credentials", 1, "The keys are limited to other addresses"),
        ("ActionOffline", "api", 1, "The cloud has withdrawn this version of its API"),
        ("InvalidImageId.Malformed", "api", 1, "Compare the options with the API's documentation."),
    ],
)
def test_a_documented_code_of_api_3_has_its_kind_hint_and_attempts(
    qcloud3: FrontDoor, cloud: Emulator, code: str, kind: str, attempts: int, hint: str
) -> None:
    document = {"Response": {"Error": {"Code": code, "Message": "Said so."}, "RequestId": "r-1"}}
    cloud.faults = [Fault(broken.answer(200, json.dumps(document), JSON), times=None)]
    result = qcloud3.failed(kind, retries=2)
    error = result["error"]
    assert (error["code"], error["http_status"], error["request_id"]) == (code, 200, "r-1")
    assert error["attempts"] == attempts == len(cloud.requests)
    assert hint in error["hint"]
    assert f"{code}: Said so. (request r-1)" in result["msg"]
    assert result["msg"].startswith("Tencent Cloud API 3.0 DescribeImages in ap-guangzhou")


@pytest.mark.parametrize(
    ("options", "kind", "code"),
    [
        ({"secret_id": "AKIDunknown"}, "credentials", "AuthFailure.SecretIdNotFound"),
        ({"secret_key": "wrong"}, "credentials", "AuthFailure.SignatureFailure"),
        ({"token": "other-token"}, "credentials", "AuthFailure.TokenFailure"),
        ({"region": "Nowhere"}, "api", "InvalidRegion.NotFound"),
        ({"filters": {"colour": "red"}}, "api", "InvalidFilter"),
        ({"instance_type": "huge"}, "api", "InvalidInstanceType.Malformed"),
    ],
)
def test_a_refusal_of_api_3_is_told(
    qcloud3: FrontDoor, cloud: Emulator, options: dict[str, Any], kind: str, code: str
) -> None:
    error = qcloud3.failed(kind, **options)["error"]
    assert (error["code"], error["endpoint"], error["attempts"]) == (code, cloud.url, 1)


@pytest.mark.parametrize(
    ("options", "code"),
    [({"secret_id": "AKIDunknown"}, "4104"), ({"secret_key": "wrong"}, "4100"), ({"token": "other-token"}, "4105")],
)
def test_a_refusal_of_api_2_is_told(qcloud2: FrontDoor, cloud: Emulator, options: dict[str, Any], code: str) -> None:
    error = qcloud2.failed("credentials", image_type="public", **options)["error"]
    assert (error["code"], error["endpoint"], error["attempts"]) == (code, cloud.url, 1)


@pytest.mark.parametrize(("ahead", "words"), [(-1000, "ahead of"), (1000, "behind")])
@pytest.mark.parametrize("version", ["2.0", "3.0"])
def test_a_clock_that_is_off_is_told_by_how_many_seconds(
    qcloud3: FrontDoor, cloud: Emulator, version: str, ahead: int, words: str
) -> None:
    cloud.clock_skew = ahead
    error = qcloud3.failed("clock", api_version=version, image_type="public")["error"]
    match = re.search(rf"This machine's clock is (\d+) s {words} the cloud's \(300 s are tolerated\)", error["hint"])
    assert match
    assert 995 <= int(match[1]) <= 1005
    assert len(cloud.requests) == 1


def test_a_nonce_that_was_seen_before_is_tried_again_with_another(qcloud2: FrontDoor, cloud: Emulator) -> None:
    cloud.faults = [Fault(broken.replayed_nonce)]
    assert qcloud2.fine(image_type="public", limit=1)["images"]
    assert len({received.parameters["Nonce"] for received in cloud.requests}) == 2


# --- the answer's shape


@pytest.mark.parametrize(
    ("version", "document", "message"),
    [
        ("2.0", {"totalCount": 0}, "the answer holds nothing where the number code should be"),
        ("2.0", {"code": [0]}, "the answer holds a list where the number code should be"),
        ("2.0", {"code": 0, "totalCount": "many"}, "the answer holds a text where the number totalCount should be"),
        ("2.0", {"code": 0, "totalCount": -1}, "the answer holds -1 where the number totalCount should be"),
        ("2.0", {"code": 0, "totalCount": 1}, "the answer holds nothing where the list imageSet should be"),
        ("2.0", {"code": 0, "totalCount": 1, "imageSet": [{}]}, "the answer holds nothing where the image's unImgId"),
        ("3.0", {}, "the answer holds nothing where the object Response should be"),
        ("3.0", {"Response": {"Error": "no"}}, "the answer holds a text where the object Error should be"),
        ("3.0", {"Response": {}}, "the answer holds nothing where the number TotalCount should be"),
        ("3.0", {"Response": {"TotalCount": 1, "ImageSet": {}}}, "the answer holds an object where the list ImageSet"),
        (
            "3.0",
            {"Response": {"TotalCount": 1, "ImageSet": [{"ImageId": ""}]}},
            "the answer holds an empty text where the image's",
        ),
    ],
)
def test_an_answer_of_another_shape_is_named_after_the_retries(
    qcloud3: FrontDoor, cloud: Emulator, version: str, document: Any, message: str
) -> None:
    cloud.faults = [Fault(broken.answer(200, json.dumps(document), JSON), times=None)]
    error = qcloud3.failed("answer", api_version=version, image_type="public", retries=1)["error"]
    assert error["message"].startswith(message)
    assert error["attempts"] == 2


def test_an_api_2_answer_without_a_code_keeps_its_http_status(qcloud2: FrontDoor, cloud: Emulator) -> None:
    cloud.faults = [Fault(broken.answer(503, "{}", JSON), times=None)]
    error = qcloud2.failed("api", image_type="public", retries=1)["error"]
    assert (error["http_status"], error["attempts"]) == (503, 2)


# --- the rest


@pytest.mark.parametrize("version", ["2.0", "3.0"])
def test_check_mode_reads_the_same(qcloud3: FrontDoor, version: str) -> None:
    options = {"api_version": version, "image_type": "public"}
    checked = qcloud3.fine(**options, _ansible_check_mode=True)
    real = qcloud3.fine(**options)
    assert {**checked, "request_ids": []} == {**real, "request_ids": []}


def test_the_user_agent_names_the_collection_and_its_version(
    qcloud2: FrontDoor, qcloud3: FrontDoor, cloud: Emulator
) -> None:
    qcloud2.fine(image_type="public", limit=1)
    qcloud3.fine(limit=1)
    for received in cloud.requests:
        agent = str(received.header("user-agent"))
        assert re.fullmatch(rf"cncloud\.images/{re.escape(_query.VERSION)} \(Python 3\.\d+\)", agent)


def test_the_documented_hosts_are_asked_over_https(qcloud3: FrontDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    # A proxy that refuses to connect keeps the requests on this machine; the error names the host that was meant.
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    for version, host in (("2.0", "https://image.api.qcloud.com"), ("3.0", "https://cvm.tencentcloudapi.com")):
        result = qcloud3.failed("network", endpoint=None, api_version=version, image_type="public", retries=0)
        assert result["error"]["endpoint"] == host
