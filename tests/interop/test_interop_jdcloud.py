# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""JD Cloud's own SDK and command line see in the emulator what the module sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from emulator import (
    ACCESS_KEY,
    SECRET_KEY,
    SECURITY_TOKEN,
    TEMPORARY_ACCESS_KEY,
    TEMPORARY_SECRET_KEY,
    Emulator,
    Limits,
    Received,
)
from interop.official import Account, Jdc, JDCloudClient, JDCloudSDK, JDCloudSDKForCoc, Question

Ask = Callable[..., dict[str, Any]]
Official = Callable[[type[JDCloudClient]], JDCloudClient]

ACCOUNT = Account(ACCESS_KEY, SECRET_KEY)
TEMPORARY = Account(TEMPORARY_ACCESS_KEY, TEMPORARY_SECRET_KEY, SECURITY_TOKEN)
SOURCES = ("public", "thirdparty", "private", "shared", "community")
# Everything that the SDK and jdc can say: "&", "=" and "?" they put on the wire bare.
ODD = "中文 a+b #1/2 ~*%25 'x' \"y\" (z);,:@!$[]{}|\\^`<é>"

both_clients = pytest.mark.parametrize("kind", [JDCloudSDK, Jdc])
both_signatures = pytest.mark.parametrize("version", [2, 3])


def algorithm(request: Received) -> str:
    return (request.header("authorization") or "").partition(" ")[0]


@both_clients
@pytest.mark.parametrize("source", SOURCES)
def test_every_image_of_a_source(
    kind: type[JDCloudClient], source: str, official: Official, jdcloud_module: Ask, cloud: Emulator
) -> None:
    listed = official(kind).everything(ACCOUNT, {"imageSource": source})
    assert len(listed.images) == listed.total > 100
    assert {algorithm(request) for request in cloud.requests} == {"JDCLOUD3-HMAC-SHA256"}
    assert all("JdcloudSdkPython/" in (request.header("user-agent") or "") for request in cloud.requests)
    for version in (2, 3):
        found = jdcloud_module(image_source=source, signature_version=version)
        assert found["images"] == listed.images
        assert found["image_ids"] == listed.ids()
        assert (found["total_count"], found["complete"]) == (listed.total, True)
    assert {algorithm(request) for request in cloud.requests} == {"JDCLOUD3-HMAC-SHA256", "JDCLOUD2-HMAC-SHA256"}


@both_signatures
@pytest.mark.parametrize("source", ["public", "private"])
def test_every_image_of_coc_vm(version: int, source: str, official: Official, jdcloud_module: Ask) -> None:
    listed = official(JDCloudSDKForCoc).everything(ACCOUNT, {"imageSource": source})
    assert listed.total > 10
    found = jdcloud_module(service="coc-vm", image_source=source, signature_version=version)
    assert found["images"] == listed.images


@both_clients
def test_one_page(kind: type[JDCloudClient], official: Official, jdcloud_module: Ask) -> None:
    page = {"imageSource": "shared", "pageNumber": 3, "pageSize": 10}
    first_by_default = {"imageSource": "private"}
    asked, defaults = official(kind).ask(ACCOUNT, page, first_by_default)
    assert jdcloud_module(image_source="shared", page_number=3, page_size=10)["images"] == asked.images
    assert len(defaults.images) == 20
    assert jdcloud_module(image_source="private", page_number=1)["images"] == defaults.images


@both_clients
@both_signatures
def test_detail(
    kind: type[JDCloudClient], version: int, official: Official, jdcloud_module: Ask, cloud: Emulator
) -> None:
    image_id = cloud.catalogue.images["jdcloud.vm"][500]["imageId"]
    known, unknown = official(kind).ask(ACCOUNT, {"imageId": image_id}, {"imageId": "img-nothere000"})
    assert jdcloud_module(image_id=image_id, signature_version=version)["images"] == known.images != []
    assert unknown.code == "NOT_FOUND"
    assert jdcloud_module(image_id="img-nothere000", signature_version=version)["images"] == []


