# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks of the collection, run by their full names."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.usefixtures("either_door")

JDCLOUD = {"region_id": "cn-north-1", "image_source": "public", "name_regex": "^CentOS 8", "pick": "newest"}
QCLOUD = {"region": "ap-guangzhou", "image_type": "public", "name_regex": "^Ubuntu", "pick": "highest_name"}


def run(ansible, name, variables, code=0, env=None):
    words = ["-e", json.dumps({"endpoint": ansible.url, **variables}, ensure_ascii=False)]
    shown = {"ANSIBLE_SHOW_CUSTOM_STATS": "1", "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default"}
    return ansible.command(
        "ansible-playbook", f"cncloud.images.{name}", *words, env={**shown, **(env or {})}, code=code
    )


def handed_on(finished):
    line = next(line for line in finished.out.splitlines() if line.startswith("\tRUN: "))
    return json.loads(line.removeprefix("\tRUN: "))


def test_the_jdcloud_playbook_picks_shows_and_hands_on(ansible, no_secret_in):
    finished = run(ansible, "pick_jdcloud_image", JDCLOUD)
    assert (
        '"msg": "img-2ql0u8pmj0 is CentOS 8.2 64位 20190314 (public, ready, x86_64, 2024-06-06 08:00:52)"'
        in finished.out
    )
    assert handed_on(finished) == {
        "cncloud_image_cloud": "jdcloud",
        "cncloud_image_region": "cn-north-1",
        "cncloud_image_id": "img-2ql0u8pmj0",
        "cncloud_image_name": "CentOS 8.2 64位 20190314",
        "cncloud_jdcloud_image_id": "img-2ql0u8pmj0",
    }
    assert "WARNING" not in finished.text
    no_secret_in(finished.text)


def test_the_qcloud_playbook_picks_shows_and_hands_on(ansible, no_secret_in):
    finished = run(ansible, "pick_qcloud_image", QCLOUD)
    assert '"msg": "img-u7amukdk is Ubuntu Server 22.04 LTS 64位 build 33 (public, ready, x86_64)"' in finished.out
    assert handed_on(finished) == {
        "cncloud_image_cloud": "qcloud",
        "cncloud_image_region": "ap-guangzhou",
        "cncloud_image_id": "img-u7amukdk",
        "cncloud_image_name": "Ubuntu Server 22.04 LTS 64位 build 33",
        "cncloud_qcloud_image_id": "img-u7amukdk",
    }
    assert "WARNING" not in finished.text
    no_secret_in(finished.text)


@pytest.mark.parametrize(
    ("name", "given", "told", "untold"),
    [
        ("pick_jdcloud_image", {}, ["region_id,", "image_source,"], []),
        (
            "pick_jdcloud_image",
            {"region_id": "", "image_source": "public"},
            ["-e region_id=cn-north-1"],
            ["image_source,"],
        ),
        (
            "pick_qcloud_image",
            {"region": "gz", "image_type": None, "image_ids": []},
            ["-e image_type=public"],
            ["region,"],
        ),
    ],
)
def test_a_missing_variable_is_named_with_the_way_to_give_it(ansible, cloud, name, given, told, untold):
    finished = run(ansible, name, given, code=2)
    message = next(line for line in finished.out.splitlines() if "fatal:" in line)
    assert all(text in message for text in ["Missing: ", *told]), message
    assert not any(text in message for text in untold), message
    assert not cloud.requests


def test_what_proves_the_origin_may_stand_for_the_image_type(ansible):
    variables = {"region": "gz", "where": {"ImageCreator": "100000000002"}, "pick": "newest"}
    assert handed_on(run(ansible, "pick_qcloud_image", variables))["cncloud_image_id"] == "img-labhjctk"
    finished = run(ansible, "pick_qcloud_image", {**variables, "where": {"Platform": "CentOS"}}, code=2)
    assert "pick=newest among images of any source is refused" in finished.out


def test_the_region_may_come_from_the_environment(ansible):
    finished = run(ansible, "pick_jdcloud_image", {**JDCLOUD, "region_id": ""}, env={"JDCLOUD_REGION_ID": "cn-east-2"})
    assert handed_on(finished)["cncloud_image_region"] == "cn-east-2"


def test_every_variable_reaches_the_api_or_the_selection_and_empty_ones_count_as_not_given(ansible, cloud):
    run(
        ansible,
        "pick_jdcloud_image",
        {
            **JDCLOUD,
            **dict.fromkeys(
                ["image_id", "ids", "service", "instance_ids", "image_name", "where", "allow_untrusted_source"], ""
            ),
            "platform": "CentOS",
            "root_device_type": "cloudDisk",
            "status": "ready",
            "offline": False,
            "architecture": "x86_64",
            "boot_mode": "bios",
            "signature_version": 3,
            "where": '{"ownerPin": "admin", "systemDiskSizeGB": 40}',
            "total_timeout": 30,
        },
    )
    sent = cloud.requests[0].parameters
    assert {name: sent.get(name) for name in ("offline", "platform", "status", "bootMode")} == {
        "offline": "false",
        "platform": "CentOS",
        "status": "ready",
        "bootMode": "bios",
    }
    assert not {"imageId", "ids", "imageName", "instanceIds", "launchPermission"} & set(sent)
    assert cloud.requests[0].header("authorization").startswith("JDCLOUD3-")

    cloud.requests.clear()
    run(
        ansible,
        "pick_qcloud_image",
        {
            **QCLOUD,
            **dict.fromkeys(["image_ids", "status", "api_version", "where"], ""),
            "filters": '{"platform": "Ubuntu"}',
            "instance_type": "SA5.MEDIUM2",
            "language": "zh-CN",
        },
    )
    sent = json.loads(cloud.requests[0].body)
    assert {"Name": "platform", "Values": ["Ubuntu"]} in sent["Filters"]
    assert sent["InstanceType"] == "SA5.MEDIUM2"
    assert cloud.requests[0].header("x-tc-language") == "zh-CN"


def test_without_pick_exactly_one_image_must_be_left(ansible):
    finished = run(ansible, "pick_jdcloud_image", {**JDCLOUD, "pick": ""}, code=2)
    assert "25 images left, pick=only wants exactly one" in finished.out
    assert '"cncloud_image_id"' not in finished.out
    finished = run(ansible, "pick_jdcloud_image", {"region_id": "cn-north-1", "image_id": "img-2ql0u8pmj0"})
    assert handed_on(finished)["cncloud_image_id"] == "img-2ql0u8pmj0"
