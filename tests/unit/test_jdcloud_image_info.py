# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Says what a task of jdcloud_image_info sends and gets back, whatever is between its options and the wire."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest
from ansible_collections.cncloud.images.plugins.module_utils import _query
from emulator import (
    ACCESS_KEY,
    SECRET_KEY,
    SECURITY_TOKEN,
    TEMPORARY_ACCESS_KEY,
    TEMPORARY_SECRET_KEY,
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


def image(identity: str, **fields: Any) -> dict[str, Any]:
    return {"imageId": identity, "name": identity, "imageSource": "public", **fields}


def first_images(cloud: Emulator, source: str, number: int, service: str = "vm") -> list[dict[str, Any]]:
    return [each for each in cloud.catalogue.images[f"jdcloud.{service}"] if each["imageSource"] == source][:number]


# --- what arrives

WIRE = {
    "image_source": ("private", "imageSource", "private"),
    "platform": ("Windows Server", "platform", "Windows Server"),
    "root_device_type": ("cloudDisk", "rootDeviceType", "cloudDisk"),
    "status": ("ready", "status", "ready"),
    "offline": (True, "offline", "true"),
    "launch_permission": ("ownerOnly", "launchPermission", "ownerOnly"),
    "image_name": ("中文 a+b", "imageName", "中文 a+b"),
    "architecture": ("arm64", "architecture", "arm64"),
    "boot_mode": ("uefi", "bootMode", "uefi"),
    "page_number": (2, "pageNumber", "2"),
    "page_size": (50, "pageSize", "50"),
}


@pytest.mark.parametrize(("option", "value", "name", "text"), [(option, *sent) for option, sent in WIRE.items()])
def test_an_option_arrives_under_its_documented_name_and_alone(
    jdcloud: FrontDoor, cloud: Emulator, option: str, value: Any, name: str, text: str
) -> None:
    jdcloud.fine(**{"ids": ["img-x"], "page_number": 1, option: value})
    arrived = cloud.requests[0].parameters
    assert arrived[name] == text
    assert set(arrived) == {"ids.1", "pageNumber", "pageSize", name}


@pytest.mark.parametrize(("alias", "value", "name", "text"), [(sent[1], sent[0], *sent[1:]) for sent in WIRE.values()])
def test_an_option_may_be_spelled_as_the_api_spells_it(
    jdcloud: FrontDoor, cloud: Emulator, alias: str, value: Any, name: str, text: str
) -> None:
    jdcloud.fine(**{"ids": ["img-x"], alias: value})
    assert cloud.requests[0].parameters[name] == text


def test_lists_are_numbered_from_one(jdcloud: FrontDoor, cloud: Emulator) -> None:
    jdcloud.fine(ids=["img-a", "img-b"], instanceIds=["i-1", "i-2", "i-3"])
    arrived = cloud.requests[0].parameters
    assert {name: arrived[name] for name in arrived if "." in name} == {
        "ids.1": "img-a",
        "ids.2": "img-b",
        "instanceIds.1": "i-1",
        "instanceIds.2": "i-2",
        "instanceIds.3": "i-3",
    }


def test_the_regions_path_and_the_json_type_are_those_of_the_document(jdcloud: FrontDoor, cloud: Emulator) -> None:
    jdcloud.fine(region_id=None, regionId="cn-east-2", image_source="public", page_number=1)
    received = cloud.requests[0]
    assert (received.method, received.path, received.body) == ("GET", "/v1/regions/cn-east-2/images", b"")
    assert received.header("content-type") == "application/json"


@pytest.mark.parametrize(("offline", "text"), [(False, "false"), (True, "true"), ("no", "false")])
def test_false_is_sent_like_true(jdcloud: FrontDoor, cloud: Emulator, offline: Any, text: str) -> None:
    jdcloud.fine(image_source="public", offline=offline)
    assert {received.parameters["offline"] for received in cloud.requests} == {text}


def test_an_empty_text_is_sent(jdcloud: FrontDoor, cloud: Emulator) -> None:
    jdcloud.fine(image_source="public", image_name="", page_number=1)
    assert cloud.requests[0].parameters["imageName"] == ""


def test_without_page_options_everything_comes_a_hundred_at_a_time(jdcloud: FrontDoor, cloud: Emulator) -> None:
    result = jdcloud.fine(image_source="shared")
    assert result["images"] == first_images(cloud, "shared", 300)
    assert (result["total_count"], result["complete"]) == (300, True)
    assert sorted(received.parameters["pageNumber"] for received in cloud.requests) == ["1", "2", "3"]
    assert {received.parameters["pageSize"] for received in cloud.requests} == {"100"}


@pytest.mark.parametrize(
    ("options", "number", "size"),
    [({"page_number": 3}, 3, 20), ({"page_size": 10}, 1, 10), ({"page_number": 2, "page_size": 100}, 2, 100)],
)
def test_a_page_option_asks_for_exactly_that_page(
    jdcloud: FrontDoor, cloud: Emulator, options: dict[str, int], number: int, size: int
) -> None:
    result = jdcloud.fine(image_source="private", **options)
    assert [received.parameters["pageNumber"] for received in cloud.requests] == [str(number)]
    assert cloud.requests[0].parameters["pageSize"] == str(size)
    assert result["images"] == first_images(cloud, "private", 300)[(number - 1) * size : number * size]
    assert result["total_count"] == 300
    assert result["complete"] is False
    assert "warnings" not in result


def test_a_page_that_holds_everything_is_complete(jdcloud: FrontDoor, cloud: Emulator) -> None:
    cloud.catalogue.images["jdcloud.vm"] = [image("img-a"), image("img-b")]
    assert jdcloud.fine(image_source="public", page_number=1)["complete"] is True


def test_a_page_beyond_the_end_is_empty(jdcloud: FrontDoor) -> None:
    result = jdcloud.fine(image_source="public", page_number=1000)
    assert (result["images"], result["total_count"]) == ([], 275)


# --- IDs


def test_250_ids_are_asked_for_a_hundred_at_a_time_each_once_in_order(jdcloud: FrontDoor, cloud: Emulator) -> None:
    known = [each["imageId"] for each in first_images(cloud, "private", 250)]
    result = jdcloud.fine(ids=[*known, *known[:50]])
    asked = [[value for name, value in received.parameters.items() if name.startswith("ids.")]
             for received in cloud.requests]  # fmt: skip
    assert sorted(len(ids) for ids in asked) == [50, 100, 100]
    assert sorted(one for ids in asked for one in ids) == sorted(known)
    assert result["image_ids"] == known
    assert result["total_count"] == 250
    assert result["complete"] is True
    assert len(result["request_ids"]) == 3


def test_space_around_an_id_is_cut_off(jdcloud: FrontDoor, cloud: Emulator) -> None:
    known = [each["imageId"] for each in first_images(cloud, "private", 2)]
    assert jdcloud.fine(ids=f"{known[0]} , {known[1]}")["image_ids"] == known
    assert cloud.requests[0].parameters["ids.2"] == known[1]


def test_long_ids_are_cut_into_requests_that_the_gateway_takes(jdcloud: FrontDoor, cloud: Emulator) -> None:
    ids = [f"img-{number:0200}" for number in range(90)]
    assert jdcloud.fine(ids=ids)["images"] == []
    assert len(cloud.requests) > 2
    assert {received.verdict for received in cloud.requests} == {"ok"}


def test_two_long_lists_are_asked_for_in_every_combination(jdcloud: FrontDoor, cloud: Emulator) -> None:
    private = first_images(cloud, "private", 300)
    wanted = [each for each in private if each["instanceId"]][:150]
    result = jdcloud.fine(
        ids=[each["imageId"] for each in private[:200]],
        instance_ids=[each["instanceId"] for each in reversed(wanted)],
    )
    assert len(cloud.requests) == 4
    assert sorted(result["image_ids"]) == sorted(each["imageId"] for each in wanted if each in private[:200])


def test_a_page_of_many_ids_is_cut_from_all_of_them(jdcloud: FrontDoor, cloud: Emulator) -> None:
    known = [each["imageId"] for each in first_images(cloud, "private", 250)]
    result = jdcloud.fine(ids=known, page_number=12)
    assert result["image_ids"] == known[220:240]
    assert (result["total_count"], result["complete"]) == (250, False)
    assert jdcloud.fine(ids=known, page_number=13, page_size=20)["image_ids"] == known[240:]


@pytest.mark.parametrize("options", [{"image_id": "img-unknown"}, {"ids": ["img-unknown", "img-other"]}])
def test_what_does_not_exist_is_absent(jdcloud: FrontDoor, options: dict[str, Any]) -> None:
    result = jdcloud.fine(**options)
    assert (result["images"], result["image_ids"], result["summary"]) == ([], [], [])
    assert (result["total_count"], result["complete"]) == (0, True)


def test_one_image_comes_from_its_own_path(jdcloud: FrontDoor, cloud: Emulator) -> None:
    wanted = first_images(cloud, "community", 7)[6]
    result = jdcloud.fine(image_id=wanted["imageId"])
    assert [received.raw_path for received in cloud.requests] == [f"/v1/regions/cn-north-1/images/{wanted['imageId']}"]
    assert result["images"] == [wanted]
    assert (result["total_count"], result["complete"], len(result["request_ids"])) == (1, True, 1)


def test_a_path_that_the_gateway_does_not_know_is_no_missing_image(jdcloud: FrontDoor, cloud: Emulator) -> None:
    text = '{"error":{"message":"no route and no API found with those values","status":"NOT_FOUND","code":404}}'
    cloud.faults = [Fault(broken.answer(404, text, {"Content-Type": "application/json"}))]
    error = jdcloud.failed("not_found", image_id="img-a")["error"]
    assert error["code"] == "NOT_FOUND"
    assert error["hint"] == "Check region_id, service and endpoint."


# --- the service coc-vm


def test_coc_vm_lists_under_its_own_name_and_scope(jdcloud: FrontDoor, cloud: Emulator) -> None:
    result = jdcloud.fine(service="coc-vm", region_id="cn-hongkong-11", image_source="public")
    assert result["images"] == first_images(cloud, "public", 300, "coc-vm")
    assert cloud.requests[0].path == "/v1/regions/cn-hongkong-11/images"
    assert "/cn-hongkong-11/coc-vm/jdcloud2_request" in str(cloud.requests[0].header("authorization"))


def test_coc_vm_shows_one_image(jdcloud: FrontDoor, cloud: Emulator) -> None:
    result = jdcloud.fine(service="coc-vm", image_id="img-m5s0abcd29", signature_version=3)
    assert result["images"][0]["partnerImageId"]
    assert cloud.requests[0].api == "jdcloud.coc-vm.detail"
    assert cloud.requests[0].verdict == "ok"


def test_coc_vm_knows_five_parameters(jdcloud: FrontDoor, cloud: Emulator) -> None:
    asked = {"image_source": "private", "platform": "CentOS", "image_name": "x", "architecture": "x86_64", "ids": ["a"]}
    jdcloud.fine(service="coc-vm", page_number=1, page_size=10, **asked)
    assert cloud.requests[0].verdict == "ok"


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("root_device_type", "cloudDisk"),
        ("status", "ready"),
        ("offline", False),
        ("launch_permission", "all"),
        ("instance_ids", ["i-1"]),
        ("boot_mode", "uefi"),
    ],
)
def test_what_coc_vm_does_not_know_is_refused_by_name(jdcloud: FrontDoor, option: str, value: Any) -> None:
    message = jdcloud.refused(service="coc-vm", image_source="private", **{option: value})
    assert message.startswith(f"{option} is unknown to service coc-vm. Leave it out: coc-vm knows ids, image_source, ")


