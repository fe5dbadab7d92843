# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks Tencent Cloud's API 3.0 through its Python SDK: questions as JSON on stdin, answers as JSON on stdout."""

from __future__ import annotations

import json
import sys
from typing import Any

from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.cvm.v20170312.cvm_client import CvmClient
from tencentcloud.cvm.v20170312.models import DescribeImagesRequest


def answer(client: CvmClient, question: dict[str, Any], typed: bool) -> dict[str, Any]:
    try:
        if not typed:
            return client.call_json("DescribeImages", question)
        request = DescribeImagesRequest()
        request.from_json_string(json.dumps(question))
        return {"Response": json.loads(client.DescribeImages(request).to_json_string())}
    except TencentCloudSDKException as error:
        return {"Response": {"Error": {"Code": error.get_code(), "Message": error.get_message()}}}


def main() -> None:
    task = json.load(sys.stdin)
    http = HttpProfile(protocol="http", endpoint=task["host"], reqMethod=task["method"])
    profile = ClientProfile(httpProfile=http, language=task["language"])
    client = CvmClient(Credential(*task["account"]), "ap-guangzhou", profile)
    json.dump([answer(client, question, task["typed"]) for question in task["questions"]], sys.stdout)


main()
