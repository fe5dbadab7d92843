# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a playbook has to bring along to list all public images of JD Cloud by the official SDK."""

from __future__ import annotations

import json
import os
import sys

from jdcloud_sdk.core.config import Config
from jdcloud_sdk.core.credential import Credential
from jdcloud_sdk.core.logger import Logger
from jdcloud_sdk.services.vm.apis.DescribeImagesRequest import DescribeImagesParameters, DescribeImagesRequest
from jdcloud_sdk.services.vm.client.VmClient import VmClient

credential = Credential(os.environ["JDCLOUD_ACCESS_KEY"], os.environ["JDCLOUD_SECRET_KEY"])
client = VmClient(credential, Config(sys.argv[1], "http", 20), Logger(0))
images = []
for number in range(1, 1001):
    parameters = DescribeImagesParameters("cn-north-1")
    parameters.setImageSource("public")
    parameters.setPageNumber(number)
    parameters.setPageSize(100)
    response = client.send(DescribeImagesRequest(parameters))
    if response.error is not None:
        sys.exit(response.error.message)
    images += response.result["images"]
    if number * 100 >= response.result["totalCount"]:
        break
json.dump(images, sys.stdout)
