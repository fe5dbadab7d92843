# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The express lane and the plain module are the same task: every case is run both ways and compared key by key."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import emulator
import pytest
from integration.conftest import Ansible
from integration.doors import OFF, comparable, differences

pytestmark = pytest.mark.xdist_group("both ways")  # two plays of half a minute are for all of these tests

JD = "cncloud.images.jdcloud_image_info"
QC = "cncloud.images.qcloud_image_info"
JD_PUBLIC = {"region_id": "cn-north-1", "image_source": "public"}
QC_PUBLIC = {"region": "ap-guangzhou", "image_type": "public"}
# By variables, because Ansible shows the lines of a playbook around a task that fails.
KEYS = {
    "jdwrong": "SKEXAMPLE-of-somebody-else",
    "tcwrong": "TCSKEXAMPLE-of-somebody-else",
    "spaced": "SKEXAMPLE-with-a-space ",
    "temporary": [emulator.TEMPORARY_ACCESS_KEY, emulator.TEMPORARY_SECRET_KEY, emulator.SECURITY_TOKEN],
}
OTHER_PYTHON = "{{ playbook_dir }}/other_python"


class Case(NamedTuple):
    module: str
    options: dict[str, Any]
    keywords: Mapping[str, Any] = MappingProxyType({})
    express: bool = True
    """Whether the lane is open for it."""


