#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which image to boot on JD Cloud."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: jdcloud_image_info
short_description: List images of JD Cloud and pick the one to boot
version_added: 1.0.0
description:
  - Lists images of JD Cloud (C(describeImages)), or looks one up by its ID (C(describeImage)), and can pick the one
    to boot.
  - The options are the parameters of the API. Nothing is ever changed.
author:
  - cncloud.images contributors (@cncloud-images)
extends_documentation_fragment:
  - cncloud.images._jdcloud
  - cncloud.images._selection
  - cncloud.images._connection
  - cncloud.images._attributes
attributes:
  action_group:
    description:
      - Use C(group/cncloud.images.jdcloud) or C(group/cncloud.images.all) in C(module_defaults) to set options for
        the module.
    support: full
    membership:
      - cncloud.images.jdcloud
      - cncloud.images.all
seealso:
  - module: cncloud.images.qcloud_image_info
  - plugin: cncloud.images.jdcloud_image_id
    plugin_type: lookup
"""

EXAMPLES = r"""
---
- name: Pick the newest public CentOS image
  cncloud.images.jdcloud_image_info:
    region_id: cn-north-1
    image_source: public
    platform: CentOS
    status: ready
    name_regex: '64位'
    pick: newest
  register: centos

- name: Show its ID
  ansible.builtin.debug:
    var: centos.image_id

- name: List all private images that are ready
  cncloud.images.jdcloud_image_info:
    region_id: cn-north-1
    image_source: private
    status: ready

- name: Look up one image
  cncloud.images.jdcloud_image_info:
    region_id: cn-north-1
    image_id: img-m5s0abcd29

- name: Pick among shared images, but only from an owner who is known
  cncloud.images.jdcloud_image_info:
    region_id: cn-north-1
    image_source: shared
    name_regex: '^golden'
    where:
      ownerPin: platform-team
      systemDisk.cloudDisk.diskType: [ssd, ssd.gp1]
    pick: highest_name

