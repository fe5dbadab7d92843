# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last SDK of QCloud's API 2.0 sees in the emulator what the module sees, and the same images as API 3.0 has."""

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
from interop.official import Account, QCloudSDK, QCloudSDKByPost, QCloudSDKBySHA1, TencentCloudSDK

Ask = Callable[..., dict[str, Any]]
Official = Callable[[type[QCloudSDK]], QCloudSDK]

ACCOUNT = Account(SECRET_ID, SECRET_KEY_TENCENT)
TEMPORARY = Account(TEMPORARY_SECRET_ID, TEMPORARY_SECRET_KEY_TENCENT, SECURITY_TOKEN)
TYPES = ("private", "public", "marketplace", "shared")

all_ways = pytest.mark.parametrize("kind", [QCloudSDK, QCloudSDKByPost, QCloudSDKBySHA1])


@all_ways
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_every_image_of_a_type(
    kind: type[QCloudSDK], number: int, official: Official, qcloud_module: Ask, cloud: Emulator
) -> None:
    listed = official(kind).everything(ACCOUNT, {"imageType": number})
    assert {request.parameters["RequestClient"] for request in cloud.requests} == {"SDK_PYTHON_2.0.15"}
    assert len(listed.images) == listed.total > 200
    for image_type in (str(number), TYPES[number - 1]):
        found = qcloud_module(api_version="2.0", image_type=image_type)
        assert found["images"] == listed.images
        assert found["image_ids"] == listed.ids()
        assert (found["total_count"], found["complete"]) == (listed.total, True)


@pytest.mark.parametrize("region", ["gz", "ap-guangzhou"])
def test_one_window(region: str, official: Official, qcloud_module: Ask) -> None:
    window, default = official(QCloudSDK).ask(
        ACCOUNT, {"imageType": 1, "offset": 33, "limit": 7, "Region": region}, {"imageType": 1, "Region": region}
    )
    assert (len(window.images), len(default.images)) == (7, 20)
    found = qcloud_module(api_version="2.0", image_type="private", region=region, offset=33, limit=7)
    assert found["images"] == window.images
    found = qcloud_module(api_version="2.0", image_type="private", region=region, offset=0)
    assert found["images"] == default.images


@pytest.mark.parametrize("status", range(6))
def test_every_state(status: int, official: Official, qcloud_module: Ask) -> None:
    listed = official(QCloudSDK).everything(ACCOUNT, {"imageType": 1, "status": status})
    assert listed.total > 0
    assert qcloud_module(api_version="2.0", image_type="private", status=status)["images"] == listed.images


@all_ways
def test_ids(kind: type[QCloudSDK], official: Official, qcloud_module: Ask, cloud: Emulator) -> None:
    shelf = cloud.catalogue.images["qcloud"]
    odd = "img/中文 a+b #1 ~*%25 'x' \"y\" (z);,:@!$[]<é>&k=v?q"
    shelf.append({**shelf[0], "ImageId": odd})
    ids = [image["ImageId"] for image in shelf if image["ImageType"] == "PUBLIC_IMAGE"][::-9]
    ids[3:3] = ["img-nothere"]
    assert ids[0] == odd
    tens = [ids[start : start + 10] for start in range(0, len(ids), 10)]
    answers = official(kind).ask(ACCOUNT, *({"imageType": 2, "imageIds": ten} for ten in tens))
    images = [image for answer in answers for image in answer.images]
    assert len(images) == len(ids) - 1
    assert qcloud_module(api_version="2.0", image_type="public", image_ids=ids)["images"] == images


def test_eleven_ids_are_too_many(official: Official) -> None:
    refused = official(QCloudSDK).ask(ACCOUNT, {"imageType": 2, "imageIds": [f"img-{n}" for n in range(11)]})[0]
    assert refused.code == "4000"


def test_unknown_id(official: Official, qcloud_module: Ask) -> None:
    asked = official(QCloudSDK).ask(ACCOUNT, {"imageType": 1, "imageIds": ["img-nothere"]})[0]
    assert (asked.code, asked.images) == (None, [])
    assert qcloud_module(api_version="2.0", image_type="private", image_ids=["img-nothere"])["images"] == []


