# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""JD Cloud's describeImages and describeImage for vm and coc-vm, as their documents tell them."""

from __future__ import annotations

import base64
import calendar
import hashlib
import hmac
import re
import time
from typing import Any
from urllib.parse import unquote

from . import credentials
from .answers import Answer, Refusal
from .api import Account, Image, Rearrange, whole_number
from .catalogue import Catalogue
from .jdcloud_signature import Authorization, parse_authorization, signatures
from .received import Received

PATH = re.compile(r"/v1/regions/(?P<region>[^/]+)/images(?:/(?P<image_id>.*))?")
REGION = re.compile(r"[a-z]{2}-[a-z]+-\d+")
LONGEST_URL = 8 * 1024
# No document gives the allowed skew; five minutes is what the sibling clouds document.
ALLOWED_SKEW = 5 * 60
MUST_BE_SIGNED = ("content-type", "host", "x-jdcloud-date", "x-jdcloud-nonce")

WORDS = {
    "imageSource": ("public", "thirdparty", "private", "shared", "community"),
    "rootDeviceType": ("localDisk", "cloudDisk"),
    "status": ("pending", "ready", "deleting", "error"),
    "offline": ("true", "false", "True", "False"),
    "launchPermission": ("all", "specifiedUsers", "ownerOnly"),
    "architecture": ("x86_64", "arm64"),
    "bootMode": ("bios", "uefi"),
}
VM = {"imageSource", "platform", "rootDeviceType", "status", "offline", "launchPermission", "imageName", "architecture",
      "bootMode", "serviceCode", "pageNumber", "pageSize"}  # fmt: skip
COC_VM = {"imageSource", "platform", "imageName", "architecture", "pageNumber", "pageSize"}
ARRAYS = {"vm": ("ids", "instanceIds"), "coc-vm": ("ids",)}


def access_error(message: str) -> Refusal:
    return Refusal("ACCESS_ERROR", message, 401)


def invalid_argument(message: str) -> Refusal:
    return Refusal("INVALID_ARGUMENT", message, 400)


class JDCloud:
    throttled = Refusal("RATE_LIMIT", "minute rate limit exceeded, role:ak", 429)
    quota_exceeded = Refusal("QUOTA_EXCEEDED", "quota exceeded", 429)
    replayed = access_error("nonce has been used[gw]")

    def read(self, received: Received) -> None:
        match = PATH.fullmatch(received.path)
        if not match:
            return
        authorization = parse_authorization(received.header("authorization") or "")
        service = authorization.service if authorization and authorization.service in ARRAYS else "vm"
        operation = "list" if match["image_id"] is None else "detail"
        received.api = f"jdcloud.{service}.{operation}"
        received.parameters = dict(pairs(received.query))
        if operation == "list":
            received.page = whole_number(received.parameters.get("pageNumber", "1"))

    def authenticate(self, received: Received, account: Account) -> str:
        if len(received.raw_path) > LONGEST_URL:
            raise Refusal("HTTP_URI_TOO_LONG", "Request-URI Too Long", 414)
        header = received.header("authorization")
        if header is None:
            raise access_error("lack of header authorization[gw]")
        date = received.header("x-jdcloud-date")
        if date is None:
            raise access_error("lack of header x-jdcloud-date[gw]")
        nonce = received.header("x-jdcloud-nonce")
        if nonce is None:
            raise access_error("lack of header x-jdcloud-nonce[gw]")
        authorization = parse_authorization(header)
        if authorization is None:
            raise access_error("header authorization is malformed[gw]")
        credential = credentials.JDCLOUD.get(authorization.access_key)
        if credential is None:
            raise access_error("secret key is nul[gw]")
        if not account.strict:
            return authorization.access_key
        check_signature(received, authorization, credential.secret)
        check_token(received, credential.temporary)
        check_date(date, authorization, account.clock())
        if account.nonces.is_replay(authorization.access_key, nonce, account.clock()):
            raise self.replayed
        return authorization.access_key

    def describe(self, received: Received, catalogue: Catalogue, rearrange: Rearrange) -> dict[str, Any]:
        match = PATH.fullmatch(received.path)
        if not match or received.method != "GET":
            raise Refusal("NOT_FOUND", "no route and no API found with those values", 404)
        if not REGION.fullmatch(match["region"]):
            raise invalid_argument(f"Region '{match['region']}' is invalid")
        service = received.api.split(".")[1]
        images = catalogue.images[f"jdcloud.{service}"]
        if match["image_id"] is not None:
            return describe_image(unquote(match["image_id"]), received, images)
        wanted = check_parameters(service, pairs(received.query))
        size, number = window(wanted)
        matching = rearrange([image for image in images if matches(service, wanted, image)])
        return {"images": matching[(number - 1) * size : number * size], "totalCount": len(matching)}

    def accepted(self, document: dict[str, Any], request_id: int) -> Answer:
        return Answer(200, {"requestId": request_id_text(request_id), "result": document}, content_type())

    def refused(self, received: Received, refusal: Refusal, request_id: int) -> Answer:
        error = {"message": refusal.message, "status": refusal.code, "code": refusal.http_status}
        document = {"error": error, "requestId": request_id_text(request_id)}
        return Answer(refusal.http_status, document, content_type())


def content_type() -> dict[str, str]:
    return {"Content-Type": "application/json; charset=utf-8"}


def request_id_text(request_id: int) -> str:
    return hashlib.md5(b"jdcloud %d" % request_id, usedforsecurity=False).hexdigest()


def pairs(query: str) -> list[tuple[str, str]]:
    pieces = (piece.partition("=") for piece in query.split("&") if piece)
    return [(unquote(name), unquote(value)) for name, dummy, value in pieces]


