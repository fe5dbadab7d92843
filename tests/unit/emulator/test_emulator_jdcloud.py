# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulated JD Cloud refuses what the documents refuse and lists what they list."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
from emulator import (
    ACCESS_KEY,
    SECURITY_TOKEN,
    TEMPORARY_ACCESS_KEY,
    TEMPORARY_SECRET_KEY,
    Emulator,
)

Call = Callable[..., requests.Response]
PUBLIC = {"imageSource": "public", "pageSize": 100}


def refusal(response: requests.Response) -> tuple[int, str, str]:
    document = response.json()
    assert document["requestId"]
    assert document["error"]["code"] == response.status_code
    return response.status_code, document["error"]["status"], document["error"]["message"]


def listed(response: requests.Response) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    return list(response.json()["result"]["images"])


def without(header: str) -> Callable[[requests.PreparedRequest], None]:
    return lambda prepared: prepared.headers.pop(header)


def flipped(header: str) -> Callable[[requests.PreparedRequest], None]:
    """Change the last bit of a header's last character."""

    def edit(prepared: requests.PreparedRequest) -> None:
        value = str(prepared.headers[header])
        prepared.headers[header] = value[:-1] + chr(ord(value[-1]) ^ 1)

    return edit


@pytest.mark.parametrize("version", ["2", "3"])
def test_a_signed_request_is_answered(cloud: Emulator, jdcloud: Call, version: str) -> None:
    assert len(listed(jdcloud(PUBLIC, version=version))) == 100
    received = cloud.requests[-1]
    assert (received.api, received.verdict, received.page) == ("jdcloud.vm.list", "ok", 1)
    assert received.parameters == {"imageSource": "public", "pageSize": "100"}


def test_jdcloud3_may_leave_date_and_nonce_unsigned_as_the_python_sdk_does(jdcloud: Call) -> None:
    assert listed(jdcloud(PUBLIC, version="3", signed=("content-type", "host")))


@pytest.mark.parametrize("left_out", ["content-type", "host", "x-jdcloud-date", "x-jdcloud-nonce"])
def test_jdcloud2_must_sign_the_four_headers(jdcloud: Call, left_out: str) -> None:
    signed = {"content-type", "host", "x-jdcloud-date", "x-jdcloud-nonce"} - {left_out}
    status, code, message = refusal(jdcloud(PUBLIC, signed=tuple(signed)))
    assert (status, code) == (401, "ACCESS_ERROR")
    assert left_out in message


def test_a_missing_authorization_or_date_is_named(jdcloud: Call) -> None:
    lacking = "lack of header {}[gw]"
    for header in ("authorization", "x-jdcloud-date", "x-jdcloud-nonce"):
        assert refusal(jdcloud(PUBLIC, edit=without(header))) == (401, "ACCESS_ERROR", lacking.format(header))


@pytest.mark.parametrize("header", ["authorization", "x-jdcloud-date", "x-jdcloud-nonce", "content-type"])
def test_one_changed_bit_breaks_the_signature(jdcloud: Call, header: str) -> None:
    status, code, dummy = refusal(jdcloud(PUBLIC, edit=flipped(header)))
    assert (status, code) == (401, "ACCESS_ERROR")


def test_a_wrong_signature_is_answered_in_the_documented_words(jdcloud: Call) -> None:
    assert refusal(jdcloud(PUBLIC, secret_key="wrong")) == (401, "ACCESS_ERROR", "sign result is not same [gw]")


def test_a_query_changed_on_the_way_breaks_the_signature(jdcloud: Call) -> None:
    def edit(prepared: requests.PreparedRequest) -> None:
        prepared.url = str(prepared.url).replace("public", "private")

    assert refusal(jdcloud(PUBLIC, edit=edit))[0] == 401


def test_an_unsorted_wire_passes_because_the_canonical_form_is_sorted(jdcloud: Call) -> None:
    def edit(prepared: requests.PreparedRequest) -> None:
        path, dummy, query = str(prepared.url).partition("?")
        prepared.url = f"{path}?{'&'.join(reversed(query.split('&')))}"

    assert listed(jdcloud({"ids.1": "img-m", "ids.2": "img-n", "imageSource": "public"}, edit=edit)) == []


def test_a_plus_for_a_space_is_not_what_jdcloud2_signed(jdcloud: Call) -> None:
    def edit(prepared: requests.PreparedRequest) -> None:
        prepared.url = str(prepared.url).replace("%20", "+")

    query = {"imageSource": "public", "platform": "Windows Server"}
    assert refusal(jdcloud(query, edit=edit))[0] == 401
    assert jdcloud(query, version="3", edit=edit).status_code == 200


def test_an_unknown_access_key_is_refused(jdcloud: Call) -> None:
    status, code, message = refusal(jdcloud(PUBLIC, access_key="JDC_UNKNOWN"))
    assert (status, code) == (401, "ACCESS_ERROR")
    assert "secret key is nul" in message


