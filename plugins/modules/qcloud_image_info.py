#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which image to boot on Tencent Cloud."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qcloud_image_info
short_description: List images of Tencent Cloud and pick the one to boot
version_added: 1.0.0
description:
  - Lists images of Tencent Cloud, formerly QCloud (C(DescribeImages) of API 3.0 or of the legacy API 2.0), and can
    pick the one to boot.
  - The options are the parameters of the API. Nothing is ever changed.
  - The same task gives the same RV(image_ids) with both versions of the API. In RV(summary) API 2.0 leaves
    architecture, platform and size null, and tells times without a zone.
author:
  - cncloud.images contributors (@cncloud-images)
extends_documentation_fragment:
  - cncloud.images._qcloud
  - cncloud.images._selection
  - cncloud.images._connection
  - cncloud.images._attributes
attributes:
  action_group:
    description:
      - Use C(group/cncloud.images.qcloud) or C(group/cncloud.images.all) in C(module_defaults) to set options for
        the module.
    support: full
    membership:
      - cncloud.images.qcloud
      - cncloud.images.all
seealso:
  - module: cncloud.images.jdcloud_image_info
  - plugin: cncloud.images.qcloud_image_id
    plugin_type: lookup
"""

EXAMPLES = r"""
---
- name: Pick the public Ubuntu image with the highest version
  cncloud.images.qcloud_image_info:
    region: ap-guangzhou
    image_type: public
    filters:
      platform: Ubuntu
    name_regex: 'Server .* LTS 64'
    pick: highest_name
  register: ubuntu

- name: Show its ID
  ansible.builtin.debug:
    var: ubuntu.image_id

- name: List all private images with a tag
  cncloud.images.qcloud_image_info:
    region: ap-guangzhou
    image_type: private
    filters:
      tag:env: prod

- name: Look up images by their IDs
  cncloud.images.qcloud_image_info:
    region: ap-guangzhou
    image_ids:
      - img-pyqx34y1
      - img-9id7emv7

- name: Pick among shared images, but only from an owner who is known
  cncloud.images.qcloud_image_info:
    region: ap-guangzhou
    image_type: shared
    name_regex: '^golden'
    where:
      ImageCreator: '100000000001'
    pick: newest

- name: The legacy API, for an account that can still use it
  cncloud.images.qcloud_image_info:
    api_version: '2.0'
    region: gz
    image_type: public
    status: 2
"""

RETURN = r"""
---
images:
  description:
    - The images in the API's order, or after O(pick) the one image.
    - Each is what the cloud returned, its own names and types, fields that are not documented here included.
    - What a cloud leaves out is absent.
  returned: success
  type: list
  elements: dict
  contains:
    unImgId:
      description: ID of the image, for O(api_version=2.0).
      type: str
    createTime:
      description: When the image was made, without a zone, for O(api_version=2.0).
      type: str
    creator:
      description: Account that made the image, for O(api_version=2.0).
      type: str
    createor:
      description: The same in another spelling of the API, for O(api_version=2.0).
      type: str
    status:
      description: State as a number, see O(status), for O(api_version=2.0).
      type: int
    ImageId:
      description: ID of the image.
      type: str
    OsName:
      description: Name of the operating system. With O(api_version=2.0) the key is C(osName).
      type: str
    ImageType:
      description:
        - Type, V(PRIVATE_IMAGE), V(PUBLIC_IMAGE), V(SHARED_IMAGE) or V(MARKET_IMAGE).
        - >-
          With O(api_version=2.0) the key is C(imageType), an integer: V(1) private, V(2) public, V(3) marketplace,
          V(4) shared.
      type: str
    CreatedTime:
      description: When the image was made, ISO 8601 with a zone. Null for public images.
      type: str
    ImageName:
      description: Name of the image. With O(api_version=2.0) the key is C(imageName).
      type: str
    ImageDescription:
      description: Description of the image. With O(api_version=2.0) the key is C(imageDescription).
      type: str
    ImageSize:
      description: Size in GiB.
      type: int
    Architecture:
      description: Architecture, V(x86_64), V(arm) or V(i386).
      type: str
    ImageState:
      description:
        - State, V(CREATING), V(NORMAL), V(USING), V(SYNCING), V(IMPORTING), V(CREATEFAILED) or V(IMPORTFAILED).
      type: str
    Platform:
      description: Platform of the operating system, V(TencentOS), V(CentOS), V(Windows) or V(Ubuntu) for example.
      type: str
    ImageCreator:
      description: Account that made the image. Null for public images.
      type: str
    ImageSource:
      description: How the image was made, V(OFFICIAL), V(CREATE_IMAGE) or V(EXTERNAL_IMPORT).
      type: str
    SyncPercent:
      description: Progress of copying in per cent, or null.
      type: int
    IsSupportCloudinit:
      description: Whether the image supports cloud-init.
      type: bool
    SnapshotSet:
      description: Snapshots of the disks.
      type: list
      elements: dict
      contains:
        SnapshotId:
          description: ID of the snapshot.
          type: str
        DiskUsage:
          description: V(SYSTEM_DISK) or V(DATA_DISK).
          type: str
        DiskSize:
          description: Size in GiB.
          type: int
    Tags:
      description: Tags of the image.
      type: list
      elements: dict
      contains:
        Key:
          description: Key of the tag.
          type: str
        Value:
          description: Value of the tag.
          type: str
    LicenseType:
      description: Licence, V(TencentCloud) or V(BYOL).
      type: str
    ImageFamily:
      description: Family of the image.
      type: str
    ImageDeprecated:
      description: Whether the image is deprecated.
      type: bool
    CdcCacheStatus:
      description: State of the cache in a dedicated cluster.
      type: str
