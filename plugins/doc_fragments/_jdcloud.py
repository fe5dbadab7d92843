# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# This doc fragment is PRIVATE to the collection: it may change or vanish in any release.
"""Options of JD Cloud's requests, for the module and the lookup."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  region_id:
    description:
      - Code of the region, such as V(cn-north-1).
      - Default is the environment variable E(JDCLOUD_REGION_ID).
    type: str
    required: true
    aliases:
      - regionId
  service:
    description:
      - V(vm) is the service of virtual machines, V(coc-vm) the cooperative one, with regions such as
        V(cn-hongkong-11).
      - V(coc-vm) knows O(image_id), O(ids), O(image_source), O(platform), O(image_name), O(architecture),
        O(page_number) and O(page_size); other parameters are refused.
    type: str
    default: vm
    choices:
      - vm
      - coc-vm
  image_id:
    description:
      - ID of a single image, asked for with C(describeImage). An unknown ID is no error, it gives no image.
      - Excludes all other parameters of the request.
      - One of O(image_id), O(ids) and O(image_source) is required.
    type: str
    aliases:
      - imageId
  ids:
    description:
      - IDs of images, as many as you like. Unknown IDs are left out.
    type: list
    elements: str
  image_source:
    description:
      - Where the images come from, V(public), V(thirdparty), V(private), V(shared) or V(community).
      - Required unless O(ids) or O(image_id) is given.
    type: str
    aliases:
      - imageSource
  platform:
    description:
      - Platform of the operating system, such as V(Ubuntu), V(CentOS) or V(Windows Server).
    type: str
  root_device_type:
    description:
      - Kind of system disk, V(localDisk) or V(cloudDisk).
    type: str
    aliases:
      - rootDeviceType
  status:
    description:
      - State of the image, V(pending), V(ready), V(deleting) or V(error).
    type: str
  offline:
    description:
      - Whether images that were taken off the market are listed, for the sources V(public) and V(thirdparty).
    type: bool
  launch_permission:
    description:
      - Who may use the image, V(all), V(specifiedUsers) or V(ownerOnly), for the source V(private).
    type: str
    aliases:
      - launchPermission
  image_name:
    description:
      - Name of the image. V(vm) compares it loosely, V(coc-vm) exactly. See also O(name_regex).
    type: str
    aliases:
      - imageName
  architecture:
    description:
      - Architecture of the processor, such as V(x86_64) or V(arm64).
    type: str
  instance_ids:
    description:
      - IDs of the instances that the images were made from.
    type: list
    elements: str
    aliases:
      - instanceIds
  boot_mode:
    description:
      - How the image boots, V(bios) or V(uefi).
    type: str
    aliases:
      - bootMode
  page_number:
    description:
      - Number of the page, from 1. Default is V(1) if O(page_size) is set.
      - With O(page_number) or O(page_size) exactly this page is fetched, without them everything.
    type: int
    aliases:
      - pageNumber
  page_size:
    description:
      - Images on the page, 10 to 100. Default is V(20) if O(page_number) is set.
    type: int
    aliases:
      - pageSize
  access_key:
    description:
      - The account's access key.
      - Default is the environment variable E(JDCLOUD_ACCESS_KEY).
    type: str
  secret_key:
    description:
      - The secret key that belongs to O(access_key).
      - Default is the environment variable E(JDCLOUD_SECRET_KEY).
    type: str
  security_token:
    description:
      - The token that comes with temporary keys.
      - Default is the environment variable E(JDCLOUD_SECURITY_TOKEN).
    type: str
  profile:
    description:
      - Name of a profile of JD Cloud's command line, in C(~/.jdc/config) of the user that the module runs as.
      - Without keys in options and environment, the profile that C(~/.jdc/current) names is used, or V(default).
      - Excludes O(access_key), O(secret_key) and O(security_token); wins over the environment.
    type: str
  signature_version:
    description:
      - Signature algorithm, V(2) for JDCLOUD2-HMAC-SHA256, which JD Cloud documents, V(3) for JDCLOUD3-HMAC-SHA256,
        which its Python SDK uses.
    type: int
    default: 2
    choices:
      - 2
      - 3
"""