- name: Images of the cooperative service
  cncloud.images.jdcloud_image_info:
    service: coc-vm
    region_id: cn-hongkong-11
    image_source: public
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
    imageId:
      description: ID of the image.
      type: str
    name:
      description: Name of the image.
      type: str
    platform:
      description: Platform of the operating system, V(Ubuntu), V(CentOS) or V(Windows Server) for example.
      type: str
    osVersion:
      description: Version of the operating system.
      type: str
    osType:
      description: Kind of operating system, V(linux) or V(windows).
      type: str
    architecture:
      description: Architecture, V(x86_64), V(arm64) or V(i386).
      type: str
    systemDiskSizeGB:
      description: Size of the system disk in GB.
      type: int
    imageSource:
      description:
        - Source, V(public), V(thirdparty), V(private), V(shared) or V(community); formerly V(jcloud),
          V(marketplace), V(self) or V(share).
      type: str
    status:
      description: State, V(pending), V(ready), V(deleting) or V(error).
      type: str
    createTime:
      description: When the image was made, without a zone.
      type: str
    desc:
      description: Description of the image.
      type: str
    sizeMB:
      description: Size of the image file in MB.
      type: int
    rootDeviceType:
      description: Kind of system disk, V(localDisk) or V(cloudDisk).
      type: str
    progress:
      description: Progress of copying in per cent.
      type: str
    snapshotId:
      description: ID of the snapshot for the system disk.
      type: str
    systemDisk:
      description: System disk.
      type: dict
      contains: &disk
        autoDelete:
          description: Whether the disk is deleted with its instance.
          type: bool
        cloudDisk:
          description: The disk, if it is a cloud disk.
          type: dict
          contains:
            diskId:
              description: ID of the disk.
              type: str
            az:
              description: Availability zone.
              type: str
            name:
              description: Name of the disk.
              type: str
            description:
              description: Description of the disk.
              type: str
            diskType:
              description: Kind of disk, V(ssd), V(premium-hdd), V(ssd.gp1), V(ssd.io1) or V(hdd.std1).
              type: str
            diskSizeGB:
              description: Size in GiB.
              type: int
            iops:
              description: Operations a second that are in effect.
              type: int
            throughput:
              description: Throughput that is in effect.
              type: int
            status:
              description: State of the disk, V(available) or V(in-use) for example.
              type: str
            attachments:
              description: What the disk is attached to.
              type: list
              elements: dict
              contains:
                attachmentId:
                  description: ID of the attachment.
                  type: str
                diskId:
                  description: ID of the disk.
                  type: str
                instanceId:
                  description: ID of the instance.
                  type: str
                instanceType:
                  description: Kind of instance, V(vm) or V(nc).
                  type: str
                attachTime:
                  description: When the disk was attached.
                  type: str
                status:
                  description: State of the attachment, V(attaching), V(attached), V(detaching) or V(detached).
                  type: str
            snapshotId:
              description: ID of the snapshot that the disk is made from.
              type: str
            snapshotPolicies:
              description: Policies for snapshots.
              type: list
              elements: dict
              contains:
                id:
                  description: ID of the policy.
                  type: str
                name:
                  description: Name of the policy.
                  type: str
                pin:
                  description: Account that owns the policy.
                  type: str
                interval:
                  description: Seconds between snapshots.
                  type: int
                effectiveTime:
                  description: When the policy begins.
                  type: str
                lastTriggerTime:
                  description: When a snapshot was last made.
                  type: str
                nextTriggerTime:
                  description: When the next snapshot is due.
                  type: str
                snapshotLifecycle:
                  description: Seconds that a snapshot is kept.
                  type: int
                contactInfo:
                  description: Whom to tell of failures.
                  type: dict
                  contains:
                    sms:
                      description: V(1) if by text message, V(0) if not.
                      type: int
                    email:
                      description: V(1) if by mail, V(0) if not.
                      type: int
                    personIds:
                      description: Numbers of the persons.
                      type: list
                      elements: int
                    groupIds:
                      description: Numbers of the groups.
                      type: list
                      elements: int
                createTime:
                  description: When the policy was made.
                  type: str
                updateTime:
                  description: When the policy was changed.
                  type: str
                status:
                  description: State of the policy.
                  type: int
                diskCount:
                  description: Disks with this policy.
                  type: int
            multiAttachable:
              description: Whether several instances can attach the disk.
              type: bool
            encrypted:
              description: Whether the disk is encrypted.
              type: bool
            encrypt:
              description: Whether the disk is encrypted, as examples spell it.
              type: bool
            enable:
              description: Whether the disk is suspended, as older documents spell it.
              type: bool
            enabled:
              description: Whether the disk is suspended.
              type: bool
            createTime:
              description: When the disk was made.
              type: str
            charge:
              description: Payment of the disk.
              type: dict
              contains:
                chargeMode:
                  description: Payment, V(prepaid_by_duration), V(postpaid_by_usage) or V(postpaid_by_duration).
                  type: str
                chargeStatus:
                  description: State of payment, V(normal), V(overdue) or V(arrear).
                  type: str
                chargeStartTime:
                  description: When the charge began, ISO 8601 in UTC.
                  type: str
                chargeExpiredTime:
                  description: When a prepaid charge ends, ISO 8601 in UTC.
                  type: str
                chargeRetireTime:
                  description: When the resource is to be released, ISO 8601 in UTC.
                  type: str
            tags:
              description: Tags of the disk.
              type: list
              elements: dict
              contains:
                key:
                  description: Key of the tag.
                  type: str
                value:
                  description: Value of the tag.
                  type: str
            resourceGroupId:
              description: ID of the resource group.
              type: str
            canPutInRecycleBin:
              description: Whether the disk can go to the recycle bin.
              type: bool
            trashTime:
              description: When the disk went to the recycle bin.
              type: str
        deviceName:
          description: Name of the device, V(vda) for example.
          type: str
        diskCategory:
          description: Kind of disk, V(local) or V(cloud).
          type: str
        localDisk:
          description: The disk, if it is a local disk.
          type: dict
          contains:
            diskType:
              description: Kind of disk.
              type: str
            diskSizeGB:
              description: Size in GiB.
              type: int
        status:
          description: State of the attachment.
          type: str
    dataDisks:
      description: Data disks.
      type: list
      elements: dict
      contains: *disk
    ownerPin:
      description: Account that owns the image.
      type: str
    launchPermission:
      description: Who may use the image, V(all), V(specifiedUsers) or V(ownerOnly).
      type: str
    offline:
      description: Whether the image was taken off the market.
      type: bool
    serviceCode:
      description: Code for billing, deprecated.
      type: str
    imported:
      description: Whether the image was imported.
      type: bool
    expiredTime:
      description: When the image ends, empty for never.
      type: str
    loginName:
      description: Account name of the image's owner.
      type: str
    instanceId:
      description: ID of the instance that the image was made from.
      type: str
    bootMode:
      description: How the image boots, V(bios) or V(uefi).
      type: str
    uefiSupport:
      description: Whether the image can boot by UEFI.
      type: bool
    chargeInfo:
      description: Billing of the image.
      type: dict
      contains:
        serviceCode:
          description: Code for billing.
          type: str
        formula:
          description: Items of the bill.
          type: list
          elements: dict
    partnerImageId:
      description: ID at the partner, for V(coc-vm).
      type: str
    snapshots:
      description: Snapshots of a private image, for V(coc-vm).
      type: list
      elements: dict
      contains:
        diskSnapshotId:
          description: ID of the snapshot.
          type: str
        diskSnapshotName:
          description: Name of the snapshot.
          type: str
        diskSize:
          description: Size in GB.
          type: int
        diskCategory:
          description: V(system_disk) or V(data_disk).
          type: str
        diskType:
          description: Kind of disk.
          type: str
