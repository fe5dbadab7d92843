# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One-line commands with ``ansible``, in both spellings of their arguments."""

from __future__ import annotations

import json

import emulator
import pytest
from integration.doors import LANE

pytestmark = pytest.mark.usefixtures("either_door")


def result(finished):
    return json.loads(finished.out[finished.out.index("=> {") + 3 :])


@pytest.mark.parametrize(
    ("module", "arguments", "image_id"),
    [
        (
            "jdcloud_image_info",
            "region_id=cn-north-1 image_source=public name_regex=^CentOS pick=newest",
            "img-2stiid8a4g",
        ),
        (
            "jdcloud_image_info",
            'region_id=cn-north-1 image_source=public name_regex="^CentOS 8" pick=newest',
            "img-2ql0u8pmj0",
        ),
        (
            "jdcloud_image_info",
            "region_id=cn-hongkong-11 service=coc-vm image_source=public pick=highest_name name_regex=^CentOS",
            "img-ivm0eu4cte",
        ),
        (
            "qcloud_image_info",
            "region=gz image_type=2 name_regex=^Ubuntu pick=highest_name api_version=2.0",
            "img-u7amukdk",
        ),
        ("qcloud_image_info", "region=gz image_type=public name_regex=^Ubuntu pick=highest_name", "img-u7amukdk"),
        (
            "jdcloud_image_info",
            {
                "regionId": "cn-north-1",
                "imageSource": "public",
                "where": {"offline": "False", "systemDiskSizeGB": "40"},
                "pick": "newest",
            },
            "img-2txrcfhlx6",
        ),
        (
            "jdcloud_image_info",
            'region_id=cn-north-1 image_source=public pick=newest where=\'{"offline": "no", "systemDiskSizeGB": 40}\'',
            "img-2txrcfhlx6",
        ),
        (
            "jdcloud_image_info",
            "region_id=cn-north-1 image_source=public pick=newest where=offline=no,systemDiskSizeGB=40",
            "img-2txrcfhlx6",
        ),
        (
            "qcloud_image_info",
            {
                "Region": "ap-guangzhou",
                "image_type": "private",
                "Filters": {"tag:env": "prod"},
                "where": {"IsSupportCloudinit": "true"},
                "pick": "newest",
            },
            "img-ywqsv5vk",
        ),
    ],
)
def test_one_line_picks_one_image(ansible, cloud, module, arguments, image_id):
    if isinstance(arguments, dict):
        arguments = {**arguments, "endpoint": ansible.url}
    else:
        arguments = f"{arguments} endpoint={ansible.url}"
    said = result(ansible.ad_hoc(module, arguments))
    assert said["image_id"] == image_id
    assert said["image_ids"] == [image_id]
    assert said["summary"][0]["id"] == image_id
    assert said["changed"] is False
    assert {request.verdict for request in cloud.requests} == {"ok"}


def test_an_explicit_inventory_finds_the_same(ansible, either_door):
    arguments = f"region_id=cn-north-1 image_source=public name_regex=^CentOS pick=newest endpoint={ansible.url}"
    # Where a host is listed Ansible looks for a Python for its modules, and that may lack requests.
    python = [] if either_door == LANE else ["-e", "ansible_python_interpreter={{ ansible_playbook_python }}"]
    finished = ansible.ad_hoc("jdcloud_image_info", arguments, "-i", "localhost,", "-c", "local", *python)
    assert result(finished)["image_id"] == "img-2stiid8a4g"


def test_check_mode_and_diff_make_no_difference(ansible):
    arguments = f"region=gz image_type=public limit=2 endpoint={ansible.url}"
    finished = ansible.ad_hoc("qcloud_image_info", arguments, "--check", "--diff")
    assert len(result(finished)["image_ids"]) == 2


def test_every_verbosity_shows_the_options_and_no_secret(ansible, no_secret_in):
    given = {
        "region_id": "cn-north-1",
        "image_source": "public",
        "pick": "newest",
        "access_key": emulator.ACCESS_KEY,
        "secret_key": emulator.SECRET_KEY,
        "endpoint": ansible.url,
    }
    finished = ansible.ad_hoc("jdcloud_image_info", given, "-vvv", env={"ANSIBLE_INJECT_INVOCATION": "1"})
    shown = result(finished)["invocation"]["module_args"]
    assert shown["access_key"] == shown["secret_key"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    assert (shown["region_id"], shown["image_source"], shown["endpoint"]) == ("cn-north-1", "public", ansible.url)
    assert result(finished)["image_id"] == "img-2txrcfhlx6"
    no_secret_in(finished.text)


@pytest.mark.parametrize(
    ("module", "given", "kind", "says"),
    [
        ("jdcloud_image_info", {"secret_key": "SKEXAMPLE-of-somebody-else"}, "credentials", "sign result is not same"),
        (
            "qcloud_image_info",
            {"secret_key": "TCSKEXAMPLE-of-somebody-else"},
            "credentials",
            "AuthFailure.SignatureFailure",
        ),
        (
            "qcloud_image_info",
            {"secret_key": "TCSKEXAMPLE-of-somebody-else", "api_version": "2.0"},
            "credentials",
            "4100",
        ),
        (
            "jdcloud_image_info",
            {"endpoint": "http://127.0.0.1:9", "retries": 0},
            "network",
            "the connection was refused",
        ),
        (
            "jdcloud_image_info",
            {"name_regex": "^CentOS 5", "pick": "newest"},
            "selection",
            "no image left: 275 from the API",
        ),
        ("jdcloud_image_info", {"name_regexp": "^CentOS"}, "option", "name_regexp"),
        ("jdcloud_image_info", {"where": {"offlien": True}}, "option", "The fields are: "),
        ("jdcloud_image_info", {"name_regex": "CentOS ("}, "option", "does not compile"),
    ],
)
def test_a_failure_is_one_message_with_its_remedy(ansible, no_secret_in, module, given, kind, says):
    region = (
        {"region": "gz", "image_type": "public"}
        if module.startswith("q")
        else {"region_id": "cn-north-1", "image_source": "public"}
    )
    finished = ansible.ad_hoc(module, {**region, "endpoint": ansible.url, **given}, "-vvv", code=2)
    said = result(finished)
    assert says in said["msg"]
    assert said["error"]["kind"] == kind
    assert "Traceback" not in finished.text
    assert "somebody-else" not in finished.text.replace("VALUE_SPECIFIED_IN_NO_LOG_PARAMETER", "")
    no_secret_in(finished.text)


def test_no_image_at_all_is_no_failure_without_a_pick(ansible):
    finished = ansible.ad_hoc(
        "jdcloud_image_info", {"region_id": "cn-north-1", "image_id": "img-nothere000", "endpoint": ansible.url}
    )
    said = result(finished)
    assert (said["images"], said["image_ids"], said["summary"], said["total_count"]) == ([], [], [], 0)
