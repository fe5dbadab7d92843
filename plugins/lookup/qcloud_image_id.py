# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The ID of the image to boot on Tencent Cloud, inside a variable."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: qcloud_image_id
short_description: ID of the image to boot on Tencent Cloud
version_added: 1.0.0
description:
  - Asks Tencent Cloud as the module M(cncloud.images.qcloud_image_info) does, and returns the IDs alone.
  - It runs on the controller, wherever the play's hosts are, each time that the variable it stands in is used.
author:
  - cncloud.images contributors (@cncloud-images)
extends_documentation_fragment:
  - cncloud.images._qcloud
  - cncloud.images._selection
  - cncloud.images._connection
options:
  region:
    env:
      - name: TENCENTCLOUD_REGION
    ini:
      - section: cncloud_images
        key: qcloud_region
  secret_id:
    env:
      - name: TENCENTCLOUD_SECRET_ID
  secret_key:
    env:
      - name: TENCENTCLOUD_SECRET_KEY
  token:
    env:
      - name: TENCENTCLOUD_TOKEN
      - name: TENCENTCLOUD_SECURITY_TOKEN
  endpoint:
    ini:
      - section: cncloud_images
        key: qcloud_endpoint
  api_version:
    ini:
      - section: cncloud_images
        key: qcloud_api_version
  ca_path:
    ini:
      - section: cncloud_images
        key: ca_path
  timeout:
    ini:
      - section: cncloud_images
        key: timeout
  total_timeout:
    ini:
      - section: cncloud_images
        key: total_timeout
  retries:
    ini:
      - section: cncloud_images
        key: retries
seealso:
  - module: cncloud.images.qcloud_image_info
"""

EXAMPLES = r"""
---
- name: Boot from the image that fits
  ansible.builtin.debug:
    msg: "Booting {{ image_id }}"
  vars:
    image_id: >-
      {{ lookup('cncloud.images.qcloud_image_id', region='ap-guangzhou', image_type='public',
                 name_regex='^Ubuntu', pick='highest_name') }}

- name: All IDs as a list
  ansible.builtin.debug:
    msg: "{{ query('cncloud.images.qcloud_image_id', region='ap-guangzhou', image_type='public') }}"
"""

RETURN = r"""
---
_raw:
  description: The IDs in the order of the API, or after O(pick) the one ID.
  type: list
  elements: str
"""

from ansible_collections.cncloud.images.plugins.modules.qcloud_image_info import MODULE
from ansible_collections.cncloud.images.plugins.plugin_utils._lookup import ImageLookup


class LookupModule(ImageLookup):
    name = "cncloud.images.qcloud_image_id"
    module = MODULE
