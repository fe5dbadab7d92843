# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tencent's images for the catalogue, in the words of API 3.0; 2.0 shows a translation of the same images."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .numbering import UTC_TIMES, image_id, moment

Image = dict[str, Any]

# The IDs printed in the 2.0 document, so that a task copied from it finds its image here.
PRINTED = {
    "img-50mr2ow7": "CentOS 6.2 64位",
    "img-k09t26i1": "CentOS 6.4 32位",
    "img-9iwld2rx": "CentOS 6.7 64位",
    "img-31tjrtph": "CentOS 7.2 64位",
    "img-hi93l4ht": "Debian 8.2 64位",
    "img-3wnd9xpl": "Ubuntu Server 14.04.1 LTS 64位",
    "img-pyqx34y1": "Ubuntu 16.04.1 LTS 64位中文版",
    "img-pmhtrjdx": "openSUSE 13.2 64位",
    "img-871lthrb": "FreeBSD 10.1 64位",
    "img-6mre94jv": "CoreOS 717.3.0 64位",
    "img-egif9bvl": "Windows Server 2012 R2 标准版 64位中文版",
    "img-9id7emv7": "Windows Server 2016 R2 数据中心版 64位中文版",
}
# OsName, Platform
SYSTEMS = [
    ("TencentOS Server 3.1 (TK4)", "TencentOS"),
    ("Ubuntu Server 22.04 LTS 64位", "Ubuntu"),
    ("CentOS 7.6 64位", "CentOS"),
    ("Ubuntu Server 9.10 64位", "Ubuntu"),
    ("Debian 12.0 64位", "Debian"),
    ("Windows Server 2022 数据中心版 64位中文版", "Windows"),
    ("Fedora 37 64位", "Fedora"),
    ("CentOS Stream 9 64位", "CentOS"),
    ("Rocky Linux 9.10 64位", "RockyLinux"),
]
TYPES = ("PUBLIC_IMAGE", "PRIVATE_IMAGE", "SHARED_IMAGE", "MARKET_IMAGE")
NAMES = {
    "PRIVATE_IMAGE": "未命名 镜像 #{number}",
    "SHARED_IMAGE": "team+golden/{os} v{number}",
    "MARKET_IMAGE": "服务市场 WordPress {number} ({os})",
}
CREATORS = {"PUBLIC_IMAGE": None, "PRIVATE_IMAGE": "100000000001", "SHARED_IMAGE": "100000000002",
            "MARKET_IMAGE": "1000"}  # fmt: skip
PRIVATE_STATES = {4: "CREATING", 9: "SYNCING", 14: "SYNCING", 19: "IMPORTING", 22: "USING", 25: "CREATEFAILED",
                  28: "IMPORTFAILED"}  # fmt: skip


def images(per_type: int, seed: int) -> Iterator[Image]:
    printed = list(PRINTED.items())
    for place, image_type in enumerate(TYPES):
        start = (seed * 10 + place) * 1_000_003
        for index in range(per_type):
            image = describe(image_type, index, image_id(start + index, 8))
            if image_type == "PUBLIC_IMAGE" and index < len(printed):
                make_printed(image, *printed[index])
            yield image


def describe(image_type: str, index: int, identity: str) -> Image:
    os_name, platform = SYSTEMS[index % len(SYSTEMS)]
    public = image_type == "PUBLIC_IMAGE"
    arm = platform != "Windows" and index % 11 == 8
    image: Image = {
        "ImageId": identity,
        "OsName": os_name,
        "ImageType": image_type,
        # Real public images have no time and no creator.
        "CreatedTime": None if public else UTC_TIMES[moment(index)],
        "ImageName": public_name(os_name, index) if public else NAMES[image_type].format(number=index + 1, os=os_name),
        "ImageDescription": "" if index % 3 else f"{os_name} 镜像",
        "ImageSize": 20 if index % 5 else 50,
        "Architecture": "arm" if arm else "i386" if index % 17 == 16 else "x86_64",
        "ImageState": "NORMAL",
        "Platform": platform,
        "ImageCreator": CREATORS[image_type],
        "ImageSource": "OFFICIAL" if public else "EXTERNAL_IMPORT" if index % 6 == 1 else "CREATE_IMAGE",
        "SyncPercent": None,
        "IsSupportCloudinit": platform != "Windows",
        "SnapshotSet": [],
        "Tags": [],
        "LicenseType": "BYOL" if index % 13 == 12 else "TencentCloud",
    }
    if public and index % 4 == 1:
        image["ImageFamily"] = platform.lower()
        image["ImageDeprecated"] = index % 8 == 5
    if index % 21 == 10:
        image["CdcCacheStatus"] = ("CACHED", "CACHING", "CACHED_ALL")[index // 21 % 3]
    if index % 16 == 15:
        image["RdmaSupport"] = {"Supported": True}
    if image_type == "PRIVATE_IMAGE":
        make_private(image, index)
    return image


def public_name(os_name: str, index: int) -> str:
    build = index // len(SYSTEMS)
    return f"{os_name} build {build}" if build else os_name


def make_printed(image: Image, identity: str, name: str) -> None:
    platform = name.split()[0]
    image.pop("ImageFamily", None)
    image.update(
        ImageId=identity,
        ImageName=name,
        OsName=name,
        ImageDescription="",
        Platform=platform,
        Architecture="i386" if "32位" in name else "x86_64",
        IsSupportCloudinit=platform != "Windows",
    )


def make_private(image: Image, index: int) -> None:
    image["ImageState"] = PRIVATE_STATES.get(index % 29, "NORMAL")
    if index % 29 == 14:
        image["SyncPercent"] = index % 100
    identity = image["ImageId"][4:]
    image["SnapshotSet"] = [snapshot(identity, "SYSTEM_DISK", image["ImageSize"])]
    if index % 4 == 3:
        image["SnapshotSet"].append(snapshot(identity[::-1], "DATA_DISK", 100))
    if index % 3 == 0:
        image["Tags"] = [{"Key": "env", "Value": "prod" if index % 2 else "test"}, {"Key": "团队", "Value": "web+api"}]
    if index == 1:
        image.update(ImageId="img-1234test", ImageName="test", ImageDescription="test", OsName="Ubuntu 12.04 64bit",
                     Platform="Ubuntu", CreatedTime="2014-09-27T02:11:00Z")  # fmt: skip


def snapshot(identity: str, usage: str, size: int) -> dict[str, Any]:
    return {"SnapshotId": f"snap-{identity}", "DiskUsage": usage, "DiskSize": size}
