# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulated API 2.0 refuses what its documents refuse and lists what they list."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
from emulator import (
    SECURITY_TOKEN,
    TEMPORARY_SECRET_ID,
    TEMPORARY_SECRET_KEY_TENCENT,
    Emulator,
)

Call = Callable[..., requests.Response]


def listed(response: requests.Response) -> list[dict[str, Any]]:
    document = response.json()
    assert (document["code"], document["codeDesc"]) == (0, "Success"), document
    return list(document["imageSet"])


def code(response: requests.Response) -> int:
    assert response.status_code == 200
    assert "imageSet" not in response.json()
    return int(response.json()["code"])


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("signature_method", ["HmacSHA256", "HmacSHA1", None])
def test_a_signed_request_is_answered(
    cloud: Emulator, qcloud2: Call, method: str, signature_method: str | None
) -> None:
    parameters = {"imageType": 2, "limit": 100, "SignatureMethod": signature_method}
    assert len(listed(qcloud2(parameters, method=method))) == 100
    received = cloud.requests[-1]
    assert (received.api, received.verdict, received.page) == ("qcloud.2.0", "ok", 1)
    assert received.parameters["imageType"] == "2"


def test_the_host_may_be_signed_as_sent_or_without_its_port(cloud: Emulator, qcloud2: Call) -> None:
    for host in ("127.0.0.1", cloud.url.partition("//")[2]):
        assert listed(qcloud2({"imageType": 2}, host=host))
    assert code(qcloud2({"imageType": 2}, host="cvm.api.qcloud.com")) == 4100


def test_one_changed_bit_breaks_the_signature(qcloud2: Call) -> None:
    assert code(qcloud2({"imageType": 2}, unsigned={"imageType": 3})) == 4100
    assert code(qcloud2({"imageType": 2}, secret_key="wrong")) == 4100


def test_an_unknown_secret_id_or_a_wrong_token_is_told(qcloud2: Call) -> None:
    temporary = {"secret_id": TEMPORARY_SECRET_ID, "secret_key": TEMPORARY_SECRET_KEY_TENCENT}
    assert code(qcloud2({"imageType": 2}, secret_id="AKIDUNKNOWN")) == 4104
    assert code(qcloud2({"imageType": 2}, **temporary)) == 4105
    assert code(qcloud2({"imageType": 2, "Token": "wrong"}, **temporary)) == 4105
    assert listed(qcloud2({"imageType": 2, "Token": SECURITY_TOKEN}, **temporary))
    assert listed(qcloud2({"imageType": 2, "Token": SECURITY_TOKEN}))


def test_replays_and_old_timestamps_are_refused(qcloud2: Call) -> None:
    fixed = {"imageType": 2, "Nonce": 11886, "Timestamp": int(time.time())}
    assert listed(qcloud2(fixed))
    assert code(qcloud2(fixed)) == 4500
    assert listed(qcloud2({**fixed, "Timestamp": fixed["Timestamp"] - 1}))
    assert code(qcloud2({"imageType": 2, "Timestamp": int(time.time()) - 301})) == 4500
    assert code(qcloud2({"imageType": 2, "Timestamp": int(time.time()) + 302})) == 4500


def test_a_closed_api_says_so_in_the_words_users_have_reported(cloud: Emulator, qcloud2: Call) -> None:
    cloud.api_2_closed = True
    assert qcloud2({"imageType": 2}).json() == {
        "code": 4300,
        "message": "请求被拒绝，该接口只允许特定账户调用。",
        "codeDesc": "RequestForbidden",
    }