@pytest.mark.parametrize("offset", [-301, 301])
def test_a_date_off_by_more_than_five_minutes_is_refused(jdcloud: Call, offset: int) -> None:
    assert refusal(jdcloud(PUBLIC, at=time.time() + offset))[:2] == (401, "ACCESS_ERROR")


@pytest.mark.parametrize("offset", [-298, 298])
def test_a_date_off_by_less_passes(jdcloud: Call, offset: int) -> None:
    assert listed(jdcloud(PUBLIC, at=time.time() + offset))


def test_a_skewed_server_refuses_and_says_its_time(cloud: Emulator, jdcloud: Call) -> None:
    cloud.clock_skew = -900
    response = jdcloud(PUBLIC)
    assert refusal(response)[0] == 401
    date = time.strftime("%a, %d %b %Y %H:%M", time.gmtime(time.time() - 900))
    assert response.headers["Date"].startswith(date[:-1])


@pytest.mark.parametrize("version", ["2", "3"])
def test_a_nonce_works_once(cloud: Emulator, jdcloud: Call, version: str) -> None:
    assert listed(jdcloud(PUBLIC, nonce="nonce-1", version=version))
    assert refusal(jdcloud(PUBLIC, nonce="nonce-1", version=version))[:2] == (401, "ACCESS_ERROR")
    cloud.reset()
    assert listed(jdcloud(PUBLIC, nonce="nonce-1", version=version))


def test_a_token_passes_raw_and_in_base64_and_must_be_right_and_signed(jdcloud: Call) -> None:
    temporary = {"access_key": TEMPORARY_ACCESS_KEY, "secret_key": TEMPORARY_SECRET_KEY}
    encoded = base64.b64encode(SECURITY_TOKEN.encode()).decode()
    assert listed(jdcloud(PUBLIC, token=SECURITY_TOKEN, **temporary))
    assert listed(jdcloud(PUBLIC, token=encoded, **temporary))
    assert listed(jdcloud(PUBLIC, token=encoded))
    assert refusal(jdcloud(PUBLIC, token="wrong", **temporary))[0] == 401
    assert refusal(jdcloud(PUBLIC, **temporary))[0] == 401

    def slip_in(prepared: requests.PreparedRequest) -> None:
        prepared.headers["x-jdcloud-security-token"] = encoded

    assert refusal(jdcloud(PUBLIC, edit=slip_in))[0] == 401


def test_the_scope_must_name_the_region_of_the_path_and_a_known_service(jdcloud: Call) -> None:
    assert refusal(jdcloud(PUBLIC, region="cn-south-1"))[0] == 401
    assert refusal(jdcloud(PUBLIC, service="cocvm"))[0] == 401


def test_not_strict_lets_an_unsigned_bit_pass(cloud: Emulator, jdcloud: Call) -> None:
    cloud.strict = False
    assert listed(jdcloud(PUBLIC, secret_key="wrong", at=0))
    assert refusal(jdcloud(PUBLIC, access_key="JDC_UNKNOWN"))[0] == 401


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"colour": "red", **PUBLIC}, (400, "INVALID_ARGUMENT", "Parameter colour is unknown")),
        ({}, (400, "FAILED_PRECONDITION", "Parameter ImageSource missing")),
        ({"imageSource": "public", "pageSize": 9}, (400, "OUT_OF_RANGE", "PageSize out of range")),
        ({"imageSource": "public", "pageSize": 101}, (400, "OUT_OF_RANGE", "PageSize out of range")),
        ({"imageSource": "public", "pageNumber": 0}, (400, "OUT_OF_RANGE", "PageNumber out of range")),
    ],
)
def test_a_bad_list_request_is_answered_in_the_documented_words(
    jdcloud: Call, query: dict[str, Any], expected: tuple[int, str, str]
) -> None:
    assert refusal(jdcloud(query)) == expected


@pytest.mark.parametrize(
    "query",
    [
        {"ids.0": "img-a"},
        {"ids[]": "img-a"},
        {"ids": "img-a"},
        {"ids.1": "img-a", "ids.3": "img-b"},
        {"imageSource": "jcloud"},
        {"imageSource": "public", "status": "gone"},
        {"imageSource": "public", "offline": "yes"},
        {"imageSource": "public", "filters.1.name": "status"},
    ],
)
def test_what_the_documents_do_not_know_is_an_invalid_argument(jdcloud: Call, query: dict[str, Any]) -> None:
    assert refusal(jdcloud(query))[:2] == (400, "INVALID_ARGUMENT")


def test_a_url_of_more_than_8_kib_is_too_long(jdcloud: Call) -> None:
    query = {f"ids.{number}": "img-0123456789" for number in range(1, 400)}
    assert refusal(jdcloud(query))[:2] == (414, "HTTP_URI_TOO_LONG")


def test_pages_are_windows_of_one_list(cloud: Emulator, jdcloud: Call) -> None:
    everything = [
        image["imageId"]
        for image in cloud.catalogue.images["jdcloud.vm"]
        if image["imageSource"] == "public" and not image["offline"]
    ]
    pages = [jdcloud({**PUBLIC, "pageNumber": number}) for number in (1, 2, 3, 4)]
    found = [image["imageId"] for page in pages for image in listed(page)]
    assert found == everything
    assert {page.json()["result"]["totalCount"] for page in pages} == {len(everything)}
    assert len(listed(jdcloud({"imageSource": "public"}))) == 20
    assert [received.page for received in cloud.requests] == [1, 2, 3, 4, 1]


