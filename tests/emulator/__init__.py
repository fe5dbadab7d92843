# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both clouds on a loopback port, strict by their own documents, so that tests need neither account nor network."""

from __future__ import annotations

from .catalogue import Catalogue
from .credentials import (
    ACCESS_KEY,
    SECRET_ID,
    SECRET_KEY,
    SECRET_KEY_TENCENT,
    SECURITY_TOKEN,
    TEMPORARY_ACCESS_KEY,
    TEMPORARY_SECRET_ID,
    TEMPORARY_SECRET_KEY,
    TEMPORARY_SECRET_KEY_TENCENT,
)
from .faults import Fault
from .limits import Limits
from .received import Received
from .server import Emulator

__all__ = [
    "ACCESS_KEY",
    "SECRET_ID",
    "SECRET_KEY",
    "SECRET_KEY_TENCENT",
    "SECURITY_TOKEN",
    "TEMPORARY_ACCESS_KEY",
    "TEMPORARY_SECRET_ID",
    "TEMPORARY_SECRET_KEY",
    "TEMPORARY_SECRET_KEY_TENCENT",
    "Catalogue",
    "Emulator",
    "Fault",
    "Limits",
    "Received",
]
