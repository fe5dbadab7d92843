# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""JD Cloud's images for the catalogue: every documented field appears on some image, none on all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .numbering import TEXT_TIMES, UTC_TIMES, image_id, moment

Image = dict[str, Any]

# name, platform, osType, osVersion, loginName
SYSTEMS = [
    ("Ubuntu 22.04 64位", "Ubuntu", "linux", "22.04", "root"),
    ("CentOS 7.9 64位", "CentOS", "linux", "7.9", "root"),
    ("Ubuntu 9.10 64位", "Ubuntu", "linux", "9.10", "root"),
    ("Windows Server 2019 数据中心版 64位中文版", "Windows Server", "windows", "2019", "Administrator"),
    ("CentOS 8.2 64位", "CentOS", "linux", "8.2", "root"),
    ("Ubuntu 20.04 64位", "Ubuntu", "linux", "20.04", "root"),
    ("Debian 12.5 64位", "Other Linux", "linux", "12.5", "root"),
    ("Windows Server 2016 标准版 64位英文版", "Windows Server", "windows", "2016", "Administrator"),
    ("CentOS 6.9 64位", "CentOS", "linux", "6.9", "root"),
    ("openSUSE Leap 15.5 64位", "Other Linux", "linux", "15.5", "root"),
    ("Windows 10 专业版 64位", "Other Windows", "windows", "10", "Administrator"),
]
NAMES = {
    "thirdparty": "{software} 一键环境 v{major}.{minor} ({system})",
    "private": "web#{number} golden image / {system}",
    "shared": "共享+{system} build {number}",
    "community": "社区镜像 {software} + {system} #{number}",
}
SOFTWARE = ("LNMP", "WordPress", "C# / .NET", "Docker CE", "宝塔面板", "GitLab+Runner")
OWNERS = {"public": "admin", "thirdparty": "market_isv", "private": "jd_example", "shared": "jd_partner",
          "community": "jd_stranger"}  # fmt: skip
PRIVATE_STATES = {6: "pending", 13: "error", 20: "deleting"}
PERMISSIONS = ("ownerOnly", "specifiedUsers", "all")
SOURCES = ("public", "thirdparty", "private", "shared", "community")


def vm_images(per_source: int, seed: int) -> Iterator[Image]:
    for place, source in enumerate(SOURCES):
        start = (seed * 10 + place) * 1_000_003
        for index in range(per_source):
            yield vm_image(source, index, image_id(start + index, 10))


def vm_image(source: str, index: int, identity: str) -> Image:
    system, platform, os_type, os_version, login = SYSTEMS[index % len(SYSTEMS)]
    local = index % 9 == 4
    at = moment(index)
    arm = os_type == "linux" and index % 7 == 3
    image: Image = {
        "imageId": identity,
        "name": vm_name(source, index, system),
        "platform": platform,
        "osVersion": os_version,
        "architecture": "arm64" if arm else "i386" if os_version == "6.9" and index % 2 else "x86_64",
        "systemDiskSizeGB": 20 if local else 40,
        "imageSource": source,
        "osType": os_type,
        "status": "ready",
        "createTime": TEXT_TIMES[at],
        "sizeMB": 0 if index % 4 else 1024 + index % 512,
        "rootDeviceType": "localDisk" if local else "cloudDisk",
        "progress": "100",
        "ownerPin": OWNERS[source],
        "loginName": login,
        "bootMode": "uefi" if arm else "bios",
        "offline": False,
        "imported": False,
    }
    # An empty field may be left out of an answer or be there and empty: both must be met.
    if index % 5:
        image["desc"] = "" if index % 5 == 1 else f"{system}，预装 cloud-init"
    if local:
        image["systemDisk"] = {
            "autoDelete": True,
            "diskCategory": "local",
            "deviceName": "vda",
            "localDisk": {"diskType": "premium-hdd", "diskSizeGB": 20},
        }
        image["snapshotId"] = ""
    else:
        image["snapshotId"] = f"snapshot-{identity[4:]}"
        image["systemDisk"] = cloud_disk_attachment(index, "vda", 40, image["snapshotId"])
    if index % 18 == 13:
        image["dataDisks"] = [{**image["systemDisk"], "deviceName": "vdb"}]
    if index % 6 == 5:
        image["dataDisks"] = [cloud_disk_attachment(index, "vdb", 100, f"snapshot-d{identity[5:]}")]
    if index % 10 == 7:
        image["uefiSupport"] = arm
        image["confidentialCompute"] = {"supported": arm, "技术": "TDX"}
    if source == "public" and index % 12 == 11:
        image["offline"] = True
    if source == "thirdparty":
        image["serviceCode"] = "market"
        image["chargeInfo"] = {"serviceCode": "market", "formula": [{"key": "imageId", "value": identity}]}
        image["offline"] = index % 15 == 14
    if source == "private":
        make_private(image, index)
    return image


def vm_name(source: str, index: int, system: str) -> str:
    if source == "public":
        build = index // len(SYSTEMS)
        return f"{system} {20190300 + build}" if build else system
    software = SOFTWARE[index % len(SOFTWARE)]
    return NAMES[source].format(
        software=software, system=system, number=index + 1, major=index % 12 + 1, minor=index % 11
    )