# --- what comes back


def test_images_come_back_exactly_as_the_cloud_has_them(jdcloud: FrontDoor, cloud: Emulator) -> None:
    nested = image(
        "img-a",
        future={"深": [{"a": None, "b": [1.5, False, 0, ""]}]},
        systemDisk={"cloudDisk": {"tags": [{"key": "环境", "value": "prod"}], "diskSizeGB": 40, "attachments": []}},
        sizeMB=0,
        desc="",
        dataDisks=[],
    )
    cloud.catalogue.images["jdcloud.vm"] = [copy.deepcopy(nested)]
    result = jdcloud.fine(image_source="public")
    assert result["images"] == [nested]
    assert list(result["images"][0]) == list(nested)


def test_a_result_has_these_keys(jdcloud: FrontDoor) -> None:
    result = jdcloud.fine(image_source="public", page_size=10)
    assert set(result) == RESULT_KEYS
    assert result["changed"] is False
    assert result["image_ids"] == [each["imageId"] for each in result["images"]]
    assert [row["id"] for row in result["summary"]] == result["image_ids"]
    picked = jdcloud.fine(image_source="public", pick="newest")
    assert set(picked) == RESULT_KEYS | {"image", "image_id"}
    assert picked["images"] == [picked["image"]]
    assert picked["image_ids"] == [picked["image_id"]] == [picked["image"]["imageId"]]
    assert picked["total_count"] == 275