@pytest.mark.parametrize(
    ("parameter", "value", "field"),
    [
        ("platform", "Windows Server", "platform"),
        ("rootDeviceType", "localDisk", "rootDeviceType"),
        ("status", "error", "status"),
        ("launchPermission", "specifiedUsers", "launchPermission"),
        ("architecture", "arm64", "architecture"),
        ("bootMode", "uefi", "bootMode"),
    ],
)
def test_a_filter_lists_all_that_match_and_nothing_else(
    cloud: Emulator, jdcloud: Call, parameter: str, value: str, field: str
) -> None:
    images = listed(jdcloud({"imageSource": "private", "pageSize": 100, parameter: value}))
    private = [one for one in cloud.catalogue.images["jdcloud.vm"] if one["imageSource"] == "private"]
    assert images
    assert images == [one for one in private if one.get(field) == value][:100]


def test_offline_images_are_listed_on_request_and_then_alone(jdcloud: Call) -> None:
    for word in ("true", "True"):
        assert {one["offline"] for one in listed(jdcloud({**PUBLIC, "offline": word}))} == {True}
    assert {one["offline"] for one in listed(jdcloud({**PUBLIC, "offline": "False"}))} == {False}


def test_the_image_name_is_fuzzy_on_vm_and_exact_on_coc_vm(jdcloud: Call) -> None:
    assert len(listed(jdcloud({**PUBLIC, "imageName": "UBUNTU 9.10"}))) > 1
    names = [one["name"] for one in listed(jdcloud(PUBLIC, service="coc-vm"))]
    assert {one["name"] for one in listed(jdcloud({**PUBLIC, "imageName": names[0]}, service="coc-vm"))} == {names[0]}
    assert listed(jdcloud({**PUBLIC, "imageName": names[0][:-1]}, service="coc-vm")) == []


def test_instance_ids_match_exactly(jdcloud: Call) -> None:
    private = listed(jdcloud({"imageSource": "private", "pageSize": 100}))
    wanted = [one for one in private if one["instanceId"]][:2]
    query = {f"instanceIds.{number}": one["instanceId"] for number, one in enumerate(wanted, 1)}
    assert listed(jdcloud({"imageSource": "private", **query})) == wanted


def test_unknown_ids_are_left_out(jdcloud: Call) -> None:
    known = listed(jdcloud(PUBLIC))[7]
    response = jdcloud({"ids.1": "img-nowhere", "ids.2": known["imageId"]})
    assert listed(response) == [known]
    assert response.json()["result"]["totalCount"] == 1


@pytest.mark.parametrize("service", ["vm", "coc-vm"])
def test_a_detail_is_the_image_of_the_list(cloud: Emulator, jdcloud: Call, service: str) -> None:
    image = listed(jdcloud(PUBLIC, service=service))[3]
    path = f"/v1/regions/cn-north-1/images/{image['imageId']}"
    assert jdcloud(path=path, service=service).json()["result"] == {"image": image}
    assert cloud.requests[-1].api == f"jdcloud.{service}.detail"
    missing = jdcloud(path="/v1/regions/cn-north-1/images/img-nowhere", service=service)
    assert refusal(missing) == (404, "NOT_FOUND", "Image 'img-nowhere' not found")


@pytest.mark.parametrize("parameter", ["status", "rootDeviceType", "offline", "launchPermission", "bootMode"])
def test_coc_vm_does_not_know_the_filters_of_vm(jdcloud: Call, parameter: str) -> None:
    dummy, code, message = refusal(jdcloud({**PUBLIC, parameter: "x"}, service="coc-vm"))
    assert code == "INVALID_ARGUMENT"
    assert parameter in message


def test_coc_vm_does_not_share_images_yet(jdcloud: Call) -> None:
    assert refusal(jdcloud({"imageSource": "shared"}, service="coc-vm"))[:2] == (400, "INVALID_ARGUMENT")


def test_the_old_words_for_image_sources_can_be_answered(cloud: Emulator, jdcloud: Call) -> None:
    cloud.old_image_sources = True
    assert {one["imageSource"] for one in listed(jdcloud(PUBLIC))} == {"jcloud"}
    assert {one["imageSource"] for one in cloud.catalogue.images["jdcloud.vm"]} >= {"public", "private"}


def test_headers_are_kept_as_received_and_connections_told_apart(cloud: Emulator, jdcloud: Call) -> None:
    jdcloud(PUBLIC)
    jdcloud(PUBLIC)
    first, second = cloud.requests
    assert ("x-jdcloud-nonce", first.header("X-JDCloud-Nonce")) in first.headers
    assert first.raw_path == "/v1/regions/cn-north-1/images?imageSource=public&pageSize=100"
    assert first.connection != second.connection
    assert ACCESS_KEY in str(first.header("authorization"))
