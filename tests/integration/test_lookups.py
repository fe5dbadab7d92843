# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookups, inside variables of a play."""

from __future__ import annotations

import json

import emulator
import pytest

JDCLOUD = "'cncloud.images.jdcloud_image_id', region_id='cn-north-1', image_source='public'"
QCLOUD = "'cncloud.images.qcloud_image_id', region='ap-guangzhou', image_type='public'"


def show(name, expression):
    return {"name": name, "ansible.builtin.debug": {"msg": "{{ " + expression + " }}"}, "ignore_errors": True}


def answers(recorded):
    return {each.task: each.result.get("msg") for each in recorded}


def test_a_lookup_gives_the_ids_that_the_module_gives(ansible, cloud):
    dummy, recorded = ansible.play(
        [
            show("one", f"lookup({JDCLOUD}, name_regex='^CentOS 8', pick='newest')"),
            show("all", f"query({JDCLOUD}, name_regex='^CentOS 8')"),
            show("text", f"lookup({QCLOUD}, where={{'Architecture': 'i386'}})"),
            show("listed", f"lookup({QCLOUD}, where={{'Architecture': 'i386'}}, wantlist=true)"),
            show("highest", f"lookup({QCLOUD}, name_regex='^Ubuntu', pick='highest_name')"),
            show("2.0", f"lookup({QCLOUD}, name_regex='^Ubuntu', pick='highest_name', api_version='2.0')"),
            show("coc", f"lookup({JDCLOUD}, service='coc-vm', pick='highest_name')"),
            show("none", f"query({JDCLOUD}, name_regex='^nothing')"),
            show(
                "ids",
                "query('cncloud.images.qcloud_image_id', region='gz', image_ids=['img-9id7emv7', 'img-nothere0'])",
            ),
            show("typed", f"lookup({JDCLOUD}, where={{'offline': 'false', 'systemDiskSizeGB': '40'}}, pick='newest')"),
            {
                "name": "module",
                "cncloud.images.jdcloud_image_info": {
                    "region_id": "cn-north-1",
                    "image_source": "public",
                    "name_regex": "^CentOS 8",
                },
            },
        ]
    )
    said = answers(recorded)
    module = next(each.result for each in recorded if each.task == "module")
    assert said["one"] == "img-2ql0u8pmj0"
    assert said["all"] == module["image_ids"]
    assert said["text"] == ",".join(said["listed"])
    assert len(said["listed"]) > 1
    assert said["highest"] == said["2.0"] == "img-u7amukdk"
    assert said["coc"].startswith("img-")
    assert said["none"] == []
    assert said["ids"] == ["img-9id7emv7"]
    assert said["typed"] == "img-2txrcfhlx6"
    assert {request.verdict for request in cloud.requests} == {"ok"}


def test_a_failed_lookup_says_what_the_module_says(ansible, no_secret_in):
    finished, recorded = ansible.play(
        [
            show("misspelt", f"lookup({JDCLOUD}, name_regexp='^CentOS', pick='newest')"),
            show("term", "lookup('cncloud.images.jdcloud_image_id', 'cn-north-1')"),
            show("nothing", f"lookup({JDCLOUD}, name_regex='^CentOS 5', pick='newest')"),
            show(
                "strangers",
                "lookup('cncloud.images.jdcloud_image_id', region_id='cn-north-1', image_source='shared', pick='only')",
            ),
            show("key", f"lookup({JDCLOUD}, secret_key=wrong)"),
            show("region", "lookup('cncloud.images.qcloud_image_id', image_type='public')"),
            show("choice", f"lookup({QCLOUD}, pick='latest')"),
            show("misspelt region", "lookup('cncloud.images.jdcloud_image_id', regionid='cn-north-1', pick='only')"),
        ],
        "-e",
        json.dumps({"wrong": emulator.TEMPORARY_SECRET_KEY}),
    )
    said = answers(recorded)
    expected = {
        "misspelt": "Did you mean name_regex? ansible-doc cncloud.images.jdcloud_image_info describes the options.",
        "term": "takes options only",
        "nothing": "no image left: 275 from the API (image_source=public), 0 after name_regex '^CentOS 5'",
        "strangers": "Pin the owner: cncloud.images.jdcloud_image_i",
        "key": "sign result is not same",
        "region": "missing required arguments: region. Set it, or TENCENTCLOUD_REGION.",
        "choice": "qcloud_image_id: value of pick must be one of: only, newest, highest_name, got: latest",
        "misspelt region": "; missing required arguments: region_id. Did you mean region_id? ansible-doc ",
    }
    for task, text in expected.items():
        assert text in said[task], task
    assert "Traceback" not in finished.text
    no_secret_in(finished.out)


