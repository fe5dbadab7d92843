# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The metadata services that an instance sees, so that keys of its role can be tested without an instance."""

from __future__ import annotations

import json

from .credentials import (
    SECURITY_TOKEN,
    TEMPORARY_ACCESS_KEY,
    TEMPORARY_SECRET_ID,
    TEMPORARY_SECRET_KEY,
    TEMPORARY_SECRET_KEY_TENCENT,
)

ROLE = "image-reader"

PAGES = {
    "/metadata/latest/iam/instance-role-security-credentials": json.dumps(
        {
            "Code": "Success",
            "accessKey": TEMPORARY_ACCESS_KEY,
            "secretKey": TEMPORARY_SECRET_KEY,
            "sessionToken": SECURITY_TOKEN,
        }
    ),
    "/latest/meta-data/cam/security-credentials/": ROLE,
    f"/latest/meta-data/cam/security-credentials/{ROLE}": json.dumps(
        {
            "Code": "Success",
            "TmpSecretId": TEMPORARY_SECRET_ID,
            "TmpSecretKey": TEMPORARY_SECRET_KEY_TENCENT,
            "Token": SECURITY_TOKEN,
            "ExpiredTime": 4102444800,
        }
    ),
}
"""Path to answer; a test may change them by way of ``Emulator.metadata``."""