CASES = {
    # what is found
    "a page": Case(JD, {**JD_PUBLIC, "page_number": 2, "page_size": 10}),
    "everything": Case(JD, {**JD_PUBLIC, "name_regex": "^CentOS 8", "status": "ready"}),
    "newest": Case(JD, {**JD_PUBLIC, "name_regex": "^CentOS 8", "pick": "newest"}),
    "one image": Case(JD, {"region_id": "cn-north-1", "image_id": "img-2ql0u8pmj0"}),
    "no image": Case(JD, {"region_id": "cn-north-1", "image_id": "img-nothere000"}),
    "coc-vm": Case(JD, {**JD_PUBLIC, "service": "coc-vm", "page_size": 10}),
    "JDCLOUD3": Case(JD, {**JD_PUBLIC, "signature_version": "3", "page_size": "10"}),
    "API 3.0": Case(QC, {**QC_PUBLIC, "filters": {"platform": "Ubuntu"}, "pick": "highest_name"}),
    "API 2.0": Case(QC, {**QC_PUBLIC, "region": "gz", "api_version": 2.0, "limit": 5}),
    "IDs": Case(QC, {"region": "gz", "image_ids": "img-9id7emv7,img-pyqx34y1,img-nothere0"}),
    "typed as text": Case(JD, {**JD_PUBLIC, "where": {"offline": "no", "systemDiskSizeGB": "40"}, "pick": "newest"}),
    "temporary keys": Case(
        JD,
        {
            **JD_PUBLIC,
            "access_key": "{{ temporary[0] }}",
            "secret_key": "{{ temporary[1] }}",
            "security_token": "{{ temporary[2] }}",
            "page_size": 10,
        },
    ),
    "a secret that is a word of the answer": Case(QC, {**QC_PUBLIC, "limit": 3, "secret_key": "Ubuntu"}),
    "a date in YAML": Case(JD, {**JD_PUBLIC, "where": {"createTime": date(2019, 3, 1)}}),
    # what is said
    "both alias and option": Case(
        JD, {**JD_PUBLIC, "regionId": "cn-south-1", "imageSource": "private", "page_size": 10}
    ),
    "an unsupported parameter": Case(JD, {**JD_PUBLIC, "name_regexp": "^CentOS"}),
    "two unsupported parameters": Case(QC, {**QC_PUBLIC, "zone": 1, "colour": "red"}),
    "a misspelt parameter that is required": Case(JD, {"regionid": "cn-north-1", "image_source": "public"}),
    "a misspelt parameter and a wrong choice": Case(QC, {**QC_PUBLIC, "image_typ": "x", "pick": "latest"}),
    "a missing parameter": Case(QC, {"image_type": "public"}),
    "a wrong choice": Case(QC, {**QC_PUBLIC, "pick": "latest"}),
    "a wrong type": Case(JD, {**JD_PUBLIC, "page_size": "ten"}),
    "a wrong dictionary": Case(JD, {**JD_PUBLIC, "where": "nonsense"}),
    "a number out of range": Case(JD, {**JD_PUBLIC, "page_size": 9}),
    "a pick and a page": Case(JD, {**JD_PUBLIC, "pick": "only", "page_size": 10}),
    "a pattern that does not compile": Case(JD, {**JD_PUBLIC, "name_regex": "("}),
    "a field that no image has": Case(QC, {**QC_PUBLIC, "where": {"architecture": "x86_64"}}),
    "several left": Case(JD, {**JD_PUBLIC, "name_regex": "^CentOS 8", "pick": "only"}),
    "none left": Case(JD, {**JD_PUBLIC, "name_regex": "^CentOS 5", "pick": "newest"}),
    "no time": Case(QC, {**QC_PUBLIC, "pick": "newest"}),
    "strangers": Case(
        JD, {"region_id": "cn-north-1", "image_source": "shared", "name_regex": "CentOS", "pick": "newest"}
    ),
    "a wrong key": Case(JD, {**JD_PUBLIC, "secret_key": "{{ jdwrong }}"}),
    "a wrong key in 2.0": Case(QC, {**QC_PUBLIC, "api_version": "2.0", "secret_key": "{{ tcwrong }}"}),
    "a wrong key in 3.0": Case(QC, {**QC_PUBLIC, "secret_key": "{{ tcwrong }}"}),
    "a key with a space": Case(JD, {**JD_PUBLIC, "secret_key": "{{ spaced }}"}),
    "a refused connection": Case(JD, {**JD_PUBLIC, "endpoint": "http://127.0.0.1:9", "retries": 0}),
    "a bad endpoint": Case(QC, {**QC_PUBLIC, "endpoint": "127.0.0.1:9"}),
    # how it is run
    "environment of the task": Case(
        JD, {"image_source": "public", "page_size": 10}, {"environment": {"JDCLOUD_REGION_ID": "cn-south-1"}}
    ),
    "a wrong key from the environment": Case(
        JD, {**JD_PUBLIC, "page_size": 10}, {"environment": {"JDCLOUD_SECRET_KEY": "{{ jdwrong }}"}}
    ),
    "an empty variable": Case(JD, {**JD_PUBLIC, "page_size": 10}, {"environment": {"JDCLOUD_SECRET_KEY": ""}}),
    "a proxy from the environment": Case(
        JD,
        {**JD_PUBLIC, "retries": 0, "endpoint": "http://127.0.0.2:9"},
        {
            "environment": {
                "http_proxy": "http://127.0.0.1:9",
                "HTTP_PROXY": "http://127.0.0.1:9",
                "NO_PROXY": "",
                "no_proxy": "",
            }
        },
    ),
    "delegated": Case(JD, {**JD_PUBLIC, "page_size": 10}, {"delegate_to": "localhost"}),
    "check mode": Case(JD, {**JD_PUBLIC, "page_size": 10}, {"check_mode": True}),
    "nothing is logged": Case(JD, {**JD_PUBLIC, "page_size": 10}, {"no_log": True}),
    "nothing is logged of a failure": Case(JD, {**JD_PUBLIC, "page_size": 9}, {"no_log": True}),
    "in a loop": Case(
        JD,
        {"region_id": "{{ item }}", "image_source": "public", "page_size": 10},
        {"loop": ["cn-north-1", "cn-south-1"]},
    ),
    "in the background": Case(JD, {**JD_PUBLIC, "page_size": 10}, {"async": 30, "poll": 1}, express=False),
    "as another user": Case(
        JD, {**JD_PUBLIC, "page_size": 10}, {"become": True, "become_method": "ansible.builtin.su"}, express=False
    ),
    "with another Python": Case(
        JD, {**JD_PUBLIC, "page_size": 10}, {"vars": {"ansible_python_interpreter": OTHER_PYTHON}}, express=False
    ),
    "with the same Python by name": Case(
        JD, {**JD_PUBLIC, "page_size": 10}, {"vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}}
    ),
    "switched off by hand": Case(
        JD, {**JD_PUBLIC, "page_size": 10}, {"vars": {"cncloud_images_express": "no"}}, express=False
    ),
}


def run(ansible, express: bool):
    """What the cases gave: by name, the results that a callback saw, and the part of the output that is theirs."""
    other = ansible.folder / "other_python"
    other.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    other.chmod(0o755)
    tasks = [
        {"name": name, case.module: case.options, "ignore_errors": True, **case.keywords}
        for name, case in CASES.items()
    ]
    switch = [] if express else ["-e", OFF]
    # Ansible looks for a job in the user's home by the password file, and for its file by HOME.
    # From core 2.21 on a result holds the module's arguments only where that is asked for.
    env = {"ANSIBLE_ASYNC_DIR": str(ansible.folder / "jobs"), "ANSIBLE_INJECT_INVOCATION": "1"}
    finished, recorded = ansible.play(tasks, "-vvv", "-e", json.dumps(KEYS), *switch, env=env)
    results: dict[str, Any] = {}
    for each in recorded:
        results.setdefault(each.task, []).append((each.status, each.result))
    sections = dict(
        re.findall(r"^TASK \[(.+?)\] \*+\n(.*?)(?=^TASK|^PLAY RECAP)", finished.out, re.DOTALL | re.MULTILINE)
    )
    return results, sections, finished


@pytest.fixture(scope="module")
def both(request, collections_path, tmp_path_factory, running_cloud):
    running_cloud.reset()
    done = {}
    for express in (True, False):
        folder = tmp_path_factory.mktemp("express" if express else "module")
        home = folder / "home"
        home.mkdir()
        env = {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"]),
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "NO_PROXY": "127.0.0.1,localhost",
            "ANSIBLE_COLLECTIONS_PATH": str(collections_path),
            "ANSIBLE_NOCOLOR": "1",
        }
        done[express] = run(Ansible(env, folder, running_cloud.url), express)
    return done


@pytest.mark.parametrize("name", CASES)
def test_both_ways_give_the_same(both, name):
    express, module = both[True][0][name], both[False][0][name]
    assert differences(comparable(express), comparable(module)) == []


@pytest.mark.parametrize("name", CASES)
def test_the_lane_is_taken_when_it_is_open_and_never_else(both, name):
    file = f"AnsiballZ_{CASES[name].module.rpartition('.')[2]}.py"
    assert (file in both[True][1][name]) is not CASES[name].express
    assert file in both[False][1][name]


@pytest.mark.parametrize("express", [True, False], ids=["express", "module"])
def test_no_secret_is_shown_and_no_traceback(both, no_secret_in, express):
    # Ansible itself shows the environment of a task where it starts the module.
    text = "\n".join(line for line in both[express][2].text.splitlines() if "> EXEC /bin/sh" not in line)
    no_secret_in(text)
    assert "Traceback (most recent call last)" not in text
    assert "somebody-else" not in text
    assert "with-a-space" not in text


def test_the_cases_are_what_they_claim_to_be(both):
    results = both[True][0]
    failing = [name for name in CASES if any(status.endswith("failed") for status, dummy in results[name])]
    expected = list(CASES)[list(CASES).index("an unsupported parameter") : list(CASES).index("environment of the task")]
    expected += [
        "a secret that is a word of the answer",
        "a wrong key from the environment",
        "an empty variable",
        "a proxy from the environment",
        "nothing is logged of a failure",
    ]
    assert sorted(failing) == sorted(expected)
    assert results["environment of the task"][0][1]["total_count"] == 275
    assert len(results["both alias and option"][0][1]["warnings"]) == 2


@pytest.mark.parametrize(
    ("module", "place"),
    [
        ({"a": [1, {"b": None}], "c": "x"}, None),
        ({"a": [1, {"b": None}], "c": "y"}, "result.c: "),
        ({"a": [True, {"b": None}], "c": "x"}, "result.a[0]: "),
        ({"a": [1, {"b": None}, 2], "c": "x"}, "result.a: "),
        ({"a": [1, {}], "c": "x"}, "result.a[1].b: only in the lane's"),
        ({"a": [1, {"b": None}], "c": "x", "d": []}, "result.d: only in the module's"),
    ],
)
def test_the_comparison_finds_what_differs(module, place):
    found = differences({"a": [1, {"b": None}], "c": "x"}, module)
    assert [line.startswith(place) for line in found] == [True] if place else found == []
