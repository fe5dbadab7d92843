# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulated API 3.0 refuses what its documents refuse and lists what they list."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from emulator import (
    SECURITY_TOKEN,
    TEMPORARY_SECRET_ID,
    TEMPORARY_SECRET_KEY_TENCENT,
    Emulator,
)

Call = Callable[..., requests.Response]


def response_of(response: requests.Response) -> dict[str, Any]:
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    document = response.json()["Response"]
    assert document["RequestId"]
    return dict(document)


def listed(response: requests.Response) -> list[dict[str, Any]]:
    document = response_of(response)
    assert "Error" not in document, document
    return list(document["ImageSet"])


def code(response: requests.Response) -> str:
    return str(response_of(response)["Error"]["Code"])


def filters(**values: Any) -> dict[str, Any]:
    return {"Filters": [{"Name": name.replace("_", "-"), "Values": value} for name, value in values.items()]}


def test_a_signed_post_is_answered(cloud: Emulator, qcloud3: Call) -> None:
    assert len(listed(qcloud3({"Limit": 100}))) == 100
    received = cloud.requests[-1]
    assert (received.api, received.verdict, received.page) == ("qcloud.3.0", "ok", 1)
    assert received.parameters == {"Limit": 100}


def test_a_signed_get_is_answered_and_its_query_signed_as_sent(cloud: Emulator, qcloud3: Call) -> None:
    flat = {"Limit": 10, "Filters.0.Name": "image-name", "Filters.0.Values.0": "未命名 镜像 #2", "Offset": 10}
    assert len(listed(qcloud3(method="GET", query=urlencode(flat)))) == 10
    assert cloud.requests[-1].parameters == {
        "Limit": 10,
        "Offset": 10,
        "Filters": [{"Name": "image-name", "Values": ["未命名 镜像 #2"]}],
    }
    assert cloud.requests[-1].page == 2
    assert code(qcloud3(method="GET", query="ImageIds.1=img-a")) == "InvalidParameter"


def test_a_host_that_is_a_whole_url_passes_if_it_was_signed_so(cloud: Emulator, qcloud3: Call) -> None:
    assert listed(qcloud3({}, headers={"host": cloud.url}))


def test_further_headers_may_be_signed_and_the_payload_left_out(qcloud3: Call) -> None:
    assert listed(qcloud3({}, signed=("content-type", "host", "x-tc-action")))


@pytest.mark.parametrize("signed", [("host",), ("content-type",)])
def test_content_type_and_host_must_be_signed(qcloud3: Call, signed: tuple[str, ...]) -> None:
    assert code(qcloud3({}, signed=signed)) == "AuthFailure.SignatureFailure"


def test_one_changed_bit_breaks_the_signature(qcloud3: Call) -> None:
    def other_body(prepared: requests.PreparedRequest) -> None:
        prepared.body = b'{"Limit": 2}'

    def other_type(prepared: requests.PreparedRequest) -> None:
        prepared.headers["content-type"] = "application/json; charset=utf-8"

    for edit in (other_body, other_type):
        assert code(qcloud3({"Limit": 1}, edit=edit)) == "AuthFailure.SignatureFailure"
    assert code(qcloud3({}, secret_key="wrong")) == "AuthFailure.SignatureFailure"


@pytest.mark.parametrize("offset", [-302, 302])
def test_a_timestamp_off_by_more_than_five_minutes_is_expired(qcloud3: Call, offset: int) -> None:
    assert code(qcloud3({}, at=time.time() + offset)) == "AuthFailure.SignatureExpire"


def test_a_skewed_server_calls_a_right_time_expired(cloud: Emulator, qcloud3: Call) -> None:
    cloud.clock_skew = 900
    assert code(qcloud3({})) == "AuthFailure.SignatureExpire"
    assert listed(qcloud3({}, at=time.time() + 900))