def test_request_ids_come_in_page_order(jdcloud: FrontDoor, cloud: Emulator) -> None:
    def named(name: str) -> broken.Action:
        return broken.change_answer(lambda document: document.update(requestId=name))

    cloud.faults = [Fault(named(f"page{page}"), page=page) for page in (1, 2, 3)]
    assert jdcloud.fine(image_source="private")["request_ids"] == ["page1", "page2", "page3"]


def test_an_empty_list_may_be_left_out_of_the_answer(jdcloud: FrontDoor, cloud: Emulator) -> None:
    cloud.faults = [Fault(broken.change_answer(lambda document: {"requestId": "r", "result": {"totalCount": 0}}))]
    assert jdcloud.fine(image_source="public")["images"] == []


SUMMARIES = [
    ({"imageSource": "public"}, {"source": "public"}),
    ({"imageSource": "thirdparty"}, {"source": "marketplace"}),
    ({"imageSource": "private"}, {"source": "private"}),
    ({"imageSource": "shared"}, {"source": "shared"}),
    ({"imageSource": "community"}, {"source": "community"}),
    ({"imageSource": "jcloud"}, {"source": "public"}),
    ({"imageSource": "marketplace"}, {"source": "marketplace"}),
    ({"imageSource": "self"}, {"source": "private"}),
    ({"imageSource": "share"}, {"source": "shared"}),
    ({"imageSource": "brandnew"}, {"source": "brandnew"}),
    ({"status": "pending"}, {"state": "creating"}),
    ({"status": "ready"}, {"state": "ready"}),
    ({"status": "deleting"}, {"state": "deleting"}),
    ({"status": "error"}, {"state": "failed"}),
    ({"status": "resting"}, {"state": "resting"}),
    ({"architecture": "x86_64"}, {"architecture": "x86_64"}),
    ({"architecture": "arm64"}, {"architecture": "arm64"}),
    ({"architecture": "i386"}, {"architecture": "i386"}),
    ({"osType": "linux"}, {"os_type": "linux"}),
    ({"osType": "windows"}, {"os_type": "windows"}),
    ({"osType": "Windows"}, {"os_type": "windows"}),
    ({"platform": "CentOS", "osVersion": "7.9"}, {"platform": "CentOS", "os_name": "CentOS 7.9"}),
    ({"platform": "CentOS", "osVersion": "CentOS 7.9"}, {"os_name": "CentOS 7.9"}),
    ({"osVersion": "7.9"}, {"platform": None, "os_name": "7.9"}),
    ({"createTime": "2024-02-29 08:00:00"}, {"created": "2024-02-29 08:00:00"}),
    ({"systemDiskSizeGB": 0}, {"size_gb": 0}),
    ({"systemDiskSizeGB": 40}, {"size_gb": 40}),
    ({"name": ""}, {"name": None}),
]