image_ids:
  description: The IDs of RV(images), in the same order.
  returned: success
  type: list
  elements: str
  sample: [img-pyqx34y1]
summary:
  description:
    - The same images in names and words that are equal for every cloud and API version.
    - What the cloud does not say is null. A word of the cloud that has no counterpart is passed on as it came.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the image.
      type: str
      sample: img-pyqx34y1
    name:
      description: Name of the image.
      type: str
      sample: Ubuntu Server 16.04.1 LTS 64位
    os_type:
      description: V(linux) or V(windows).
      type: str
      sample: linux
    os_name:
      description: Operating system with its version.
      type: str
      sample: Ubuntu Server 16.04.1 LTS 64位
    platform:
      description: Operating system without its version.
      type: str
      sample: Ubuntu
    architecture:
      description: V(x86_64), V(arm64) or V(i386).
      type: str
      sample: x86_64
    source:
      description: V(public), V(private), V(shared), V(marketplace) or V(community).
      type: str
      sample: public
    state:
      description: V(creating), V(ready), V(in_use), V(syncing), V(deleting) or V(failed).
      type: str
      sample: ready
    created:
      description: When the image was made, as the cloud writes it, with a zone only if the cloud gives one.
      type: str
      sample: "2020-09-22T00:00:00+00:00"
    size_gb:
      description: Size of the system disk in GB.
      type: int
      sample: 20
image:
  description: The image that was picked, the same as the only one of RV(images).
  returned: success and O(pick) is set
  type: dict
  sample: {}
image_id:
  description: ID of the image that was picked.
  returned: success and O(pick) is set
  type: str
  sample: img-pyqx34y1
total_count:
  description:
    - How many images match, as the API says, before O(name_regex), O(where) and other filters that the API does not
      know.
  returned: success
  type: int
  sample: 257
complete:
  description: Whether the images that the API returned are all that match, each counted once.
  returned: success
  type: bool
  sample: true
request_ids:
  description: The cloud's IDs of the requests, in the order of the pages; API 2.0 gives none.
  returned: success
  type: list
  elements: str
  sample: [6ef60bec-0242-43af-bb20-270359fb54a7]
error:
  description: What went wrong, for programs. What is not known or does not apply is null.
  returned: failure
  type: dict
  contains:
    kind:
      description:
        - One of V(option), V(credentials), V(clock), V(throttled), V(not_found), V(api), V(network), V(tls),
          V(answer), V(incomplete), V(selection) and V(deadline).
      type: str
      sample: credentials
    code:
      description: The cloud's code of the error.
      type: str
      sample: AuthFailure.SignatureFailure
    message:
      description: What happened, in the cloud's words if it said so.
      type: str
      sample: "AuthFailure.SignatureFailure: the signature does not match"
    http_status:
      description: Status of the HTTP answer.
      type: int
      sample: 200
    request_id:
      description: The cloud's ID of the request.
      type: str
      sample: 6ef60bec-0242-43af-bb20-270359fb54a7
    endpoint:
      description: Where requests went; null if nothing was sent.
      type: str
      sample: https://cvm.tencentcloudapi.com
    attempts:
      description: How often the request that failed was tried; V(0) if no request failed.
      type: int
      sample: 1
    hint:
      description: What to do.
      type: str
      sample: Check secret_id and secret_key, and token if they are temporary.
"""

from typing import Any, Dict

from ansible_collections.cncloud.images.plugins.module_utils._module import run_module
from ansible_collections.cncloud.images.plugins.module_utils._qcloud import qcloud
from ansible_collections.cncloud.images.plugins.module_utils._query import Module, from_environment

OPTIONS: Dict[str, Dict[str, Any]] = {
    "api_version": {"type": "str", "default": "3.0", "choices": ["3.0", "2.0"]},
    "region": {
        "type": "str",
        "required": True,
        "aliases": ["Region"],
        "fallback": (from_environment, ["TENCENTCLOUD_REGION"]),
    },
    "image_type": {
        "type": "str",
        "choices": ["private", "public", "marketplace", "shared", "1", "2", "3", "4"],
        "aliases": ["imageType"],
    },
    "image_ids": {"type": "list", "elements": "str", "aliases": ["imageIds", "ImageIds"]},
    "status": {"type": "int"},
    "filters": {"type": "dict", "aliases": ["Filters"]},
    "instance_type": {"type": "str", "aliases": ["InstanceType"]},
    "offset": {"type": "int", "aliases": ["Offset"]},
    "limit": {"type": "int", "aliases": ["Limit"]},
    "secret_id": {
        "type": "str",
        "no_log": True,
        "aliases": ["SecretId"],
        "fallback": (from_environment, ["TENCENTCLOUD_SECRET_ID"]),
    },
    "secret_key": {
        "type": "str",
        "no_log": True,
        "aliases": ["SecretKey"],
        "fallback": (from_environment, ["TENCENTCLOUD_SECRET_KEY"]),
    },
    "token": {
        "type": "str",
        "no_log": True,
        "aliases": ["Token"],
        "fallback": (from_environment, ["TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN"]),
    },
    "profile": {"type": "str"},
    "language": {"type": "str", "default": "en-US", "choices": ["en-US", "zh-CN"], "aliases": ["Language"]},
}


MODULE = Module("cncloud.images.qcloud_image_info", qcloud, OPTIONS)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
