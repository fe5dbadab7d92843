# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tencent Cloud's own SDK and command line see in the emulator what the module sees through API 3.0."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from emulator import (
    SECRET_ID,
    SECRET_KEY_TENCENT,
    SECURITY_TOKEN,
    TEMPORARY_SECRET_ID,
    TEMPORARY_SECRET_KEY_TENCENT,
    Emulator,
    Limits,
)
from interop.official import (
    Account,
    Answer,
    Question,
    Tccli,
    TencentClient,
    TencentCloudSDK,
    TencentCloudSDKByGet,
    TencentCloudSDKTyped,
)

Ask = Callable[..., dict[str, Any]]
Official = Callable[[type[TencentClient]], TencentClient]

ACCOUNT = Account(SECRET_ID, SECRET_KEY_TENCENT)
TEMPORARY = Account(TEMPORARY_SECRET_ID, TEMPORARY_SECRET_KEY_TENCENT, SECURITY_TOKEN)
TYPES = {"private": "PRIVATE_IMAGE", "public": "PUBLIC_IMAGE", "shared": "SHARED_IMAGE"}
ODD = "中文 a+b #1/2 ~*%25 'x' \"y\" (z);,:@!$[]{}|\\^`<é>&k=v?q"

all_clients = pytest.mark.parametrize("kind", [TencentCloudSDK, TencentCloudSDKByGet, TencentCloudSDKTyped, Tccli])


def assert_same(result: dict[str, Any], answer: Answer, kind: type[TencentClient]) -> None:
    """Field for field; a typed answer has only the fields of its type, and null for those that did not come."""
    assert answer.code is None, answer
    assert result["image_ids"] == answer.ids()
    images = result["images"]
    if kind in (TencentCloudSDKTyped, Tccli):
        images = [{name: image.get(name) for name in known} for image, known in zip(images, answer.images, strict=True)]
    assert images == answer.images


def filters(**values: list[str]) -> list[dict[str, Any]]:
    return [{"Name": name.replace("_", "-"), "Values": value} for name, value in values.items()]


@all_clients
@pytest.mark.parametrize("image_type", TYPES)
def test_every_image_of_a_type(
    kind: type[TencentClient], image_type: str, official: Official, qcloud_module: Ask, cloud: Emulator
) -> None:
    listed = official(kind).everything(ACCOUNT, {"Filters": filters(image_type=[TYPES[image_type]])})
    assert all("SDK_PYTHON" in (request.header("x-tc-requestclient") or "") for request in cloud.requests)
    assert {request.method for request in cloud.requests} == {"GET" if kind is TencentCloudSDKByGet else "POST"}
    assert len(listed.images) == listed.total > 200
    found = qcloud_module(image_type=image_type)
    assert_same(found, listed, kind)
    assert (found["total_count"], found["complete"]) == (listed.total, True)


@all_clients
def test_every_image(kind: type[TencentClient], official: Official, qcloud_module: Ask) -> None:
    listed = official(kind).everything(ACCOUNT, {})
    assert listed.total > 600
    assert_same(qcloud_module(), listed, kind)


@all_clients
def test_one_window(kind: type[TencentClient], official: Official, qcloud_module: Ask) -> None:
    window, default = official(kind).ask(ACCOUNT, {"Offset": 33, "Limit": 7}, {"Offset": 200})
    assert (len(window.images), len(default.images)) == (7, 20)
    assert_same(qcloud_module(offset=33, limit=7), window, kind)
    assert_same(qcloud_module(offset=200), default, kind)


@all_clients
def test_ids(kind: type[TencentClient], official: Official, qcloud_module: Ask, cloud: Emulator) -> None:
    ids = [image["ImageId"] for image in cloud.catalogue.images["qcloud"][:600:4]]
    ids[40:40] = ["img-nothere", ODD]
    first, second, unknown = official(kind).ask(
        ACCOUNT,
        {"ImageIds": ids[:100], "Limit": 100},
        {"ImageIds": ids[100:], "Limit": 100},
        {"ImageIds": ["img-nothere"]},
    )
    asked = Answer(first.images + second.images)
    assert len(asked.images) == 150
    assert_same(qcloud_module(image_ids=ids), asked, kind)
    assert (unknown.code, unknown.images) == (None, [])
    assert qcloud_module(image_ids=["img-nothere"])["images"] == []


CRITERIA: list[Question] = [
    {"Filters": filters(image_name=["64位中文版"], image_type=["PUBLIC_IMAGE"])},
    {"Filters": filters(image_name=["未命名 镜像 #4"])},
    {"Filters": filters(image_name=["team+golden/Ubuntu Server 22.04", "WordPress"])},
    {"Filters": filters(image_name=[ODD])},
    {"Filters": filters(platform=["CentOS", "Windows"], image_type=["PUBLIC_IMAGE", "SHARED_IMAGE"])},
    {"Filters": filters(tag_key=["团队"])},
    {"Filters": filters(tag_value=["web+api"])},
    {"Filters": [{"Name": "tag:团队", "Values": ["web+api"]}, {"Name": "tag:env", "Values": ["prod"]}]},
    {"Filters": filters(image_id=["img-50mr2ow7", "img-k09t26i1", "img-nothere"])},
    {"InstanceType": "SA5.MEDIUM2", "Filters": filters(platform=["Ubuntu"])},
    {"InstanceType": "SR1.MEDIUM2"},
]