@pytest.mark.parametrize(("fields", "expected"), SUMMARIES, ids=[json.dumps(fields) for fields, dummy in SUMMARIES])
def test_the_summary_says_it_in_words_of_its_own(
    jdcloud: FrontDoor, cloud: Emulator, fields: dict[str, Any], expected: dict[str, Any]
) -> None:
    cloud.catalogue.images["jdcloud.vm"] = [{**image("img-a"), **fields}]
    row = jdcloud.fine(ids=["img-a"])["summary"][0]
    assert {name: row[name] for name in expected} == expected


def test_what_the_cloud_does_not_say_is_null(jdcloud: FrontDoor, cloud: Emulator) -> None:
    cloud.catalogue.images["jdcloud.vm"] = [{"imageId": "img-a"}]
    assert jdcloud.fine(image_id="img-a")["summary"] == [
        {
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
    ]


def test_old_and_new_words_of_the_cloud_give_the_same_summary(jdcloud: FrontDoor, cloud: Emulator) -> None:
    ids = [first_images(cloud, source, 1)[0]["imageId"] for source in ("public", "thirdparty", "private", "shared")]
    now = jdcloud.fine(ids=ids)["summary"]
    cloud.old_image_sources = True
    then = jdcloud.fine(ids=ids)
    assert then["images"][0]["imageSource"] == "jcloud"
    assert then["summary"] == now


# --- options from the environment


def test_keys_and_region_come_from_the_environment(
    jdcloud: FrontDoor, cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JDCLOUD_ACCESS_KEY", TEMPORARY_ACCESS_KEY)
    monkeypatch.setenv("JDCLOUD_SECRET_KEY", TEMPORARY_SECRET_KEY)
    monkeypatch.setenv("JDCLOUD_SECURITY_TOKEN", SECURITY_TOKEN)
    monkeypatch.setenv("JDCLOUD_REGION_ID", "cn-south-1")
    jdcloud.fine(access_key=None, secret_key=None, region_id=None, image_source="public", page_number=1)
    received = cloud.requests[0]
    assert received.verdict == "ok"
    assert received.path == "/v1/regions/cn-south-1/images"
    assert received.header("x-jdcloud-security-token")


def test_an_option_wins_over_the_environment(
    jdcloud: FrontDoor, cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ACCESS_KEY", "SECRET_KEY", "REGION_ID"):
        monkeypatch.setenv(f"JDCLOUD_{name}", "other")
    jdcloud.fine(image_source="public", page_number=1)
    assert cloud.requests[0].verdict == "ok"


@pytest.mark.parametrize(("option", "variable"), [("access_key", "ACCESS_KEY"), ("secret_key", "SECRET_KEY")])
def test_an_empty_variable_is_a_missing_key(
    jdcloud: FrontDoor, monkeypatch: pytest.MonkeyPatch, option: str, variable: str
) -> None:
    monkeypatch.setenv(f"JDCLOUD_{variable}", "")
    message = jdcloud.refused("credentials", image_source="public", **{option: None})
    assert message == (
        f"{option} is missing. Set the option {option} or the environment variable JDCLOUD_{variable},"
        " or a profile in ~/.jdc/config."
    )


def test_an_empty_region_variable_is_a_missing_region(jdcloud: FrontDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JDCLOUD_REGION_ID", "")
    assert "region_id" in jdcloud.refused(image_source="public", region_id=None)


def test_an_empty_token_variable_is_no_token(
    jdcloud: FrontDoor, cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JDCLOUD_SECURITY_TOKEN", "")
    jdcloud.fine(image_source="public", page_number=1)
    assert cloud.requests[0].header("x-jdcloud-security-token") is None


# --- what is refused before anything is sent

SPACE = "{} has a space or line break at its beginning or end. Remove it from the option {} or the environment variable"

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "image_source is missing. Give one of image_id, ids or image_source (such as public)."),
    ({"platform": "CentOS"}, "image_source is missing. Give one of image_id, ids or image_source"),
    ({"image_id": "img-a", "ids": ["img-b"]}, "ids cannot be combined with image_id. Leave one of them out"),
    ({"image_id": "img-a", "offline": False}, "offline cannot be combined with image_id. Leave one of them out"),
    ({"image_id": "img-a", "page_size": 20}, "page_size cannot be combined with image_id. Leave one of them out"),
    ({"image_id": ".."}, "image_id is '..', which is no image's ID. Give one such as img-m5s0abcd29."),
    ({"image_id": ""}, "image_id is '', which is no image's ID. Give one such as img-m5s0abcd29."),
    ({"ids": []}, "ids is an empty list, which would ask for nothing. Leave the option out"),
    ({"ids": ["img-a", " "]}, "ids holds an empty item. Leave the option out for no filter, or name at least one."),
    ({"ids": ["img-a"], "instance_ids": []}, "instance_ids is an empty list, which would ask for nothing. Leave"),
    ({"image_source": "public", "page_size": 9}, "page_size is 9, outside 10 to 100. Give a number within that range."),
    ({"image_source": "public", "page_size": 101}, "page_size is 101, outside 10 to 100. Give a number within"),
    ({"image_source": "public", "page_size": 0}, "page_size is 0, outside 10 to 100. Give a number within"),
    ({"image_source": "public", "page_number": 0}, "page_number is 0, outside 1 to 1e+09. Give a number within"),
    (
        {"image_source": "public", "region_id": "cn/north"},
        "region_id is 'cn/north'. Give the cloud's own code, such as",
    ),
    (
        {"image_source": "public", "region_id": ""},
        "missing required arguments: region_id. Set it, or JDCLOUD_REGION_ID.",
    ),
    ({"image_source": "public", "region_id": " "}, "region_id is ' '. Give the cloud's own code, such as cn-north-1."),
    ({"image_source": "public", "timeout": 0}, "timeout is 0, outside 0.1 to 3600. Give a number within that range."),
    ({"image_source": "public", "total_timeout": 0}, "total_timeout is 0, outside 0.1 to 86400. Give a number"),
    ({"image_source": "public", "retries": -1}, "retries is -1, outside 0 to 100. Give a number within that range."),
    ({"image_source": "public", "ca_path": "/no/such"}, "ca_path is '/no/such', which does not exist. Give a file"),
    (
        {"image_source": "public", "name_regex": "64位["},
        "name_regex '64位[' does not compile: unterminated character set",
    ),
    ({"ids": ["\udcff"]}, "ids holds bytes that are no UTF-8 text. Save the playbook as UTF-8."),
    ({"image_source": "public", "where": {"a\udcff": 1}}, "where holds bytes that are no UTF-8 text. Save"),
    ({"image_source": "public", "where": {"a": {"b": "\udcff"}}}, "where.a.b holds bytes that are no UTF-8 text."),
    ({"image_source": "public", "pick": "newest", "page_number": 1}, "page_number cannot be combined with pick. Leave"),
    ({"image_source": "public", "pick": "only", "page_size": 20}, "page_size cannot be combined with pick. Leave it"),
]


@pytest.mark.parametrize(("options", "message"), REFUSED, ids=[str(number) for number in range(len(REFUSED))])
def test_a_wrong_option_is_refused_with_its_name_value_and_remedy(
    jdcloud: FrontDoor, options: dict[str, Any], message: str
) -> None:
    assert jdcloud.refused(**options).startswith(message)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"image_source": "public", "service": "oss"}, "service"),
        ({"image_source": "public", "signature_version": 4}, "signature_version"),
        ({"image_source": "public", "pick": "oldest"}, "pick"),
        ({"image_source": "public", "page_size": "many"}, "page_size"),
        ({"image_source": "public", "colour": "red"}, "colour"),
        ({"image_source": "public", "region_id": None}, "region_id"),
    ],
)
def test_what_ansible_itself_refuses_has_an_error_too(jdcloud: FrontDoor, options: dict[str, Any], named: str) -> None:
    assert named in jdcloud.refused(**options)