def test_detail_of_coc_vm(official: Official, jdcloud_module: Ask, cloud: Emulator) -> None:
    image_id = cloud.catalogue.images["jdcloud.coc-vm"][5]["imageId"]
    known = official(JDCloudSDKForCoc).ask(ACCOUNT, {"imageId": image_id})[0]
    assert jdcloud_module(service="coc-vm", image_id=image_id)["images"] == known.images != []


@both_clients
def test_ids(kind: type[JDCloudClient], official: Official, jdcloud_module: Ask, cloud: Emulator) -> None:
    ids = [image["imageId"] for image in cloud.catalogue.images["jdcloud.vm"][7::6]][:150]
    ids[40:40] = ["img-nothere000", "img/../x y+#中文"]
    asked = official(kind).ask(ACCOUNT, *({"ids": part, "pageSize": 100} for part in (ids[:100], ids[100:])))
    images = asked[0].images + asked[1].images
    assert len(images) == 150
    assert jdcloud_module(ids=ids)["images"] == images


CRITERIA: list[Question] = [
    {"imageSource": "public", "imageName": "64位中文版"},
    {"imageSource": "public", "imageName": "CentOS 7.9 64位"},
    {"imageSource": "shared", "imageName": "共享+CentOS 8.2"},
    {"imageSource": "private", "imageName": "web#12"},
    {"imageSource": "thirdparty", "imageName": "C# / .NET 一键环境"},
    {"imageSource": "thirdparty", "imageName": "(Ubuntu 20.04"},
    {"imageSource": "community", "imageName": ODD},
    {"imageSource": "public", "platform": "Windows Server", "rootDeviceType": "cloudDisk"},
    {"imageSource": "public", "architecture": "arm64", "rootDeviceType": "localDisk"},
    {"imageSource": "thirdparty", "offline": True},
    {"imageSource": "public", "offline": False, "platform": "CentOS"},
    {"imageSource": "private", "status": "error"},
    {"imageSource": "private", "launchPermission": "specifiedUsers", "status": "ready"},
    # The old SDK of jdc drops the name of a parameter whose value holds "=", and does not know the other two.
    {"imageSource": "community", "imageName": "版本=1"},
    {"imageSource": "private", "bootMode": "uefi"},
    {"imageSource": "private", "instanceIds": ["i-example0001", "中文 +/#"]},
]
OPTIONS = {
    "imageSource": "image_source",
    "imageName": "image_name",
    "rootDeviceType": "root_device_type",
    "launchPermission": "launch_permission",
    "bootMode": "boot_mode",
    "instanceIds": "instance_ids",
}


@pytest.mark.parametrize(("kind", "criteria"), [(JDCloudSDK, CRITERIA), (Jdc, CRITERIA[:-3])])
def test_criteria(
    kind: type[JDCloudClient], criteria: list[Question], official: Official, jdcloud_module: Ask, cloud: Emulator
) -> None:
    images = cloud.catalogue.images["jdcloud.vm"]
    images.append({**images[-1], "imageId": "img-odd0000000", "name": f"<{ODD}>"})
    images.append({**images[-1], "imageId": "img-equal00000", "name": "版本=1"})
    next(image for image in images if image["imageSource"] == "private")["instanceId"] = "i-example0001"
    answers = official(kind).ask(ACCOUNT, *({**one, "pageSize": 100} for one in criteria))
    for one, answer in zip(criteria, answers, strict=True):
        assert answer.code is None, answer
        assert 0 < len(answer.images) == answer.total, one
        options = {OPTIONS.get(name, name): value for name, value in one.items()}
        for version in (2, 3):
            assert jdcloud_module(**options, signature_version=version)["images"] == answer.images, one


def test_criteria_of_coc_vm(official: Official, jdcloud_module: Ask, cloud: Emulator) -> None:
    name = cloud.catalogue.images["jdcloud.coc-vm"][-1]["name"]
    asked, arm = official(JDCloudSDKForCoc).ask(
        ACCOUNT,
        {"imageSource": "private", "imageName": name},
        {"imageSource": "public", "architecture": "arm64", "platform": "Ubuntu"},
    )
    assert len(asked.images) == 1
    assert jdcloud_module(service="coc-vm", image_source="private", image_name=name)["images"] == asked.images
    options = {"image_source": "public", "architecture": "arm64", "platform": "Ubuntu"}
    assert arm.code is None
    assert jdcloud_module(service="coc-vm", **options)["images"] == arm.images