def make_private(image: Image, index: int) -> None:
    image["status"] = PRIVATE_STATES.get(index % 29, "ready")
    if image["status"] == "pending":
        image["progress"] = str(index % 100)
    image["launchPermission"] = PERMISSIONS[index % 3]
    image["imported"] = index % 8 == 2
    image["instanceId"] = "" if image["imported"] else f"i-{image['imageId'][4:]}"
    image["expiredTime"] = "2030-01-01 00:00:00" if index % 14 == 9 else ""


def cloud_disk_attachment(index: int, device: str, size: int, snapshot_id: str) -> dict[str, Any]:
    at = moment(index)
    disk_id = f"vol-{snapshot_id[-9:]}"
    disk: dict[str, Any] = {
        "diskId": disk_id,
        "az": "cn-north-1a",
        "name": f"{device}_{index}",
        "description": "系统盘" if device == "vda" else "",
        "diskType": ("ssd.gp1", "hdd.std1", "ssd.io1", "premium-hdd")[index % 4],
        "diskSizeGB": size,
        "iops": 2600,
        "throughput": 110,
        "status": "available",
        "snapshotId": snapshot_id,
        "multiAttachable": False,
        "encrypted": index % 3 == 0,
        "createTime": TEXT_TIMES[at],
        "charge": {
            "chargeMode": "postpaid_by_duration",
            "chargeStatus": "normal",
            "chargeStartTime": UTC_TIMES[at],
            "chargeExpiredTime": "",
            "chargeRetireTime": "",
        },
    }
    # The documents spell this field both ways, in different years.
    disk["enable" if index % 4 < 2 else "enabled"] = True
    if index % 4 == 1:
        disk["tags"] = [{"key": "环境", "value": "prod"}, {"key": "team", "value": "web+api"}]
        disk["attachments"] = [
            {
                "attachmentId": f"attach-{disk_id[4:]}",
                "diskId": disk_id,
                "instanceType": "vm",
                "instanceId": f"i-{disk_id[4:]}",
                "status": "attached",
                "attachTime": TEXT_TIMES[at],
            }
        ]
    if index % 16 == 3:
        disk["encrypt"] = disk["encrypted"]
        disk["resourceGroupId"] = "rg-default"
        disk["canPutInRecycleBin"] = True
        disk["trashTime"] = ""
        disk["snapshotPolicies"] = [snapshot_policy(at)]
    return {"autoDelete": True, "diskCategory": "cloud", "deviceName": device, "status": "attached", "cloudDisk": disk}


def snapshot_policy(at: int) -> dict[str, Any]:
    return {
        "id": "asp-example0001",
        "name": "每日快照",
        "pin": "jd_example",
        "interval": 86400,
        "effectiveTime": TEXT_TIMES[at],
        "lastTriggerTime": TEXT_TIMES[at],
        "nextTriggerTime": TEXT_TIMES[at],
        "snapshotLifecycle": 604800,
        "contactInfo": {"sms": 1, "email": 0, "personIds": [1001], "groupIds": []},
        "createTime": TEXT_TIMES[at],
        "updateTime": TEXT_TIMES[at],
        "status": 1,
        "diskCount": 1,
    }


COC_PLATFORMS = ("Ubuntu", "CentOS", "Windows Server", "Debian", "OpenSUSE", "CoreOS", "Fedora")


def coc_vm_images(per_source: int, seed: int) -> Iterator[Image]:
    for place, source in enumerate(("public", "private")):
        start = (seed * 10 + 5 + place) * 1_000_003
        for index in range(per_source):
            yield coc_vm_image(source, index, image_id(start + index, 10))


def coc_vm_image(source: str, index: int, identity: str) -> Image:
    platform = COC_PLATFORMS[index % len(COC_PLATFORMS)]
    windows = platform == "Windows Server"
    version = f"{2012 + index % 10}" if windows else f"{8 + index % 15}.{index % 11}"
    image: Image = {
        "imageId": identity,
        "partnerImageId": f"m-{identity[:3:-1]}",
        "name": f"{platform} {version} 64位" if source == "public" else f"边缘 {platform} #{index + 1}",
        "platform": platform,
        "architecture": "arm64" if index % 6 == 3 and not windows else "x86_64",
        "systemDiskSizeGB": 40,
        "imageSource": source,
        "osType": "windows" if windows else "linux",
        "status": "ready",
        "createTime": TEXT_TIMES[moment(index)],
        "ownerPin": "admin" if source == "public" else "jd_example",
        "sizeMB": 0,
    }
    if index % 4:
        image["desc"] = ""
    if index % 8 == 6:
        image["edgeZone"] = {"name": "hk-a"}
    if source == "public" and index == 0:
        image.update({"imageId": "img-m5s0abcd29", "name": "CentOS 8.2 64位", "platform": "CentOS"})
    if source == "private":
        image["status"] = PRIVATE_STATES.get(index % 29, "ready")
        image["snapshots"] = [
            {
                "diskSnapshotId": f"s-{identity[4:]}{number}",
                "diskSnapshotName": f"快照 {number}",
                "diskSize": 40 if number == 0 else 100,
                "diskCategory": "system_disk" if number == 0 else "data_disk",
                "diskType": "cloud_ssd",
            }
            for number in range(1 + index % 2)
        ]
    return image