@pytest.mark.parametrize(
    "endpoint",
    [
        "vm.jdcloud-api.com",
        "ftp://vm.jdcloud-api.com",
        "https://",
        "https://vm.jdcloud-api.com/v1",
        "https://vm.jdcloud-api.com:http",
        "https://vm.jdcloud-api.com:99999",
        "https://vm.jdcloud-api.com:0",
        "https://vm.jdcloud-api.com\n",
        "https://vm jdcloud",
        "https://[::1",
        "",
    ],
)
def test_a_malformed_endpoint_is_refused(jdcloud: FrontDoor, endpoint: str) -> None:
    message = jdcloud.refused(image_source="public", endpoint=endpoint)
    assert message == (
        f"endpoint is {endpoint!r}, which is no address of a host."
        " Give https://host or https://host:port, or the same with http, and nothing behind it."
    )


def test_a_password_in_the_endpoint_is_refused_and_not_repeated(jdcloud: FrontDoor) -> None:
    message = jdcloud.refused(image_source="public", endpoint="https://user:hunter2@vm.jdcloud-api.com")
    assert message.startswith("endpoint holds a user name or password. Give https://host")
    assert "hunter2" not in message


@pytest.mark.parametrize(
    "wrong", [{"region_id": None}, {"page_size": "x"}, {"page_sise": 5}, {"image_source": ["\udcff"]}, {}]
)
@pytest.mark.parametrize(
    "endpoint",
    [
        "http://admin:hunter2@127.0.0.1:1",
        "http://admin:hunter2%40127.0.0.1:1",
        "https://vm.jdcloud-api.com/?user=admin&password=hunter2",
        "https://vm.jdcloud-api.com#hunter2",
        "user:pa?hunter2@127.0.0.1:1",
        "user:hunter2%40127.0.0.1:1",
        "127.0.0.1/x?secret=hunter2",
        "https:/user:hunter2%40127.0.0.1",
    ],
)
def test_a_password_in_the_endpoint_is_not_shown_whatever_else_is_wrong(
    jdcloud: FrontDoor, endpoint: str, wrong: dict[str, Any]
) -> None:
    message = jdcloud.refused(**{"image_source": "public", "endpoint": endpoint, "_ansible_verbosity": 4, **wrong})
    if not wrong:
        assert message.startswith("endpoint holds ")
    assert "hunter2" not in jdcloud.said