def check_signature(received: Received, authorization: Authorization, secret_key: str) -> None:
    signed = authorization.signed_headers.split(";")
    if signed != sorted(set(signed)):
        raise access_error("signed headers are not sorted[gw]")
    # The Python SDK's JDCLOUD3 signs content-type and host only; the documents of JDCLOUD2 ask for date and nonce too.
    must = set(MUST_BE_SIGNED if authorization.version == "2" else MUST_BE_SIGNED[:2])
    if authorization.version == "2" and received.header("x-jdcloud-security-token") is not None:
        must.add("x-jdcloud-security-token")
    if missing := sorted(must - set(signed)):
        raise access_error(f"header {', '.join(missing)} must be signed[gw]")
    region = received.path.split("/")[3] if PATH.fullmatch(received.path) else "jdcloud-api"
    expected = signatures(received, authorization, secret_key)
    if (
        authorization.service not in ARRAYS
        or authorization.region != region
        or not any(hmac.compare_digest(one, authorization.signature) for one in list(expected))
    ):
        raise access_error("sign result is not same [gw]")


def check_token(received: Received, temporary: bool) -> None:
    token = received.header("x-jdcloud-security-token")
    if token is None and not temporary:
        return
    raw = credentials.SECURITY_TOKEN
    # Three SDKs send the token in base64, two signers send it raw, and no document settles it.
    if token not in (raw, base64.b64encode(raw.encode()).decode()):
        raise access_error("security token is invalid[gw]")


def check_date(date: str, authorization: Authorization, clock: float) -> None:
    try:
        at = calendar.timegm(time.strptime(date, "%Y%m%dT%H%M%SZ"))
    except ValueError:
        raise access_error("header x-jdcloud-date is malformed[gw]") from None
    if date[:8] != authorization.date:
        raise access_error("sign result is not same [gw]")
    if abs(clock - at) > ALLOWED_SKEW:
        raise access_error("request has expired[gw]")


def describe_image(image_id: str, received: Received, images: list[Image]) -> dict[str, Any]:
    if received.query:
        raise invalid_argument(f"Parameter {pairs(received.query)[0][0]} is unknown")
    for image in images:
        if image["imageId"] == image_id:
            return {"image": image}
    raise Refusal("NOT_FOUND", f"Image '{image_id}' not found", 404)


def check_parameters(service: str, query: list[tuple[str, str]]) -> dict[str, Any]:
    """The query by documented name, arrays gathered into lists."""
    wanted: dict[str, Any] = {}
    arrays: dict[str, dict[int, str]] = {}
    for name, value in query:
        array, dot, index = name.partition(".")
        if array in ARRAYS[service]:
            if not dot or not re.fullmatch(r"[1-9]\d*", index):
                raise invalid_argument(f"Parameter {name} is invalid: arrays are {array}.1, {array}.2 and so on")
            if int(index) in arrays.setdefault(array, {}):
                raise invalid_argument(f"Parameter {name} is given twice")
            arrays[array][int(index)] = value
        elif name not in (VM if service == "vm" else COC_VM):
            raise invalid_argument(f"Parameter {name} is unknown")
        elif name in wanted:
            raise invalid_argument(f"Parameter {name} is given twice")
        elif name in WORDS and value not in WORDS[name]:
            raise invalid_argument(f"Parameter {name} is invalid: '{value}'")
        else:
            wanted[name] = value
    for name, values in arrays.items():
        if sorted(values) != list(range(1, len(values) + 1)):
            raise invalid_argument(f"Parameter {name} is invalid: its numbers have a gap")
        wanted[name] = list(values.values())
    if "ids" not in wanted and "imageSource" not in wanted:
        raise Refusal("FAILED_PRECONDITION", "Parameter ImageSource missing", 400)
    if service == "coc-vm" and wanted.get("imageSource", "public") not in ("public", "private"):
        raise invalid_argument(f"Parameter imageSource is invalid: '{wanted['imageSource']}' is not supported yet")
    return wanted


def window(wanted: dict[str, Any]) -> tuple[int, int]:
    size = whole_number(wanted.get("pageSize", "20"))
    if size is None or not 10 <= size <= 100:
        raise Refusal("OUT_OF_RANGE", "PageSize out of range", 400)
    number = whole_number(wanted.get("pageNumber", "1"))
    if number is None or number < 1:
        raise Refusal("OUT_OF_RANGE", "PageNumber out of range", 400)
    return size, number


def matches(service: str, wanted: dict[str, Any], image: Image) -> bool:
    # A test may shelve images of a few fields only: whatever is missing matches no filter.
    source, name = image.get("imageSource"), image.get("name", "")
    if wanted.get("imageSource", source) != source:
        return False
    if "ids" in wanted and image["imageId"] not in wanted["ids"]:
        return False
    for field in ("platform", "rootDeviceType", "status", "architecture"):
        if field in wanted and image.get(field) != wanted[field]:
            return False
    if service == "coc-vm":
        return bool(wanted.get("imageName", name) == name)
    if wanted.get("imageName", "").lower() not in name.lower():
        return False
    if "instanceIds" in wanted and image.get("instanceId") not in wanted["instanceIds"]:
        return False
    if "bootMode" in wanted and image.get("bootMode", "bios") != wanted["bootMode"]:
        return False
    permission = image.get("launchPermission")
    if source == "private" and wanted.get("launchPermission", permission) != permission:
        return False
    if source in ("public", "thirdparty") and "ids" not in wanted:
        # Images that were taken off the shelf are listed only on request, and then alone.
        return bool(image.get("offline", False)) == (str(wanted.get("offline")).lower() == "true")
    return True