def test_settings_come_from_ansible_cfg_and_the_environment_and_an_empty_variable_is_none(ansible, cloud, tmp_path):
    settings = ansible.folder / "ansible.cfg"
    settings.write_text(
        settings.read_text(encoding="utf-8")
        + "jdcloud_region_id = cn-south-1\nqcloud_region = ap-beijing\nqcloud_api_version = 2.0\nretries = 0\n",
        encoding="utf-8",
    )
    tasks = [
        show(
            "jdcloud", "lookup('cncloud.images.jdcloud_image_id', region_id='', image_source='public', pick='newest')"
        ),
        show("qcloud", "lookup('cncloud.images.qcloud_image_id', image_type='public', pick='highest_name')"),
    ]
    ansible.play(tasks, env={"JDCLOUD_SECURITY_TOKEN": "", "TENCENTCLOUD_TOKEN": "", "TENCENTCLOUD_REGION": ""})
    assert {request.path for request in cloud.requests} == {"/v1/regions/cn-south-1/images", "/v2/index.php"}
    assert cloud.requests[-1].parameters["Region"] == "bj"
    assert all(request.header("x-jdcloud-security-token") is None for request in cloud.requests)

    cloud.requests.clear()
    ansible.play(tasks, env={"JDCLOUD_REGION_ID": "cn-east-2", "TENCENTCLOUD_REGION": "ap-shanghai"})
    assert cloud.requests[0].path == "/v1/regions/cn-east-2/images"
    assert cloud.requests[-1].parameters["Region"] == "sh"


def test_temporary_keys_from_the_environment_are_used_with_their_token(ansible, cloud):
    env = {
        "JDCLOUD_ACCESS_KEY": emulator.TEMPORARY_ACCESS_KEY,
        "JDCLOUD_SECRET_KEY": emulator.TEMPORARY_SECRET_KEY,
        "JDCLOUD_SECURITY_TOKEN": emulator.SECURITY_TOKEN,
        "TENCENTCLOUD_SECRET_ID": emulator.TEMPORARY_SECRET_ID,
        "TENCENTCLOUD_SECRET_KEY": emulator.TEMPORARY_SECRET_KEY_TENCENT,
        "TENCENTCLOUD_TOKEN": "",
        "TENCENTCLOUD_SECURITY_TOKEN": emulator.SECURITY_TOKEN,
    }
    tasks = [
        show("jdcloud", f"lookup({JDCLOUD}, pick='newest')"),
        show("qcloud", f"lookup({QCLOUD}, pick='highest_name')"),
    ]
    dummy, recorded = ansible.play(tasks, env=env)
    assert {each.status for each in recorded} == {"ok"}
    assert {request.verdict for request in cloud.requests} == {"ok"}


@pytest.mark.parametrize("missing", ["JDCLOUD_ACCESS_KEY", "TENCENTCLOUD_SECRET_KEY"])
def test_an_empty_key_is_a_missing_key(ansible, cloud, missing):
    which = JDCLOUD if missing.startswith("JD") else QCLOUD
    dummy, recorded = ansible.play([show("one", f"lookup({which}, pick='newest')")], env={missing: ""})
    assert "is missing" in recorded[0].result["msg"]
    assert missing in recorded[0].result["msg"]
    assert not cloud.requests