def test_the_letters_of_an_endpoint_may_be_capitals(public: FrontDoor, cloud: Emulator) -> None:
    port = cloud.url.rpartition(":")[2]
    assert public.fine(endpoint=f"HTTP://LOCALHOST:{port}")["complete"] is True


def test_a_number_beyond_measure_is_refused(jdcloud: FrontDoor) -> None:
    assert "retries is beyond measure" in jdcloud.refused(image_source="public", retries=10**400)


def test_an_endpoint_may_end_with_a_slash(jdcloud: FrontDoor, cloud: Emulator) -> None:
    jdcloud.fine(image_source="public", page_number=1, endpoint=f"{cloud.url}/")
    assert cloud.requests[0].path == "/v1/regions/cn-north-1/images"


@pytest.mark.parametrize("option", ["access_key", "secret_key", "security_token"])
@pytest.mark.parametrize("value", [" KEYEXAMPLE", "KEYEXAMPLE\n", "KEYEXAMPLE\t"])
def test_a_key_with_space_around_it_is_named_not_shown(jdcloud: FrontDoor, option: str, value: str) -> None:
    message = jdcloud.refused("credentials", image_source="public", **{option: value})
    assert message.startswith(SPACE.format(option, option))
    assert "KEYEXAMPLE" not in jdcloud.said


@pytest.mark.parametrize("value", ["KEY EXAMPLE", "KEY\x00EXAMPLE", "键KEYEXAMPLE"])
def test_a_key_with_impossible_characters_is_named_not_shown(jdcloud: FrontDoor, value: str) -> None:
    message = jdcloud.refused("credentials", image_source="public", secret_key=value)
    assert message.startswith("secret_key has characters that no key has. Copy it anew into the option secret_key or ")
    assert "EXAMPLE" not in message


# --- what the cloud refuses


