# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a playbook has to bring along to list all public images of Tencent Cloud by the official SDK."""

from __future__ import annotations

import json
import os
import sys

from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.cvm.v20170312.cvm_client import CvmClient

credential = Credential(os.environ["TENCENTCLOUD_SECRET_ID"], os.environ["TENCENTCLOUD_SECRET_KEY"])
profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=sys.argv[1]))
client = CvmClient(credential, "ap-guangzhou", profile)
images = []
for number in range(1000):
    question = {
        "Filters": [{"Name": "image-type", "Values": ["PUBLIC_IMAGE"]}],
        "Offset": number * 100,
        "Limit": 100,
    }
    response = client.call_json("DescribeImages", question)["Response"]
    images += response["ImageSet"]
    if (number + 1) * 100 >= response["TotalCount"]:
        break
json.dump(images, sys.stdout)
