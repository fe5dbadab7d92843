# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts the emulator knows; every key is made up and shaped so that no scanner takes it for a real one."""

from __future__ import annotations

from typing import NamedTuple

ACCESS_KEY = "JDC_AKEXAMPLE0123456789ABCDEF"
SECRET_KEY = "SKEXAMPLE/abcdef+0123456789=="
SECRET_ID = "AKIDEXAMPLE0000000000000000000000000"
SECRET_KEY_TENCENT = "TCSKEXAMPLE000000000000000000000"
SECURITY_TOKEN = "example-security-token"

TEMPORARY_ACCESS_KEY = "JDC_TMPEXAMPLE0123456789ABCDE"
TEMPORARY_SECRET_KEY = "TMPSKEXAMPLE/abcdef+01234567=="
TEMPORARY_SECRET_ID = "AKIDTMPEXAMPLE0000000000000000000000"
TEMPORARY_SECRET_KEY_TENCENT = "TCTMPSKEXAMPLE000000000000000000"


class Credential(NamedTuple):
    secret: str
    temporary: bool


JDCLOUD = {
    ACCESS_KEY: Credential(SECRET_KEY, temporary=False),
    TEMPORARY_ACCESS_KEY: Credential(TEMPORARY_SECRET_KEY, temporary=True),
}
TENCENT = {
    SECRET_ID: Credential(SECRET_KEY_TENCENT, temporary=False),
    TEMPORARY_SECRET_ID: Credential(TEMPORARY_SECRET_KEY_TENCENT, temporary=True),
}