@pytest.mark.parametrize(
    ("options", "kind", "code", "status", "said", "hint"),
    [
        ({"access_key": "unknown"}, "credentials", "ACCESS_ERROR", 401, "secret key is nul[gw]", "Check access_key"),
        ({"secret_key": "wrong"}, "credentials", "ACCESS_ERROR", 401, "sign result is not same [gw]", "Check access_k"),
        ({"security_token": "other-token"}, "credentials", "ACCESS_ERROR", 401, "token is invalid[gw]", "Check access"),
        (
            {"image_source": "foreign"},
            "api",
            "INVALID_ARGUMENT",
            400,
            "imageSource is invalid: 'foreign'",
            "Check region_id",
        ),
        (
            {"region_id": "Nowhere"},
            "api",
            "INVALID_ARGUMENT",
            400,
            "Region 'Nowhere' is invalid",
            "Check region_id",
        ),
        ({"image_name": "名" * 1000}, "api", "HTTP_URI_TOO_LONG", 414, "Request-URI Too Long", "Check region_id"),
    ],
)
def test_a_refusal_of_the_cloud_says_what_and_what_to_do(
    jdcloud: FrontDoor,
    cloud: Emulator,
    options: dict[str, Any],
    kind: str,
    code: str,
    status: int,
    said: str,
    hint: str,
) -> None:
    result = jdcloud.failed(kind, **{"image_source": "public", **options})
    error = result["error"]
    assert (error["code"], error["http_status"], error["attempts"]) == (code, status, 1)
    assert error["endpoint"] == cloud.url
    assert error["request_id"]
    assert said in error["message"]
    assert error["hint"].startswith(hint)
    region = options.get("region_id", "cn-north-1")
    assert result["msg"].startswith(f"JD Cloud vm describeImages in {region}")
    assert f": {code}: " in result["msg"]
    assert result["msg"].endswith(error["hint"])
    assert len(cloud.requests) == 1


def refusal(status: int, word: str, number: Any = None, message: str = "said so") -> Fault:
    document = {"error": {"code": number or status, "status": word, "message": message}, "requestId": "r-1"}
    return Fault(broken.answer(status, json.dumps(document), {"Content-Type": "application/json"}), times=None)


@pytest.mark.parametrize(
    ("status", "word", "kind", "attempts"),
    [
        (400, "FAILED_PRECONDITION", "api", 1),
        (400, "OUT_OF_RANGE", "api", 1),
        (401, "UNAUTHENTICATED", "credentials", 1),
        (403, "HTTP_FORBIDDEN", "credentials", 1),
        (404, "NOT_FOUND", "not_found", 1),
        (409, "ABORTED", "api", 1),
        (429, "QUOTA_EXCEEDED", "throttled", 1),
        (429, "RATE_LIMIT", "throttled", 3),
        (500, "INTERNAL", "api", 3),
        (501, "NOT_IMPLEMENTED", "api", 1),
        (502, "SOURCE_UNAVAILABLE", "api", 3),
        (503, "UNAVAILABLE", "api", 3),
        (504, "HTTP_SERVER_TIMING_OUT", "api", 3),
    ],
)
def test_a_documented_error_has_its_kind_and_its_number_of_attempts(
    jdcloud: FrontDoor, cloud: Emulator, status: int, word: str, kind: str, attempts: int
) -> None:
    cloud.faults = [refusal(status, word)]
    result = jdcloud.failed(kind, image_source="public", retries=2)
    assert result["error"]["code"] == word
    assert result["error"]["http_status"] == status
    assert result["error"]["request_id"] == "r-1"
    assert result["error"]["attempts"] == attempts == len(cloud.requests)
    assert ("(after 3 attempts)" in result["msg"]) is (attempts == 3)
    assert f"{word}: said so (request r-1)" in result["msg"]


def test_an_error_of_another_form_still_explains_itself(jdcloud: FrontDoor, cloud: Emulator) -> None:
    cloud.faults = [Fault(broken.answer(403, '{"error": "go away"}', {"Content-Type": "application/json"}))]
    error = jdcloud.failed("credentials", image_source="public")["error"]
    assert (error["code"], error["message"]) == ("403", "403: go away")


@pytest.mark.parametrize(("ahead", "words"), [(-1000, "ahead of"), (1000, "behind")])
def test_a_clock_that_is_off_is_told_by_how_many_seconds(
    jdcloud: FrontDoor, cloud: Emulator, ahead: int, words: str
) -> None:
    cloud.clock_skew = ahead
    error = jdcloud.failed("clock", image_source="public")["error"]
    match = re.search(rf"This machine's clock is (\d+) s {words} the cloud's \(300 s are tolerated\)", error["hint"])
    assert match
    assert 995 <= int(match[1]) <= 1005
    assert error["hint"].endswith("Set this machine's clock, best by NTP.")


def test_a_wrong_key_says_that_the_clock_is_right(jdcloud: FrontDoor) -> None:
    hint = jdcloud.failed("credentials", image_source="public", secret_key="wrong")["error"]["hint"]
    assert "This machine's clock agrees with the cloud's." in hint


def test_a_wrong_key_with_a_clock_that_is_a_little_off_says_both(jdcloud: FrontDoor, cloud: Emulator) -> None:
    cloud.clock_skew = 100
    hint = jdcloud.failed("credentials", image_source="public", secret_key="wrong")["error"]["hint"]
    assert hint.startswith("Check access_key and secret_key")
    assert re.search(r"This machine's clock is (9\d|10\d) s behind the cloud's \(300 s are tolerated\)", hint)


