# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# This doc fragment is PRIVATE to the collection: it may change or vanish in any release.
"""Options of Tencent Cloud's requests, for the module and the lookup."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  api_version:
    description:
      - V(3.0) is Tencent Cloud API 3.0 (C(cvm.tencentcloudapi.com)).
      - V(2.0) is the legacy API (C(image.api.qcloud.com)), closed to new accounts since 2023 and to nearly all
        others since.
    type: str
    default: '3.0'
    choices:
      - '3.0'
      - '2.0'
  region:
    description:
      - Code of the region, such as V(ap-guangzhou). The short codes of API 2.0, such as V(gz), work as well.
      - Default is the environment variable E(TENCENTCLOUD_REGION).
    type: str
    required: true
    aliases:
      - Region
  image_type:
    description:
      - Where the images come from. V(1) is V(private), V(2) is V(public), V(3) is V(marketplace) and V(4) is
        V(shared).
      - Required with O(api_version=2.0).
      - A O(pick) is refused without it, unless O(image_ids), a filter V(image-type) or, in O(where), the owner is
        given.
      - O(api_version=3.0) cannot list the marketplace.
    type: str
    choices:
      - private
      - public
      - marketplace
      - shared
      - '1'
      - '2'
      - '3'
      - '4'
    aliases:
      - imageType
  image_ids:
    description:
      - IDs of images, as many as you like. Unknown IDs are left out.
      - Excludes O(filters).
    type: list
    elements: str
    aliases:
      - imageIds
      - ImageIds
  status:
    description:
      - State of the image, V(1) being created, V(2) normal, V(3) in use, V(4) synchronising, V(5) copying, V(0) any.
      - With O(api_version=3.0), which has no such filter, it is compared with the answer; there V(4) and V(5) are
        one state.
    type: int
  filters:
    description:
      - Filters of O(api_version=3.0), each a name with a value, or with a list of values of which any may match. Names
        are V(platform), V(image-name), V(tag:KEY) and others.
      - Up to 10 filters with up to 5 values each; O(image_type) counts as one of them.
    type: dict
    aliases:
      - Filters
  instance_type:
    description:
      - Only images that this type of instance can boot, such as V(SA5.MEDIUM2). For O(api_version=3.0).
    type: str
    aliases:
      - InstanceType
  offset:
    description:
      - Images to skip. Default is V(0) if O(limit) is set.
      - With O(offset) or O(limit) exactly this part of the list is returned, without them everything.
    type: int
    aliases:
      - Offset
  limit:
    description:
      - Images to return, 1 to 100. Default is V(20) if O(offset) is set.
    type: int
    aliases:
      - Limit
  secret_id:
    description:
      - The account's SecretId.
      - Default is the environment variable E(TENCENTCLOUD_SECRET_ID).
    type: str
    aliases:
      - SecretId
  secret_key:
    description:
      - The SecretKey that belongs to O(secret_id).
      - Default is the environment variable E(TENCENTCLOUD_SECRET_KEY).
    type: str
    aliases:
      - SecretKey
  token:
    description:
      - The token that comes with temporary keys.
      - Default is the environment variable E(TENCENTCLOUD_TOKEN), or E(TENCENTCLOUD_SECURITY_TOKEN).
    type: str
    aliases:
      - Token
  profile:
    description:
      - Name of a profile of Tencent Cloud's SDKs (C(~/.tencentcloud/credentials)) or command line
        (C(~/.tccli/PROFILE.credential)), of the user that the module runs as.
      - Without keys in options and environment, the profile V(default) is used.
      - Excludes O(secret_id), O(secret_key) and O(token); wins over the environment.
    type: str
  language:
    description:
      - Language of messages and texts of O(api_version=3.0).
    type: str
    default: en-US
    choices:
      - en-US
      - zh-CN
    aliases:
      - Language
"""
