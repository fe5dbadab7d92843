# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules on the Pythons of targets, which TARGETS names: ``3.8=/path/to/python 3.9=...``; see noxfile.py."""

from __future__ import annotations

import os

import pytest
from matrix.picks import check_alike, run

TARGETS = dict(target.split("=", 1) for target in os.environ["TARGETS"].split())


@pytest.fixture(scope="module")
def lane():
    """What the express lane on the controller answers; the first test fills it in."""
    return []


@pytest.mark.parametrize("version", TARGETS)
def test_the_module_answers_on_the_target_as_the_express_lane_does_on_the_controller(version, ansible, cloud, lane):
    lane[:] = lane or run(ansible, cloud)[0]
    found, agents = run(ansible, cloud, ansible_python_interpreter=TARGETS[version], cncloud_images_express=False)
    assert all(agent.endswith(f" (Python {version})") for agent in agents), agents
    check_alike(found, lane)
