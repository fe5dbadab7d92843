# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules on the Pythons of targets, which TARGETS names: ``3.8=/path/to/python 3.9=...``; see noxfile.py."""

from __future__ import annotations

import os
import re

import pytest

TARGETS = dict(target.split("=", 1) for target in os.environ["TARGETS"].split())

PICKS = {
    "jdcloud vm": {
        "cncloud.images.jdcloud_image_info": {
            "region_id": "cn-north-1",
            "image_source": "public",
            "name_regex": "^CentOS .* 64位",
            "pick": "newest",
        }
    },
    "jdcloud coc-vm": {
        "cncloud.images.jdcloud_image_info": {
            "service": "coc-vm",
            "region_id": "cn-hongkong-11",
            "image_id": "img-m5s0abcd29",
        }
    },
    "qcloud 3.0": {
        "cncloud.images.qcloud_image_info": {
            "region": "ap-guangzhou",
            "image_type": "public",
            "filters": {"platform": "Ubuntu"},
            "pick": "highest_name",
        }
    },
    "qcloud 2.0": {
        "cncloud.images.qcloud_image_info": {
            "api_version": "2.0",
            "region": "gz",
            "image_type": "private",
            "where": {"status": 2},
        }
    },
}
PICK = PICKS["qcloud 3.0"]["cncloud.images.qcloud_image_info"]
REFUSED = {"cncloud.images.qcloud_image_info": {**PICK, "token": "x"}}
TASKS = [
    *({"name": name, **task} for name, task in PICKS.items()),
    {"name": "refused", **REFUSED, "ignore_errors": True},
]


SAME = ("images", "image_ids", "summary", "total_count", "complete", "changed")


def run(ansible, cloud, **variables):
    """Each task's result, the failure last, and the user agents that the cloud saw."""
    cloud.requests.clear()
    dummy, recorded = ansible.play(TASKS, vars=variables)
    assert [record.status for record in recorded] == ["ok"] * len(PICKS) + ["failed"], recorded
    return [record.result for record in recorded], {request.header("User-Agent") for request in cloud.requests}


@pytest.fixture(scope="module")
def lane():
    """What the express lane on the controller answers; the first test fills it in."""
    return []


@pytest.mark.parametrize("version", TARGETS)
def test_the_module_answers_on_the_target_as_the_express_lane_does_on_the_controller(version, ansible, cloud, lane):
    lane[:] = lane or run(ansible, cloud)[0]
    found, agents = run(ansible, cloud, ansible_python_interpreter=TARGETS[version], cncloud_images_express=False)
    assert all(agent.endswith(f" (Python {version})") for agent in agents), agents
    for name, here, there in zip(PICKS, found, lane, strict=False):
        assert here["images"], name
        assert {key: here[key] for key in SAME} == {key: there[key] for key in SAME}, name
    assert found[-1]["error"]["kind"] == "credentials"
    assert anonymous(found[-1]["msg"]) == anonymous(lane[-1]["msg"])


def anonymous(message):
    """Without the number of the request."""
    return re.sub(r"\(request [^)]*\)", "", message)
