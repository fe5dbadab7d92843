# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tencent Cloud API 3.0 cvm DescribeImages, version 2017-03-12, as its documents tell it."""

from __future__ import annotations

import hmac
import json
import re
import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from . import credentials
from .answers import Answer, Refusal
from .api import Account, Image, Rearrange, whole_number
from .catalogue import Catalogue
from .received import Received
from .tc3_signature import parse_authorization, signature

REGION = re.compile(r"[a-z]{2}-[a-z]+(-[a-z]+)?")
ALLOWED_SKEW = 5 * 60
TYPES = ("PRIVATE_IMAGE", "PUBLIC_IMAGE", "SHARED_IMAGE")
FAMILIES = re.compile(r"(SA|S|M|MA|C|IT|D|GN|BF|TS)\d[a-z0-9]*", re.IGNORECASE)
ARM_FAMILY = re.compile(r"SR\d", re.IGNORECASE)
FILTERS = {"image-id", "image-type", "image-name", "platform", "tag-key", "tag-value", "dedicated-cluster-id",
           "cdc-cache-status"}  # fmt: skip


def refusal(code: str, english: str, chinese: str) -> Refusal:
    return Refusal(code, english, chinese=chinese)


def missing(name: str) -> Refusal:
    return refusal("MissingParameter", f"The request is missing a required parameter `{name}`.", f"缺少参数`{name}`。")


def unknown(name: str) -> Refusal:
    return refusal("UnknownParameter", f"The parameter `{name}` is not recognized.", f"未知参数`{name}`。")


def wrong_type(name: str, what: str, chinese: str) -> Refusal:
    return refusal("InvalidParameter", f"The parameter `{name}` is not {what}.", f"参数`{name}`不是{chinese}。")


def wrong_value(name: str, why: str, chinese: str) -> Refusal:
    text = f"The value of parameter `{name}` is wrong: {why}."
    return refusal("InvalidParameterValue", text, f"参数`{name}`取值错误：{chinese}。")


class QCloud3:
    throttled = refusal(
        "RequestLimitExceeded",
        "Your current request times exceeds the limit per second of this API, please retry later.",
        "您当前每秒请求次数超过了该接口的频率限制，请稍后重试。",
    )
    quota_exceeded = refusal("LimitExceeded", "Quota limit exceeded.", "超过配额限制。")
    # A request under TC3 has no nonce and may be sent twice: the nearest thing to a replay is an old timestamp.
    replayed = refusal(
        "AuthFailure.SignatureExpire",
        "The signature has expired: the difference to the server time is more than five minutes.",
        "签名过期。Timestamp 与服务器接收到请求的时间相差不得超过五分钟。",
    )

    def read(self, received: Received) -> None:
        received.api = "qcloud.3.0"
        try:
            received.parameters = decoded(received)
        except (ValueError, Refusal):
            return
        offset, limit = (whole_number(received.parameters.get(name, default)) for name, default in
                         (("Offset", 0), ("Limit", 20)))  # fmt: skip
        received.page = offset // limit + 1 if limit and offset is not None else None

    def authenticate(self, received: Received, account: Account) -> str:
        if received.method not in ("GET", "POST"):
            raise refusal("UnsupportedProtocol", "Only GET and POST are supported.", "只支持 GET 和 POST。")
        header = received.header("authorization")
        authorization = parse_authorization(header or "")
        if authorization is None or authorization.service != "cvm":
            raise refusal(
                "AuthFailure.InvalidAuthorization",
                "The `Authorization` header is missing or malformed.",
                "请求头部的 `Authorization` 不符合腾讯云标准。",
            )
        for name in ("X-TC-Action", "X-TC-Version", "X-TC-Timestamp"):
            if not received.header(name):
                raise missing(name)
        credential = credentials.TENCENT.get(authorization.secret_id)
        if credential is None:
            raise refusal("AuthFailure.SecretIdNotFound", "The SecretId is not found.", "密钥不存在。")
        if not account.strict:
            return authorization.secret_id
        timestamp = whole_number(received.header("x-tc-timestamp"))
        if timestamp is None or abs(account.clock() - timestamp) > ALLOWED_SKEW:
            raise self.replayed
        signed = authorization.signed_headers.split(";")
        if (
            signed != sorted(set(signed))
            or not {"content-type", "host"} <= set(signed)
            or authorization.date != datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%d")
            or not hmac.compare_digest(signature(received, authorization, credential.secret), authorization.signature)
        ):
            raise refusal(
                "AuthFailure.SignatureFailure",
                "The provided credentials could not be validated. Please check your signature is correct.",
                "签名错误。签名计算错误，请对照调用方式中的签名方法文档检查签名计算过程。",
            )
        token = received.header("x-tc-token")
        if token != (credentials.SECURITY_TOKEN if credential.temporary or token is not None else None):
            raise refusal("AuthFailure.TokenFailure", "The token is not valid.", "token 错误。")
        return authorization.secret_id

    def describe(self, received: Received, catalogue: Catalogue, rearrange: Rearrange) -> dict[str, Any]:
        check_common_parameters(received)
        parameters = check_parameters(decoded(received))
        image_ids, filters = parameters.get("ImageIds"), parameters.get("Filters", [])
        arm = architecture_of(parameters.get("InstanceType"))
        matching = rearrange(
            [
                image
                for image in catalogue.images["qcloud"]
                if image["ImageType"] in TYPES
                and (not image_ids or image["ImageId"] in image_ids)
                and (arm is None or (image.get("Architecture") == "arm") is arm)
                and all(passes(one["Name"], one["Values"], image) for one in filters)
            ]
        )
        offset, limit = parameters.get("Offset", 0), parameters.get("Limit", 20)
        return {"TotalCount": len(matching), "ImageSet": matching[offset : offset + limit]}

    def accepted(self, document: dict[str, Any], request_id: int) -> Answer:
        return envelope(document, request_id)

    def refused(self, received: Received, refusal: Refusal, request_id: int) -> Answer:
        english = received.header("x-tc-language") == "en-US"
        error = {"Code": refusal.code, "Message": refusal.message if english else refusal.chinese}
        return envelope({"Error": error}, request_id)


