# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""QCloud API 2.0 DescribeImages, as its documents tell it."""

from __future__ import annotations

import hmac
import re
import zlib
from datetime import datetime, timedelta
from typing import Any

from . import credentials
from .answers import Answer, Refusal
from .api import Account, Image, Rearrange, whole_number
from .catalogue import Catalogue
from .qcloud2_signature import signatures, transmitted_parameters
from .received import Received

PATH = "/v2/index.php"
REGION = re.compile(r"bj|gz|sh|hk|ca|sg|usw|cd|de|kr|shjr|szjr|gzopen|[a-z]{2}-[a-z]+(-[a-z]+)?")
ALLOWED_SKEW = 5 * 60
COMMON = {"Action", "Region", "Timestamp", "Nonce", "SecretId", "Signature", "SignatureMethod", "Token",
          "RequestClient"}  # fmt: skip
OWN = {"imageType", "status", "offset", "limit"}
TYPES = {1: "PRIVATE_IMAGE", 2: "PUBLIC_IMAGE", 3: "MARKET_IMAGE", 4: "SHARED_IMAGE"}
TYPE_NUMBERS = {word: number for number, word in TYPES.items()}
# 2.0 has no number for a failed or importing image: shown as "being created", the one that says "not usable yet".
STATUS_NUMBERS = {"NORMAL": 2, "USING": 3}

CODE_DESCRIPTIONS = {
    4000: "InvalidParameter",
    4100: "AuthFailure",
    4104: "SecretIdNotFound",
    4105: "TokenFailure",
    4300: "RequestForbidden",
    4400: "RequestLimitExceeded",
    4500: "ReplayAttack",
    6100: "ActionNotFound",
}


def bad_parameter(text: str) -> Refusal:
    return Refusal(4000, f"(100004){text}")


class QCloud2:
    throttled = Refusal(4400, "请求次数超过了配额限制")
    quota_exceeded = throttled
    replayed = Refusal(4500, "重放攻击错误，请注意Nonce参数两次请求不能重复，Timestamp与腾讯服务器相差不能超过5分钟")

    def read(self, received: Received) -> None:
        received.api = "qcloud.2.0"
        try:
            received.parameters = dict(transmitted_parameters(received))
        except ValueError:
            return
        offset, limit = (whole_number(received.parameters.get(name, default)) for name, default in
                         (("offset", "0"), ("limit", "20")))  # fmt: skip
        received.page = offset // limit + 1 if limit and offset is not None else None

    def authenticate(self, received: Received, account: Account) -> str:
        try:
            transmitted = transmitted_parameters(received)
        except ValueError:
            raise bad_parameter("请求参数不能解析") from None
        parameters = dict(transmitted)
        if len(transmitted) != len(parameters):
            raise bad_parameter("请求参数重复")
        for name in ("Action", "Region", "Timestamp", "Nonce", "SecretId", "Signature"):
            if not parameters.get(name):
                raise bad_parameter(f"缺少参数{name}")
        if parameters["Action"] != "DescribeImages":
            raise Refusal(6100, f"接口{parameters['Action']}不存在")
        secret_id = parameters["SecretId"]
        credential = credentials.TENCENT.get(secret_id)
        if credential is None:
            raise Refusal(4104, "SecretId不存在，请前往密钥管理控制台检查")
        if account.strict:
            self._prove(received, parameters, credential, account)
        if account.api_2_closed:
            raise Refusal(4300, "请求被拒绝，该接口只允许特定账户调用。")
        return secret_id

    def _prove(
        self, received: Received, parameters: dict[str, str], credential: credentials.Credential, account: Account
    ) -> None:
        expected = list(signatures(received, parameters, credential.secret))
        if not any(hmac.compare_digest(one.encode(), parameters["Signature"].encode()) for one in expected):
            raise Refusal(4100, "身份认证失败，请检查请求签名是否正确")
        token = parameters.get("Token")
        if token != (credentials.SECURITY_TOKEN if credential.temporary or token is not None else None):
            raise Refusal(4105, "Token错误")
        timestamp, nonce = whole_number(parameters["Timestamp"]), whole_number(parameters["Nonce"])
        if timestamp is None or not nonce:
            raise bad_parameter("Timestamp或Nonce不是正整数")
        if abs(account.clock() - timestamp) > ALLOWED_SKEW:
            raise self.replayed
        if account.nonces.is_replay(parameters["SecretId"], f"{timestamp} {nonce}", account.clock()):
            raise self.replayed

    def describe(self, received: Received, catalogue: Catalogue, rearrange: Rearrange) -> dict[str, Any]:
        parameters = received.parameters
        if not REGION.fullmatch(parameters["Region"]):
            raise bad_parameter("Region不正确")
        image_ids = list_of_ids(parameters)
        if parameters.get("imageType") is None:
            raise bad_parameter("缺少参数imageType")
        image_type = TYPES[bounded(parameters, "imageType", 1, 4, "")]
        status = bounded(parameters, "status", 0, 5, "0")
        offset = bounded(parameters, "offset", 0, 10**9, "0")
        limit = bounded(parameters, "limit", 0, 100, "20")
        matching = rearrange(
            [
                image
                for image in catalogue.images["qcloud"]
                if image["ImageType"] == image_type
                and (not image_ids or image["ImageId"] in image_ids)
                and (status == 0 or status_number(image) == status)
            ]
        )
        return {"totalCount": len(matching), "imageSet": [legacy(image) for image in matching[offset : offset + limit]]}

    def accepted(self, document: dict[str, Any], request_id: int) -> Answer:
        return Answer(200, {"code": 0, "message": "", "codeDesc": "Success", **document}, content_type())

    def refused(self, received: Received, refusal: Refusal, request_id: int) -> Answer:
        description = CODE_DESCRIPTIONS.get(int(refusal.code), "Failed")
        return Answer(200, {"code": refusal.code, "message": refusal.message, "codeDesc": description}, content_type())