def test_codes_can_come_as_text(cloud: Emulator, qcloud2: Call) -> None:
    cloud.codes_as_text = True
    document = qcloud2({"imageType": 2}).json()
    assert (document["code"], document["totalCount"]) == ("0", "300")
    assert qcloud2({}).json()["code"] == "4000"


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"imageType": 0},
        {"imageType": 5},
        {"imageType": "public"},
        {"imageType": 2, "status": 6},
        {"imageType": 2, "limit": 101},
        {"imageType": 2, "limit": -1},
        {"imageType": 2, "offset": -1},
        {"imageType": 2, "colour": "red"},
        {"imageType": 2, "imageIds": "img-a"},
        {"imageType": 2, "imageIds.1": "img-a"},
        {"imageType": 2, **{f"imageIds.{number}": f"img-{number}" for number in range(11)}},
        {"imageIds.0": "img-a"},
        {"imageType": 2, "Region": "Guangzhou"},
        {"imageType": 2, "Region": None},
        {"imageType": 2, "Nonce": None},
        {"imageType": 2, "Nonce": "abc"},
        {"imageType": 2, "Version": "2017-03-12"},
    ],
)
def test_a_bad_parameter_is_4000(qcloud2: Call, parameters: dict[str, Any]) -> None:
    assert code(qcloud2(parameters)) == 4000


@pytest.mark.parametrize("region", ["gz", "shjr", "ap-guangzhou", "ap-shanghai-fsi"])
def test_short_and_long_regions_pass(qcloud2: Call, region: str) -> None:
    assert listed(qcloud2({"imageType": 2, "Region": region}))


def test_an_unknown_action_is_6100(qcloud2: Call) -> None:
    assert code(qcloud2({"Action": "DescribePictures"})) == 6100


def test_a_query_beside_a_form_is_ignored(qcloud2: Call) -> None:
    def edit(prepared: requests.PreparedRequest) -> None:
        prepared.url = f"{prepared.url}?imageType=3"

    assert {one["imageType"] for one in listed(qcloud2({"imageType": 2}, method="POST", edit=edit))} == {2}


def test_pages_are_windows_of_one_list(cloud: Emulator, qcloud2: Call) -> None:
    pages = [qcloud2({"imageType": 1, "offset": offset, "limit": 100}) for offset in (0, 100, 200, 300)]
    found = [one["unImgId"] for page in pages for one in listed(page)]
    private = [one["ImageId"] for one in cloud.catalogue.images["qcloud"] if one["ImageType"] == "PRIVATE_IMAGE"]
    assert found == private
    assert {page.json()["totalCount"] for page in pages} == {300}
    assert [received.page for received in cloud.requests] == [1, 2, 3, 4]
    assert len(listed(qcloud2({"imageType": 1}))) == 20
    assert listed(qcloud2({"imageType": 1, "limit": 0})) == []


def test_every_type_and_status_is_listed_by_its_number(qcloud2: Call) -> None:
    for number in (1, 2, 3, 4):
        assert {one["imageType"] for one in listed(qcloud2({"imageType": number}))} == {number}
    for number in (1, 2, 3, 4, 5):
        assert {one["status"] for one in listed(qcloud2({"imageType": 1, "status": number}))} == {number}


def test_ids_are_looked_up_inside_their_type(qcloud2: Call) -> None:
    query = {"imageIds.0": "img-31tjrtph", "imageIds.1": "img-nowhere"}
    assert [one["imageName"] for one in listed(qcloud2({"imageType": 2, **query}))] == ["CentOS 7.2 64位"]
    assert listed(qcloud2({"imageType": 1, **query})) == []


def test_the_document_s_own_example_is_answered_as_printed(qcloud2: Call) -> None:
    (image,) = listed(qcloud2({"imageType": 1, "imageIds.0": "img-1234test"}))
    assert image["createTime"] == "2014-09-27 10:11:00"
    assert image["osName"] == "Ubuntu 12.04 64bit"


def test_both_printed_spellings_of_the_creator_occur(qcloud2: Call) -> None:
    images = listed(qcloud2({"imageType": 1, "limit": 100}))
    assert {"creator", "createor"} <= {field for one in images for field in one}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", one["createTime"]) for one in images)
