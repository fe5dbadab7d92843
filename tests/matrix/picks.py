# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks that every Python must answer alike."""

from __future__ import annotations

import re

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


def check_alike(found, others):
    """Both are results of ``run``."""
    for name, here, there in zip(PICKS, found, others, strict=False):
        assert here["images"], name
        assert {key: here[key] for key in SAME} == {key: there[key] for key in SAME}, name
    assert found[-1]["error"]["kind"] == "credentials"
    assert anonymous(found[-1]["msg"]) == anonymous(others[-1]["msg"])


def anonymous(message):
    """Without the number of the request."""
    return re.sub(r"\(request [^)]*\)", "", message)
