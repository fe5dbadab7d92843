# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The ID of the image to boot on JD Cloud, inside a variable."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: jdcloud_image_id
short_description: ID of the image to boot on JD Cloud
version_added: 1.0.0
description:
  - Asks JD Cloud as the module M(cncloud.images.jdcloud_image_info) does, and returns the IDs alone.
  - It runs on the controller, wherever the play's hosts are, each time that the variable it stands in is used.
author:
  - cncloud.images contributors (@cncloud-images)
extends_documentation_fragment:
  - cncloud.images._jdcloud
  - cncloud.images._selection
  - cncloud.images._connection
options:
  region_id:
    env:
      - name: JDCLOUD_REGION_ID
    ini:
      - section: cncloud_images
        key: jdcloud_region_id
  access_key:
    env:
      - name: JDCLOUD_ACCESS_KEY
  secret_key:
    env:
      - name: JDCLOUD_SECRET_KEY
  security_token:
    env:
      - name: JDCLOUD_SECURITY_TOKEN
  endpoint:
    ini:
      - section: cncloud_images
        key: jdcloud_endpoint
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
  - module: cncloud.images.jdcloud_image_info
"""

EXAMPLES = r"""
---
- name: Boot from the image that fits
  ansible.builtin.debug:
    msg: "Booting {{ image_id }}"
  vars:
    image_id: >-
      {{ lookup('cncloud.images.jdcloud_image_id', region_id='cn-north-1', image_source='public',
                 name_regex='^CentOS', pick='newest') }}

- name: All IDs as a list
  ansible.builtin.debug:
    msg: "{{ query('cncloud.images.jdcloud_image_id', region_id='cn-north-1', image_source='public') }}"
"""

RETURN = r"""
---
_raw:
  description: The IDs in the order of the API, or after O(pick) the one ID.
  type: list
  elements: str
"""

from ansible_collections.cncloud.images.plugins.modules.jdcloud_image_info import MODULE
from ansible_collections.cncloud.images.plugins.plugin_utils._lookup import ImageLookup


class LookupModule(ImageLookup):
    name = "cncloud.images.jdcloud_image_id"
    module = MODULE