@all_ways
def test_temporary_keys(kind: type[QCloudSDK], official: Official, qcloud_module: Ask) -> None:
    client = official(kind)
    asked = client.ask(TEMPORARY, {"imageType": 4, "limit": 10})[0]
    assert len(asked.images) == 10
    found = qcloud_module(TEMPORARY, api_version="2.0", image_type="shared", limit=10)
    assert found["images"] == asked.images
    without = client.ask(TEMPORARY._replace(token=None), {"imageType": 4})[0]
    assert without.code == "4105"
    refused = qcloud_module(TEMPORARY._replace(token=None), api_version="2.0", image_type="shared")
    assert (refused["error"]["kind"], refused["error"]["code"]) == ("credentials", without.code)


@all_ways
@pytest.mark.parametrize(
    ("account", "code"),
    [
        (Account(SECRET_ID, "TCSKEXAMPLEwrong"), "4100"),
        (Account("AKIDUNKNOWNEXAMPLE", SECRET_KEY_TENCENT), "4104"),
    ],
)
def test_wrong_keys(kind: type[QCloudSDK], account: Account, code: str, official: Official, qcloud_module: Ask) -> None:
    refused = official(kind).ask(account, {"imageType": 2})[0]
    assert refused.code == code
    result = qcloud_module(account, api_version="2.0", image_type="public")
    assert (result["error"]["kind"], result["error"]["code"]) == ("credentials", code)
    assert refused.message in result["msg"]


@all_ways
def test_wrong_clock(kind: type[QCloudSDK], official: Official, qcloud_module: Ask, cloud: Emulator) -> None:
    cloud.clock_skew = 900
    refused = official(kind).ask(ACCOUNT, {"imageType": 2})[0]
    assert refused.code == "4500"
    result = qcloud_module(api_version="2.0", image_type="public")
    assert (result["error"]["kind"], result["error"]["code"]) == ("clock", refused.code)


def test_closed_and_throttled(official: Official, qcloud_module: Ask, cloud: Emulator) -> None:
    client = official(QCloudSDK)
    cloud.api_2_closed = True
    closed = client.ask(ACCOUNT, {"imageType": 2})[0]
    assert closed.code == "4300"
    assert closed.message in qcloud_module(api_version="2.0", image_type="public")["msg"]
    cloud.api_2_closed, cloud.limits = False, Limits(per_minute=0)
    throttled = client.ask(ACCOUNT, {"imageType": 2})[0]
    result = qcloud_module(api_version="2.0", image_type="public", retries=0)
    assert (result["error"]["kind"], result["error"]["code"]) == ("throttled", throttled.code)


@pytest.mark.parametrize("image_type", ["private", "public", "shared"])
def test_both_versions_have_the_same_images(image_type: str, official: Callable[..., Any], qcloud_module: Ask) -> None:
    word = f"{image_type.upper()}_IMAGE"
    question = {"Filters": [{"Name": "image-type", "Values": [word]}]}
    old = official(QCloudSDK).everything(ACCOUNT, {"imageType": TYPES.index(image_type) + 1})
    new = official(TencentCloudSDK).everything(ACCOUNT, question)
    found_old, found_new = (qcloud_module(api_version=version, image_type=image_type) for version in ("2.0", "3.0"))
    assert old.ids() == new.ids() == found_old["image_ids"] == found_new["image_ids"]
    for row, image in zip(found_old["summary"], old.images, strict=True):
        assert (row["id"], row["name"], row["os_name"]) == (image["unImgId"], image["imageName"], image["osName"])
    for row, image in zip(found_new["summary"], new.images, strict=True):
        assert (row["id"], row["name"], row["os_name"]) == (image["ImageId"], image["ImageName"], image["OsName"])
    # A failed image is no state of API 2.0.
    told = ("id", "name", "os_name", "source")
    rows = [[[row[name] for name in told] for row in found["summary"]] for found in (found_old, found_new)]
    assert rows[0] == rows[1]


def test_ansible_ad_hoc(official: Official, ad_hoc: Ask) -> None:
    listed = official(QCloudSDK).everything(ACCOUNT, {"imageType": 3})
    found = ad_hoc("qcloud_image_info", api_version="2.0", region="gz", image_type="marketplace")
    assert found["images"] == listed.images