def test_a_refused_signature_without_a_date_says_that_it_cannot_tell(jdcloud: FrontDoor, cloud: Emulator) -> None:
    cloud.faults = [Fault(broken.answer(401, '{"error": {"code": 401}}', {"Date": "yesterday"}))]
    hint = jdcloud.failed("credentials", image_source="public")["error"]["hint"]
    assert "The answer does not tell the cloud's time" in hint


def test_a_nonce_that_was_seen_before_is_tried_again_with_another(jdcloud: FrontDoor, cloud: Emulator) -> None:
    cloud.faults = [Fault(broken.replayed_nonce)]
    assert jdcloud.fine(image_source="public", page_number=1)["images"]
    assert len({received.header("x-jdcloud-nonce") for received in cloud.requests}) == 2


# --- the answer's shape


def without_a_total(document: Any) -> None:
    del document["result"]["totalCount"]


def total_of_truth(document: Any) -> None:
    document["result"]["totalCount"] = True


def no_result(document: Any) -> None:
    document["result"] = None


def images_in_text(document: Any) -> None:
    document["result"]["images"] = "none"


def image_in_text(document: Any) -> None:
    document["result"]["images"][0] = "img-a"


def image_without_id(document: Any) -> None:
    del document["result"]["images"][0]["imageId"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (without_a_total, "the answer holds nothing where the number totalCount should be"),
        (total_of_truth, "the answer holds true where the number totalCount should be"),
        (no_result, "the answer holds nothing where the object result should be"),
        (images_in_text, "the answer holds a text where the list images should be"),
        (image_in_text, "the answer holds a text where an image should be"),
        (image_without_id, "the answer holds nothing where the image's imageId should be"),
    ],
)
def test_an_answer_of_another_shape_is_named_after_the_retries(
    jdcloud: FrontDoor, cloud: Emulator, change: Any, message: str
) -> None:
    cloud.faults = [Fault(broken.change_answer(change), times=None)]
    error = jdcloud.failed("answer", image_source="public", retries=1)["error"]
    assert error["message"] == message
    assert error["attempts"] == 2
    cloud.faults = [Fault(broken.change_answer(change))]
    assert jdcloud.fine(image_source="public")["complete"] is True


# --- the rest


def test_check_mode_reads_the_same(jdcloud: FrontDoor) -> None:
    checked = jdcloud.fine(image_source="public", _ansible_check_mode=True)
    real = jdcloud.fine(image_source="public")
    assert {**checked, "request_ids": []} == {**real, "request_ids": []}


def test_the_user_agent_names_the_collection_and_its_version(jdcloud: FrontDoor, cloud: Emulator) -> None:
    jdcloud.fine(image_source="public", page_number=1)
    agent = str(cloud.requests[0].header("user-agent"))
    assert re.fullmatch(rf"cncloud\.images/{re.escape(_query.VERSION)} \(Python 3\.\d+\)", agent)


def test_a_netrc_file_does_not_replace_the_signature(
    jdcloud: FrontDoor, cloud: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    jdcloud.fine(image_source="public", page_number=1)
    assert str(cloud.requests[0].header("authorization")).startswith("JDCLOUD2-HMAC-SHA256 ")


def test_the_documented_hosts_are_asked_over_https(jdcloud: FrontDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    # A proxy that refuses to connect keeps the requests on this machine; the error names the host that was meant.
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    for service, host in (("vm", "https://vm.jdcloud-api.com"), ("coc-vm", "https://coc-vm.jdcloud-api.com")):
        result = jdcloud.failed("network", endpoint=None, service=service, image_source="public", retries=0)
        assert result["error"]["endpoint"] == host


@pytest.mark.parametrize(
    ("endpoint", "warned"),
    [
        ("http://vm.jdcloud-api.com", True),
        ("http://localhost.example.com:80", True),
        ("http://vm.internal.cn-north-1.jdcloud-api.com", False),
        ("http://vm.internal.cn-north-1.jdcloud-api.com.example.com", True),
        ("http://localhost:9", False),
        ("http://[::1]:9", False),
    ],
)
def test_plain_http_is_warned_of_outside_loopback_and_the_clouds_own_network(
    jdcloud: FrontDoor, monkeypatch: pytest.MonkeyPatch, endpoint: str, warned: bool
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    result = jdcloud.failed("network", endpoint=endpoint, image_source="public", retries=0)
    expected = [f"{endpoint} is asked without TLS: anyone on the way can read the answer. Use https."]
    assert result.get("warnings", []) == (expected if warned else [])


def test_the_keys_of_these_tests_are_the_emulators(jdcloud: FrontDoor) -> None:
    jdcloud.fine(image_source="public", page_number=1, access_key=ACCESS_KEY, secret_key=SECRET_KEY)