def test_an_unknown_secret_id_or_a_wrong_token_is_told(qcloud3: Call) -> None:
    temporary = {"secret_id": TEMPORARY_SECRET_ID, "secret_key": TEMPORARY_SECRET_KEY_TENCENT}
    assert code(qcloud3({}, secret_id="AKIDUNKNOWN")) == "AuthFailure.SecretIdNotFound"
    assert code(qcloud3({}, **temporary)) == "AuthFailure.TokenFailure"
    assert code(qcloud3({}, headers={"x-tc-token": "wrong"})) == "AuthFailure.TokenFailure"
    assert listed(qcloud3({}, headers={"x-tc-token": SECURITY_TOKEN}, **temporary))


def test_a_missing_authorization_is_told(qcloud3: Call) -> None:
    def edit(prepared: requests.PreparedRequest) -> None:
        del prepared.headers["authorization"]

    assert code(qcloud3({}, edit=edit)) == "AuthFailure.InvalidAuthorization"


@pytest.mark.parametrize(
    ("header", "value", "expected"),
    [
        ("x-tc-action", None, "MissingParameter"),
        ("x-tc-version", None, "MissingParameter"),
        ("x-tc-region", None, "MissingParameter"),
        ("x-tc-action", "DescribePictures", "InvalidAction"),
        ("x-tc-version", "2016-01-01", "NoSuchVersion"),
        ("x-tc-region", "gz", "InvalidRegion.NotFound"),
        ("content-type", "text/plain", "InvalidRequest"),
    ],
)
def test_a_wrong_common_parameter_is_told(qcloud3: Call, header: str, value: str | None, expected: str) -> None:
    assert code(qcloud3({}, headers={header: value})) == expected


def test_a_method_other_than_get_and_post_is_not_a_protocol(qcloud3: Call) -> None:
    assert code(qcloud3({}, method="PUT")) == "UnsupportedProtocol"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"Colour": "red"}, "UnknownParameter"),
        ({"ImageIds": ["img-a"], **filters(platform=["Ubuntu"])},
         "InvalidParameter.InvalidParameterCoexistImageIdsFilters"),
        ({"ImageIds": [f"img-{number}" for number in range(101)]}, "InvalidParameterValue.LimitExceeded"),
        ({"ImageIds": "img-a"}, "InvalidParameter"),
        (filters(colour=["red"]), "InvalidFilter"),
        (filters(platform=list("abcdef")), "InvalidFilterValue.LimitExceeded"),
        ({"Filters": [{"Name": "platform", "Values": ["a"]}] * 11}, "InvalidFilterValue.LimitExceeded"),
        ({"Filters": [{"Name": "platform"}]}, "MissingParameter"),
        (filters(image_type=["MARKET_IMAGE"]), "InvalidParameterValue"),
        ({"Limit": 101}, "InvalidParameterValue"),
        ({"Limit": -1}, "InvalidParameterValue"),
        ({"Offset": -1}, "InvalidParameterValue"),
        ({"Limit": "20"}, "InvalidParameter"),
        ({"InstanceType": "large"}, "InvalidInstanceType.Malformed"),
        ({"InstanceType": "XX9.LARGE"}, "InvalidParameterValue.InstanceTypeNotFound"),
        ("[]", "InvalidRequest"),
        ("{", "InvalidRequest"),
    ],
)  # fmt: skip
def test_a_bad_parameter_is_answered_with_its_documented_code(qcloud3: Call, body: Any, expected: str) -> None:
    assert code(qcloud3(body)) == expected


def test_messages_are_chinese_unless_english_is_asked_for(qcloud3: Call) -> None:
    chinese = response_of(qcloud3({"Limit": 101}))["Error"]["Message"]
    english = response_of(qcloud3({"Limit": 101}, headers={"x-tc-language": "en-US"}))["Error"]["Message"]
    assert "取值错误" in chinese
    assert english.isascii()


