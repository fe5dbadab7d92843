# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The oldest Python of a controller, older than those of the tests.

CONTROLLER is its version and the folder of its commands.
"""

from __future__ import annotations

import os

from matrix.picks import check_alike, run

VERSION, COMMANDS = os.environ["CONTROLLER"].split("=", 1)
LOOKUP = "lookup('cncloud.images.jdcloud_image_id', region_id='cn-north-1', image_source='public', pick='newest')"


def test_an_older_controller_answers_alike_through_both_doors_and_in_a_lookup(ansible, cloud):
    here = run(ansible, cloud)[0]
    ansible.env["PATH"] = f"{COMMANDS}:{ansible.env['PATH']}"
    for express in (True, False):
        there, agents = run(
            ansible, cloud, cncloud_images_express=express, ansible_python_interpreter="{{ ansible_playbook_python }}"
        )
        assert all(agent.endswith(f" (Python {VERSION})") for agent in agents), agents
        check_alike(there, here)
    dummy, recorded = ansible.play([{"name": "lookup", "ansible.builtin.debug": {"msg": "{{ " + LOOKUP + " }}"}}])
    assert recorded[0].result["msg"] == "img-2txrcfhlx6"
    assert {request.header("User-Agent").endswith(f" (Python {VERSION})") for request in cloud.requests} == {True}