image_ids:
  description: The IDs of RV(images), in the same order.
  returned: success
  type: list
  elements: str
  sample: [img-m5s0abcd29]
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
      sample: img-m5s0abcd29
    name:
      description: Name of the image.
      type: str
      sample: CentOS 8.2 64位
    os_type:
      description: V(linux) or V(windows).
      type: str
      sample: linux
    os_name:
      description: Operating system with its version.
      type: str
      sample: CentOS 8.2
    platform:
      description: Operating system without its version.
      type: str
      sample: CentOS
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
      sample: "2021-01-28 16:49:05"
    size_gb:
      description: Size of the system disk in GB.
      type: int
      sample: 40
image:
  description: The image that was picked, the same as the only one of RV(images).
  returned: success and O(pick) is set
  type: dict
  sample: {}
image_id:
  description: ID of the image that was picked.
  returned: success and O(pick) is set
  type: str
  sample: img-m5s0abcd29
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
  description: The cloud's IDs of the requests, in the order of the pages.
  returned: success
  type: list
  elements: str
  sample: [0d1531eb5016b64d801a9e24bac779e8]
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
      sample: ACCESS_ERROR
    message:
      description: What happened, in the cloud's words if it said so.
      type: str
      sample: "ACCESS_ERROR: sign result is not same [gw]"
    http_status:
      description: Status of the HTTP answer.
      type: int
      sample: 401
    request_id:
      description: The cloud's ID of the request.
      type: str
      sample: 0d1531eb5016b64d801a9e24bac779e8
    endpoint:
      description: Where requests went; null if nothing was sent.
      type: str
      sample: https://vm.jdcloud-api.com
    attempts:
      description: How often the request that failed was tried; V(0) if no request failed.
      type: int
      sample: 1
    hint:
      description: What to do.
      type: str
      sample: Check access_key and secret_key, and security_token if they are temporary.
"""

from typing import Any, Dict

from ansible_collections.cncloud.images.plugins.module_utils._jdcloud import JDCloud
from ansible_collections.cncloud.images.plugins.module_utils._module import run_module
from ansible_collections.cncloud.images.plugins.module_utils._query import Module, from_environment

OPTIONS: Dict[str, Dict[str, Any]] = {
    "region_id": {
        "type": "str",
        "required": True,
        "aliases": ["regionId"],
        "fallback": (from_environment, ["JDCLOUD_REGION_ID"]),
    },
    "service": {"type": "str", "default": "vm", "choices": ["vm", "coc-vm"]},
    "image_id": {"type": "str", "aliases": ["imageId"]},
    "ids": {"type": "list", "elements": "str"},
    "image_source": {"type": "str", "aliases": ["imageSource"]},
    "platform": {"type": "str"},
    "root_device_type": {"type": "str", "aliases": ["rootDeviceType"]},
    "status": {"type": "str"},
    "offline": {"type": "bool"},
    "launch_permission": {"type": "str", "aliases": ["launchPermission"]},
    "image_name": {"type": "str", "aliases": ["imageName"]},
    "architecture": {"type": "str"},
    "instance_ids": {"type": "list", "elements": "str", "aliases": ["instanceIds"]},
    "boot_mode": {"type": "str", "aliases": ["bootMode"]},
    "page_number": {"type": "int", "aliases": ["pageNumber"]},
    "page_size": {"type": "int", "aliases": ["pageSize"]},
    "access_key": {"type": "str", "no_log": True, "fallback": (from_environment, ["JDCLOUD_ACCESS_KEY"])},
    "secret_key": {"type": "str", "no_log": True, "fallback": (from_environment, ["JDCLOUD_SECRET_KEY"])},
    "security_token": {"type": "str", "no_log": True, "fallback": (from_environment, ["JDCLOUD_SECURITY_TOKEN"])},
    "profile": {"type": "str"},
    "signature_version": {"type": "int", "default": 2, "choices": [2, 3]},
}


MODULE = Module("cncloud.images.jdcloud_image_info", JDCloud, OPTIONS)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
