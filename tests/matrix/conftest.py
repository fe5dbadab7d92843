# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible's commands against the emulator, as the integration tests have them."""

from __future__ import annotations

from integration.conftest import ansible, cloud, running_cloud

__all__ = ["ansible", "cloud", "running_cloud"]
