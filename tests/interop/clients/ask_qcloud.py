# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks QCloud's API 2.0 through its last Python SDK: questions as JSON on stdin, answers as JSON on stdout."""

from __future__ import annotations

import json
import sys
from http.client import HTTPConnection

from QcloudApi.qcloudapi import QcloudApi


class PlainConnection(HTTPConnection):
    """In place of the SDK's own, which knows https and the public host only."""

    request_length = 0


def main() -> None:
    task = json.load(sys.stdin)
    key, secret, token = task["account"]
    config = {
        "Region": "gz",
        "secretId": key,
        "secretKey": secret,
        "method": task["method"],
        "SignatureMethod": task["digest"],
        "Token": token or "",
    }
    host, dummy, port = task["host"].partition(":")
    answers = []
    for question in task["questions"]:
        api = QcloudApi("image", config)
        service = api._factory("image", config)
        service.apiRequest.conn = PlainConnection(host, int(port))
        answers.append(json.loads(service.call("DescribeImages", question)))
    json.dump(answers, sys.stdout)


main()