def envelope(document: dict[str, Any], request_id: int) -> Answer:
    # Exactly this type: with a charset added the official Python SDK no longer sees an error as one.
    headers = {"Content-Type": "application/json"}
    request_uuid = str(uuid.uuid5(uuid.NAMESPACE_URL, f"qcloud {request_id}"))
    return Answer(200, {"Response": {**document, "RequestId": request_uuid}}, headers)


def check_common_parameters(received: Received) -> None:
    action, version, region = (received.header(f"x-tc-{name}") for name in ("action", "version", "region"))
    if action != "DescribeImages":
        raise refusal("InvalidAction", f"The requested action `{action}` does not exist.", f"接口`{action}`不存在。")
    if version != "2017-03-12":
        raise refusal("NoSuchVersion", f"The version `{version}` does not exist.", f"版本`{version}`不存在。")
    if not region:
        raise missing("Region")
    if not REGION.fullmatch(region):
        raise refusal("InvalidRegion.NotFound", f"The region `{region}` is not found.", f"未找到地域`{region}`。")


def decoded(received: Received) -> dict[str, Any]:
    if received.method == "GET":
        return nested(parse_qsl(received.query, keep_blank_values=True))
    if (received.header("content-type") or "").partition(";")[0].strip() != "application/json":
        text = "The Content-Type must be application/json."
        raise refusal("InvalidRequest", text, "Content-Type 必须是 application/json。")
    try:
        document = json.loads(received.body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise refusal("InvalidRequest", "The body is not a JSON object.", "请求体不是 JSON 对象。")
    return document


def nested(flat: list[tuple[str, str]]) -> dict[str, Any]:
    """`Filters.0.Values.1=x` of a GET request as the structure a POST would carry."""
    root: dict[str, Any] = {}
    for name, value in flat:
        *branches, leaf = name.split(".")
        branch = root
        for key in branches:
            branch = branch.setdefault(key, {})
            if not isinstance(branch, dict):
                raise unknown(name)
        branch[leaf] = value
    for name in ("Offset", "Limit"):
        if (number := whole_number(root.get(name))) is not None:
            root[name] = number
    return {name: listed(value) for name, value in root.items()}


def listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inside = {key: listed(one) for key, one in value.items()}
    # A list is numbered from 0 without a gap; anything else stays a structure and is refused as one.
    if set(inside) == {str(number) for number in range(len(inside))}:
        return [inside[str(number)] for number in range(len(inside))]
    return inside


def list_of_text(name: str, value: Any) -> None:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise wrong_type(name, "a list of strings", "字符串列表")


def check_parameters(parameters: dict[str, Any]) -> dict[str, Any]:
    for name in parameters:
        if name not in ("ImageIds", "Filters", "Offset", "Limit", "InstanceType"):
            raise unknown(name)
    if parameters.get("ImageIds") and parameters.get("Filters"):
        raise refusal(
            "InvalidParameter.InvalidParameterCoexistImageIdsFilters",
            "`ImageIds` and `Filters` cannot be given together.",
            "参数`ImageIds`和`Filters`不能同时存在。",
        )
    if "ImageIds" in parameters:
        list_of_text("ImageIds", parameters["ImageIds"])
        if len(parameters["ImageIds"]) > 100:
            raise refusal(
                "InvalidParameterValue.LimitExceeded",
                "The number of values of `ImageIds` exceeds the limit of 100.",
                "参数`ImageIds`值的数量超过限制。",
            )
    check_filters(parameters.get("Filters", []))
    for name, highest in (("Offset", None), ("Limit", 100)):
        number = parameters.get(name, 0)
        if isinstance(number, bool) or not isinstance(number, int):
            raise wrong_type(name, "an integer", "整数")
        if number < 0 or (highest is not None and number > highest):
            raise wrong_value(name, f"{number} is out of range", f"{number}超出范围")
    return parameters


def check_filters(filters: Any) -> None:
    if not isinstance(filters, list) or not all(isinstance(one, dict) for one in filters):
        raise wrong_type("Filters", "a list of structures", "结构列表")
    too_many = refusal(
        "InvalidFilterValue.LimitExceeded",
        "The number of filters or of their values exceeds the limit.",
        "过滤条件或其值的数量超过限制。",
    )
    if len(filters) > 10:
        raise too_many
    for index, one in enumerate(filters):
        for name in one:
            if name not in ("Name", "Values"):
                raise unknown(f"Filters.{index}.{name}")
        for name in ("Name", "Values"):
            if name not in one:
                raise missing(f"Filters.{index}.{name}")
        list_of_text(f"Filters.{index}.Values", one["Values"])
        if not isinstance(one["Name"], str) or (one["Name"] not in FILTERS and not one["Name"].startswith("tag:")):
            text = f"The filter `{one['Name']}` is not supported."
            raise refusal("InvalidFilter", text, f"不支持过滤条件`{one['Name']}`。")
        if len(one["Values"]) > 5:
            raise too_many
        if one["Name"] == "image-type" and not set(one["Values"]) <= set(TYPES):
            raise wrong_value(f"Filters.{index}.Values", "not an image type", "不是镜像类型")


def architecture_of(instance_type: Any) -> bool | None:
    """True for an Arm instance type, False for any other, None without one."""
    if instance_type is None:
        return None
    if not isinstance(instance_type, str) or not re.fullmatch(r"[A-Za-z0-9]+\.[A-Za-z0-9]+", instance_type):
        text = f"The instance type `{instance_type}` is malformed."
        raise refusal("InvalidInstanceType.Malformed", text, f"实例类型`{instance_type}`格式错误。")
    family = instance_type.partition(".")[0]
    if ARM_FAMILY.fullmatch(family):
        return True
    if FAMILIES.fullmatch(family):
        return False
    text = f"The instance type `{instance_type}` is not found."
    raise refusal("InvalidParameterValue.InstanceTypeNotFound", text, f"实例类型`{instance_type}`不存在。")


def passes(name: str, values: list[str], image: Image) -> bool:
    """Values of one filter are alternatives."""
    tags = {tag["Key"]: tag["Value"] for tag in image.get("Tags", [])}
    if name == "image-name":
        return any(value.lower() in image.get("ImageName", "").lower() for value in values)
    if name == "platform":
        # Fuzzy says the document, and no more. With the case ignored "CentOS" would also find every TencentOS.
        return any(value in image.get("Platform", "") for value in values)
    if name == "tag-key":
        return any(value in tags for value in values)
    if name == "tag-value":
        return any(value in tags.values() for value in values)
    if name.startswith("tag:"):
        return tags.get(name[4:]) in values
    field = {"image-id": "ImageId", "image-type": "ImageType", "cdc-cache-status": "CdcCacheStatus"}.get(name)
    return field is not None and image.get(field) in values
