# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks JD Cloud through its Python SDK: questions as JSON on stdin, answers as JSON on stdout."""

from __future__ import annotations

import json
import sys
from typing import Any

from jdcloud_sdk.core.config import Config
from jdcloud_sdk.core.credential import Credential
from jdcloud_sdk.core.jdcloudclient import JDCloudClient
from jdcloud_sdk.core.logger import Logger
from jdcloud_sdk.services.vm.apis.DescribeImageRequest import DescribeImageParameters, DescribeImageRequest
from jdcloud_sdk.services.vm.apis.DescribeImagesRequest import DescribeImagesParameters, DescribeImagesRequest
from jdcloud_sdk.services.vm.client.VmClient import VmClient


def client_of(task: dict[str, Any]) -> JDCloudClient:
    key, secret, dummy = task["account"]
    # The first logger writes the token and every header to stdout.
    credential, config, silent = Credential(key, secret), Config(task["host"], "http", 20), Logger(0)
    if task["service"] == "vm":
        return VmClient(credential, config, silent)
    # No SDK has a client for coc-vm: this is what its own client would be made of.
    return JDCloudClient(credential, config, task["service"], "1.0.0", silent)


def request_of(question: dict[str, Any], headers: dict[str, str]) -> Any:
    if "imageId" in question:
        return DescribeImageRequest(DescribeImageParameters("cn-north-1", question["imageId"]), headers)
    parameters = DescribeImagesParameters("cn-north-1")
    for name, value in question.items():
        getattr(parameters, f"set{name[0].upper()}{name[1:]}")(value)
    return DescribeImagesRequest(parameters, headers)


def main() -> None:
    task = json.load(sys.stdin)
    client = client_of(task)
    token = task["account"][2]
    answers = []
    for question in task["questions"]:
        response = client.send(request_of(question, {"x-jdcloud-security-token": token} if token else {}))
        error = response.error and {"status": response.error.status, "message": response.error.message}
        answers.append({"error": error, "result": response.result})
    json.dump(answers, sys.stdout)


main()
