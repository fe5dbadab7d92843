# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The generated images are many, alike on every run, and show every documented field."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from emulator import Catalogue

IMAGE_ID = {"jdcloud.vm": "imageId", "jdcloud.coc-vm": "imageId", "qcloud": "ImageId"}

VM = """
architecture bootMode chargeInfo createTime dataDisks desc expiredTime imageId imageSource imported instanceId
launchPermission loginName name offline osType osVersion ownerPin platform progress rootDeviceType serviceCode sizeMB
snapshotId status systemDisk systemDiskSizeGB uefiSupport
systemDisk.autoDelete systemDisk.cloudDisk systemDisk.deviceName systemDisk.diskCategory systemDisk.localDisk
systemDisk.status systemDisk.localDisk.diskSizeGB systemDisk.localDisk.diskType dataDisks.cloudDisk
systemDisk.cloudDisk.attachments systemDisk.cloudDisk.az systemDisk.cloudDisk.charge systemDisk.cloudDisk.createTime
systemDisk.cloudDisk.description systemDisk.cloudDisk.diskId systemDisk.cloudDisk.diskSizeGB
systemDisk.cloudDisk.diskType systemDisk.cloudDisk.multiAttachable systemDisk.cloudDisk.name
systemDisk.cloudDisk.snapshotId systemDisk.cloudDisk.status systemDisk.cloudDisk.tags systemDisk.cloudDisk.iops
systemDisk.cloudDisk.throughput systemDisk.cloudDisk.encrypted systemDisk.cloudDisk.encrypt
systemDisk.cloudDisk.enable systemDisk.cloudDisk.enabled systemDisk.cloudDisk.snapshotPolicies
systemDisk.cloudDisk.resourceGroupId systemDisk.cloudDisk.canPutInRecycleBin systemDisk.cloudDisk.trashTime
systemDisk.cloudDisk.attachments.attachTime systemDisk.cloudDisk.attachments.attachmentId
systemDisk.cloudDisk.attachments.diskId systemDisk.cloudDisk.attachments.instanceId
systemDisk.cloudDisk.attachments.instanceType systemDisk.cloudDisk.attachments.status
systemDisk.cloudDisk.charge.chargeMode systemDisk.cloudDisk.charge.chargeStatus
systemDisk.cloudDisk.charge.chargeStartTime systemDisk.cloudDisk.charge.chargeExpiredTime
systemDisk.cloudDisk.charge.chargeRetireTime systemDisk.cloudDisk.tags.key systemDisk.cloudDisk.tags.value
chargeInfo.serviceCode chargeInfo.formula
"""
COC_VM = """
imageId partnerImageId name platform architecture systemDiskSizeGB imageSource osType status createTime desc ownerPin
sizeMB snapshots snapshots.diskSnapshotId snapshots.diskSnapshotName snapshots.diskSize snapshots.diskCategory
snapshots.diskType
"""
QCLOUD = """
ImageId OsName ImageType CreatedTime ImageName ImageDescription ImageSize Architecture ImageState Platform ImageCreator
ImageSource SyncPercent IsSupportCloudinit SnapshotSet Tags LicenseType ImageFamily ImageDeprecated CdcCacheStatus
SnapshotSet.SnapshotId SnapshotSet.DiskUsage SnapshotSet.DiskSize Tags.Key Tags.Value
"""


def paths(value: Any, prefix: str = "") -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from paths(one, prefix)
    elif isinstance(value, dict):
        for name, inside in value.items():
            yield prefix + name
            yield from paths(inside, f"{prefix}{name}.")


@pytest.mark.parametrize(("shelf", "fields"), [("jdcloud.vm", VM), ("jdcloud.coc-vm", COC_VM), ("qcloud", QCLOUD)])
def test_every_documented_field_occurs_and_a_future_one_too(shelf: str, fields: str) -> None:
    found = set(paths(Catalogue().images[shelf]))
    assert set(fields.split()) <= found
    assert {name for name in found if "." not in name} - set(fields.split())


@pytest.mark.parametrize("shelf", IMAGE_ID)
def test_the_images_are_the_same_on_every_run_and_a_test_s_own(shelf: str) -> None:
    first, second = Catalogue().images[shelf], Catalogue().images[shelf]
    assert first == second
    first[0].clear()
    first.pop()
    assert Catalogue().images[shelf] == second
    assert Catalogue(seed=2).images[shelf] != second


@pytest.mark.parametrize("shelf", IMAGE_ID)
def test_ids_are_unique(shelf: str) -> None:
    images = Catalogue(2500).images[shelf]
    assert len({one[IMAGE_ID[shelf]] for one in images}) == len(images)


def test_each_source_has_its_number_of_images() -> None:
    catalogue = Catalogue()
    assert set(Counter(one["imageSource"] for one in catalogue.images["jdcloud.vm"]).values()) == {300}
    assert Counter(one["imageSource"] for one in catalogue.images["jdcloud.coc-vm"]) == {"public": 30, "private": 30}
    assert set(Counter(one["ImageType"] for one in catalogue.images["qcloud"]).values()) == {300}


def test_the_awkward_ones_are_there() -> None:
    vm, tencent = (Catalogue().images[shelf] for shelf in ("jdcloud.vm", "qcloud"))
    names = " | ".join(one["name"] for one in vm)
    assert all(part in names for part in ("9.10", "22.04", "#", "+", "/", "中文版"))
    assert {"pending", "ready", "deleting", "error"} == {one["status"] for one in vm}
    assert max(Counter(one["createTime"] for one in vm if one["imageSource"] == "public").values()) == 3
    public = [one for one in tencent if one["ImageType"] == "PUBLIC_IMAGE"]
    assert {(one["CreatedTime"], one["ImageCreator"], one["SyncPercent"]) for one in public} == {(None, None, None)}
    assert {one["ImageState"] for one in tencent} == {
        "CREATING", "NORMAL", "CREATEFAILED", "SYNCING", "IMPORTING", "IMPORTFAILED", "USING"
    }  # fmt: skip


def test_fifty_thousand_images_are_quick() -> None:
    started = time.monotonic()
    assert len(Catalogue(10_000).images["jdcloud.vm"]) == 50_000
    assert time.monotonic() - started < 3