@all_clients
def test_criteria(kind: type[TencentClient], official: Official, qcloud_module: Ask, cloud: Emulator) -> None:
    images = cloud.catalogue.images["qcloud"]
    shared = next(image for image in images if image["ImageType"] == "SHARED_IMAGE")
    images.append({**shared, "ImageId": "img-odd00000", "ImageName": f"<{ODD}>"})
    answers = official(kind).ask(ACCOUNT, *({**one, "Limit": 100} for one in CRITERIA))
    for one, answer in zip(CRITERIA, answers, strict=True):
        assert answer.total > 0, (one, answer)
        options: dict[str, Any] = {"filters": {each["Name"]: each["Values"] for each in one.get("Filters", [])}}
        if "InstanceType" in one:
            options["instance_type"] = one["InstanceType"]
        assert_same(qcloud_module(**options, limit=100), answer, kind)


@all_clients
def test_temporary_keys(kind: type[TencentClient], official: Official, qcloud_module: Ask, cloud: Emulator) -> None:
    client = official(kind)
    asked = client.ask(TEMPORARY, {"Limit": 10})[0]
    assert cloud.requests[-1].header("x-tc-token") == SECURITY_TOKEN
    assert_same(qcloud_module(TEMPORARY, limit=10), asked, kind)
    without = client.ask(TEMPORARY._replace(token=None), {"Limit": 10})[0]
    assert without.code == "AuthFailure.TokenFailure"
    refused = qcloud_module(TEMPORARY._replace(token=None))
    assert (refused["error"]["kind"], refused["error"]["code"]) == ("credentials", without.code)


@all_clients
@pytest.mark.parametrize(
    ("account", "code"),
    [
        (Account(SECRET_ID, "TCSKEXAMPLEwrong"), "AuthFailure.SignatureFailure"),
        (Account("AKIDUNKNOWNEXAMPLE", SECRET_KEY_TENCENT), "AuthFailure.SecretIdNotFound"),
    ],
)
@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_wrong_keys(
    kind: type[TencentClient], account: Account, code: str, language: str, official: Official, qcloud_module: Ask
) -> None:
    client = official(kind)
    client.language = language
    refused = client.ask(account, {})[0]
    assert refused.code == code
    assert refused.message.isascii() is (language == "en-US")
    result = qcloud_module(account, language=language)
    assert (result["error"]["kind"], result["error"]["code"]) == ("credentials", code)
    assert refused.message in result["msg"]


@all_clients
def test_wrong_clock(kind: type[TencentClient], official: Official, qcloud_module: Ask, cloud: Emulator) -> None:
    cloud.clock_skew = 900
    refused = official(kind).ask(ACCOUNT, {})[0]
    assert refused.code == "AuthFailure.SignatureExpire"
    result = qcloud_module()
    assert (result["error"]["kind"], result["error"]["code"]) == ("clock", refused.code)


@all_clients
def test_the_clients_meet_the_documented_refusals(
    kind: type[TencentClient], official: Official, qcloud_module: Ask
) -> None:
    both, large, malformed = official(kind).ask(
        ACCOUNT,
        {"ImageIds": ["img-50mr2ow7"], "Filters": filters(platform=["CentOS"])},
        {"Limit": 101},
        {"InstanceType": "中文"},
    )
    assert both.code == "InvalidParameter.InvalidParameterCoexistImageIdsFilters"
    assert large.code == "InvalidParameterValue"
    assert malformed.code == "InvalidInstanceType.Malformed"
    assert qcloud_module(instance_type="中文")["error"]["code"] == malformed.code


@all_clients
def test_throttling(kind: type[TencentClient], official: Official, qcloud_module: Ask, cloud: Emulator) -> None:
    cloud.limits = Limits(per_second=0)
    refused = official(kind).ask(ACCOUNT, {})[0]
    result = qcloud_module(retries=0)
    assert refused.code == "RequestLimitExceeded"
    assert (result["error"]["kind"], result["error"]["code"]) == ("throttled", refused.code)


@pytest.mark.parametrize("kind", [TencentCloudSDK, Tccli])
def test_ansible_ad_hoc(kind: type[TencentClient], official: Official, ad_hoc: Ask) -> None:
    listed = official(kind).everything(ACCOUNT, {"Filters": filters(image_type=["PRIVATE_IMAGE"])})
    assert_same(ad_hoc("qcloud_image_info", region="ap-guangzhou", image_type="private"), listed, kind)