@both_clients
def test_temporary_keys(kind: type[JDCloudClient], official: Official, jdcloud_module: Ask, cloud: Emulator) -> None:
    question = {"imageSource": "private", "pageSize": 10}
    client = official(kind)
    asked = client.ask(TEMPORARY, question)[0]
    assert len(asked.images) == 10
    assert cloud.requests[-1].header("x-jdcloud-security-token") == "ZXhhbXBsZS1zZWN1cml0eS10b2tlbg=="
    without = client.ask(TEMPORARY._replace(token=None), question)[0]
    assert (without.code, without.message) == ("ACCESS_ERROR", "security token is invalid[gw]")
    for version in (2, 3):
        found = jdcloud_module(TEMPORARY, image_source="private", page_size=10, signature_version=version)
        assert found["images"] == asked.images
        refused = jdcloud_module(TEMPORARY._replace(token=None), image_source="private", signature_version=version)
        assert (refused["error"]["kind"], refused["error"]["code"]) == ("credentials", without.code)


@both_clients
@pytest.mark.parametrize(
    ("account", "message"),
    [
        (Account(ACCESS_KEY, "SKEXAMPLE/wrong"), "sign result is not same [gw]"),
        (Account("JDC_UNKNOWNEXAMPLE", SECRET_KEY), "secret key is nul[gw]"),
    ],
)
def test_wrong_keys(
    kind: type[JDCloudClient], account: Account, message: str, official: Official, jdcloud_module: Ask
) -> None:
    refused = official(kind).ask(account, {"imageSource": "public"})[0]
    assert (refused.code, refused.message) == ("ACCESS_ERROR", message)
    for version in (2, 3):
        result = jdcloud_module(account, image_source="public", signature_version=version)
        assert (result["error"]["kind"], result["error"]["code"]) == ("credentials", refused.code)
        assert message in result["msg"]


@both_clients
def test_wrong_clock(kind: type[JDCloudClient], official: Official, jdcloud_module: Ask, cloud: Emulator) -> None:
    cloud.clock_skew = 900
    refused = official(kind).ask(ACCOUNT, {"imageSource": "public"})[0]
    for version in (2, 3):
        result = jdcloud_module(image_source="public", signature_version=version)
        assert (result["error"]["kind"], result["error"]["code"]) == ("clock", refused.code)
        assert refused.message in result["msg"]


@both_clients
def test_the_clients_meet_the_documented_refusals(kind: type[JDCloudClient], official: Official) -> None:
    questions = ({"platform": "CentOS"}, {"imageSource": "public", "pageSize": 9})
    no_source, small_page = official(kind).ask(ACCOUNT, *questions)
    assert (no_source.code, no_source.message) == ("FAILED_PRECONDITION", "Parameter ImageSource missing")
    assert (small_page.code, small_page.message) == ("OUT_OF_RANGE", "PageSize out of range")


@both_clients
def test_throttling(kind: type[JDCloudClient], official: Official, jdcloud_module: Ask, cloud: Emulator) -> None:
    cloud.limits = Limits(per_minute=0)
    refused = official(kind).ask(ACCOUNT, {"imageSource": "public"})[0]
    assert refused.code == "RATE_LIMIT"
    result = jdcloud_module(image_source="public", retries=0)
    assert (result["error"]["kind"], result["error"]["code"]) == ("throttled", refused.code)


@both_clients
def test_ansible_ad_hoc(kind: type[JDCloudClient], official: Official, ad_hoc: Ask) -> None:
    listed = official(kind).everything(ACCOUNT, {"imageSource": "thirdparty"})
    found = ad_hoc("jdcloud_image_info", region_id="cn-north-1", image_source="thirdparty")
    assert found["images"] == listed.images
