# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules as tasks of a play, together with what Ansible puts around tasks."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.usefixtures("either_door")

JD = "cncloud.images.jdcloud_image_info"
QC = "cncloud.images.qcloud_image_info"


def by_task(recorded):
    return {each.task: each for each in recorded}


def test_each_group_of_module_defaults_reaches_its_modules(ansible, cloud):
    jdcloud, qcloud = {"region_id": "cn-south-1", "image_source": "public"}, {"region": "sh", "image_type": "public"}
    dummy, recorded = ansible.play(
        [{"name": "jdcloud", JD: {"page_size": 10}}, {"name": "qcloud", QC: {"limit": 10}}],
        module_defaults={
            "group/cncloud.images.all": {"endpoint": ansible.url, "name_regex": "."},
            "group/cncloud.images.jdcloud": jdcloud,
            "group/cncloud.images.qcloud": qcloud,
        },
        env={"ANSIBLE_INJECT_INVOCATION": "1"},  # since core 2.21 results do not hold it by themselves
    )
    assert [len(each.result["image_ids"]) for each in recorded] == [10, 10]
    assert cloud.requests[0].path == "/v1/regions/cn-south-1/images"
    assert cloud.requests[1].header("x-tc-region") == "ap-shanghai"
    assert all(each.result["invocation"]["module_args"]["name_regex"] == "." for each in recorded)


def test_a_loop_registers_one_result_for_each_region_and_later_tasks_use_them(ansible):
    tasks = [
        {
            "name": "pick",
            JD: {"region_id": "{{ item }}", "image_source": "public", "name_regex": "^CentOS 8", "pick": "newest"},
            "loop": ["cn-north-1", "cn-east-2"],
            "register": "picked",
        },
        {
            "name": "map",
            "ansible.builtin.debug": {"msg": "{{ dict(regions | zip(ids)) }}"},
            "vars": {
                "regions": "{{ picked.results | map(attribute='item') }}",
                "ids": "{{ picked.results | map(attribute='image_id') }}",
            },
        },
        {
            "name": "only where there is one",
            "ansible.builtin.debug": {"msg": "{{ picked.results[0].image.platform }}"},
            "when": [
                "picked.results[0].image_ids | length == 1",
                "picked is not changed",
                "picked.results[0].complete",
            ],
        },
    ]
    dummy, recorded = ansible.play(tasks)
    found = by_task(recorded)
    assert found["map"].result["msg"] == {"cn-north-1": "img-2ql0u8pmj0", "cn-east-2": "img-2ql0u8pmj0"}
    assert found["only where there is one"].result["msg"] == "CentOS"


def test_a_failure_can_be_handled_by_its_kind(ansible):
    tasks = [
        {
            "name": "try",
            "block": [
                {
                    "name": "pick",
                    QC: {"region": "gz", "image_type": "public", "pick": "newest"},
                    "register": "picked",
                }
            ],
            "rescue": [
                {
                    "name": "pick again",
                    QC: {"region": "gz", "image_type": "public", "pick": "highest_name", "name_regex": "^Ubuntu"},
                    "when": "picked.error.kind == 'selection'",
                }
            ],
        },
        {
            "name": "no failure",
            JD: {"region_id": "cn-north-1", "image_source": "shared", "pick": "newest"},
            "register": "refused",
            "failed_when": "refused.error.kind | default('') != 'selection'",
        },
    ]
    dummy, recorded = ansible.play(tasks)
    found = by_task(recorded)
    assert found["pick again"].result["image_id"] == "img-u7amukdk"
    assert found["no failure"].status == "ok"


def test_until_asks_again_until_the_image_is_there(ansible, cloud):
    cloud.catalogue.images["jdcloud.vm"][0]["status"] = "pending"
    identity = cloud.catalogue.images["jdcloud.vm"][0]["imageId"]
    tasks = [
        {
            "name": "wait",
            JD: {"region_id": "cn-north-1", "image_id": identity, "where": {"status": "ready"}},
            "register": "there",
            "until": "there.images | length > 0",
            "retries": 1,
            "delay": 0,
            "ignore_errors": True,
        }
    ]
    dummy, recorded = ansible.play(tasks)
    assert recorded[-1].status == "failed"
    assert recorded[-1].result["attempts"] == 1
    assert len(cloud.requests) == 1 + 1
    cloud.requests.clear()
    cloud.catalogue.images["jdcloud.vm"][0]["status"] = "ready"
    dummy, recorded = ansible.play(tasks)
    assert recorded[-1].result["image_ids"] == [identity]
    assert len(cloud.requests) == 1


def test_hosts_that_are_not_the_controller_delegate_the_question_and_ask_once(ansible, cloud):
    hosts = ansible.folder / "hosts"
    hosts.write_text("[web]\nweb1 ansible_host=192.0.2.1\nweb2 ansible_host=192.0.2.2\n", encoding="utf-8")
    tasks = [
        {
            "name": "ask",
            JD: {"region_id": "cn-north-1", "image_source": "public", "name_regex": "^CentOS 8", "pick": "newest"},
            "delegate_to": "localhost",
            "run_once": True,
            "register": "picked",
        },
        {"name": "use", "ansible.builtin.debug": {"msg": "{{ inventory_hostname }} {{ picked.image_id }}"}},
    ]
    dummy, recorded = ansible.play(tasks, "-i", "hosts", hosts="web")
    said = sorted(each.result["msg"] for each in recorded if each.task == "use")
    assert said == ["web1 img-2ql0u8pmj0", "web2 img-2ql0u8pmj0"]
    assert len({request.path for request in cloud.requests}) == 1


def test_the_whole_play_in_check_mode_finds_the_same(ansible):
    tasks = [{"name": "pick", QC: {"region": "gz", "image_type": "public", "pick": "highest_name"}}]
    results = [ansible.play(tasks, *words)[1][0].result for words in ([], ["--check"])]
    assert results[0]["image_id"] == results[1]["image_id"]
    assert results[0]["changed"] is results[1]["changed"] is False