def content_type() -> dict[str, str]:
    return {"Content-Type": "application/json"}


def list_of_ids(parameters: dict[str, str]) -> list[str]:
    numbered = {}
    for name, value in parameters.items():
        if name in COMMON or name in OWN:
            continue
        match = re.fullmatch(r"imageIds\.(0|[1-9]\d*)", name)
        if not match:
            raise bad_parameter(f"{name}不是合法的参数")
        numbered[int(match[1])] = value
    if len(numbered) > 10:
        raise bad_parameter("imageIds最多10个")
    if sorted(numbered) != list(range(len(numbered))):
        raise bad_parameter("imageIds的下标从0开始且连续")
    return list(numbered.values())


def bounded(parameters: dict[str, str], name: str, lowest: int, highest: int, default: str) -> int:
    number = whole_number(parameters.get(name, default))
    if number is None or not lowest <= number <= highest:
        raise bad_parameter(f"{name}不正确")
    return number


def status_number(image: Image) -> int:
    if image.get("ImageState") == "SYNCING":
        # API 3.0 has one word for 2.0's 4 (syncing) and 5 (copying): here a copy is one whose progress is known.
        return 4 if image.get("SyncPercent") is None else 5
    return STATUS_NUMBERS.get(image.get("ImageState", "NORMAL"), 1)


def legacy(image: Image) -> Image:
    """The image under its 2.0 names."""
    # The page's table says creator, its example createor: an image of the emulator has either, always the same one.
    creator = "createor" if zlib.crc32(image["ImageId"].encode()) % 4 == 0 else "creator"
    return {
        "unImgId": image["ImageId"],
        "imageName": image.get("ImageName", ""),
        "imageDescription": image.get("ImageDescription", ""),
        "imageType": TYPE_NUMBERS[image["ImageType"]],
        "osName": image.get("OsName", ""),
        "createTime": china_time(image.get("CreatedTime")),
        creator: image.get("ImageCreator") or "",
        "status": status_number(image),
    }


def china_time(created: str | None) -> str:
    if not created:
        return ""
    utc = datetime.fromisoformat(created)
    return (utc + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M:%S")