def test_pages_are_windows_of_one_list_without_the_marketplace(cloud: Emulator, qcloud3: Call) -> None:
    everything = [one for one in cloud.catalogue.images["qcloud"] if one["ImageType"] != "MARKET_IMAGE"]
    pages = [qcloud3({"Offset": offset, "Limit": 100}) for offset in range(0, 1000, 100)]
    assert [one for page in pages for one in listed(page)] == everything
    assert {response_of(page)["TotalCount"] for page in pages} == {len(everything)}
    assert len(listed(qcloud3({}))) == 20


@pytest.mark.parametrize(
    ("values", "holds"),
    [
        ({"image_type": ["PRIVATE_IMAGE", "SHARED_IMAGE"]},
         lambda one: one["ImageType"] in ("PRIVATE_IMAGE", "SHARED_IMAGE")),
        ({"image_name": ["ubuntu SERVER 9.10"]}, lambda one: "Ubuntu Server 9.10" in one["ImageName"]),
        ({"platform": ["CentOS", "Fed"]}, lambda one: one["Platform"] in ("CentOS", "Fedora")),
        ({"tag_key": ["env"]}, lambda one: "env" in [tag["Key"] for tag in one["Tags"]]),
        ({"tag_value": ["web+api"]}, lambda one: "web+api" in [tag["Value"] for tag in one["Tags"]]),
        ({"tag:env": ["prod"]}, lambda one: {"Key": "env", "Value": "prod"} in one["Tags"]),
        ({"image_id": ["img-31tjrtph", "img-nowhere"]}, lambda one: one["ImageId"] == "img-31tjrtph"),
        ({"cdc_cache_status": ["CACHED"]}, lambda one: one.get("CdcCacheStatus") == "CACHED"),
        ({"platform": ["Ubuntu"], "image_type": ["SHARED_IMAGE"]},
         lambda one: one["Platform"] == "Ubuntu" and one["ImageType"] == "SHARED_IMAGE"),
    ],
)  # fmt: skip
def test_a_filter_lists_all_that_match_and_nothing_else(
    cloud: Emulator, qcloud3: Call, values: dict[str, list[str]], holds: Callable[[dict[str, Any]], bool]
) -> None:
    expected = [one for one in cloud.catalogue.images["qcloud"] if one["ImageType"] != "MARKET_IMAGE" and holds(one)]
    response = qcloud3({**filters(**values), "Limit": 100})
    assert expected
    assert listed(response) == expected[:100]
    assert response_of(response)["TotalCount"] == len(expected)


def test_unknown_ids_are_simply_absent(qcloud3: Call) -> None:
    images = listed(qcloud3({"ImageIds": ["img-nowhere", "img-31tjrtph", "malformed"]}))
    assert [one["ImageId"] for one in images] == ["img-31tjrtph"]


def test_an_instance_type_lists_what_it_can_boot(qcloud3: Call) -> None:
    arm = {one["Architecture"] for one in listed(qcloud3({"InstanceType": "SR1.MEDIUM4", "Limit": 100}))}
    other = {one["Architecture"] for one in listed(qcloud3({"InstanceType": "SA5.MEDIUM2", "Limit": 100}))}
    assert arm == {"arm"}
    assert other == {"x86_64", "i386"}


@pytest.mark.parametrize(("number", "word"), [(1, "PRIVATE_IMAGE"), (2, "PUBLIC_IMAGE"), (4, "SHARED_IMAGE")])
def test_both_api_versions_list_the_same_images_in_the_same_order(
    qcloud2: Call, qcloud3: Call, number: int, word: str
) -> None:
    old = qcloud2({"imageType": number, "offset": 100, "limit": 100}).json()
    new = response_of(qcloud3({**filters(image_type=[word]), "Offset": 100, "Limit": 100}))
    assert [one["unImgId"] for one in old["imageSet"]] == [one["ImageId"] for one in new["ImageSet"]]
    assert [one["imageName"] for one in old["imageSet"]] == [one["ImageName"] for one in new["ImageSet"]]
    assert old["totalCount"] == new["TotalCount"]
