# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lookups and action plugins in this process, with Ansible's own objects around them, where coverage can see them.

That they behave as the modules do is shown by the integration tests, through ``ansible-playbook``.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import yaml
from ansible import constants
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.plugins import loader as plugin_loader
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.template import Templar
from emulator import Emulator
from unit.front_door import JDCLOUD, QCLOUD

try:
    from ansible.template import trust_as_template  # ansible-core 2.19 and later
except ImportError:
    trust_as_template = str

PLUGINS = "ansible_collections.cncloud.images.plugins"
ASKED: dict[str, dict[str, Any]] = {
    "jdcloud": {**JDCLOUD, "image_source": "public", "name_regex": "^CentOS 8", "pick": "newest"},
    "qcloud": {**QCLOUD, "image_type": "public", "name_regex": "^Ubuntu", "pick": "highest_name"},
}

clouds = pytest.mark.parametrize("name", ["jdcloud", "qcloud"])


# --- start-up


@pytest.mark.parametrize("name", ["jdcloud", "qcloud"])
def test_a_module_loads_only_what_its_way_needs(name: str) -> None:
    """What is loaded in the process of a module costs every task that is not in the express lane."""
    program = f"""
        import sys
        sys.path.insert(0, {str(Path(__file__).parents[1])!r})
        import conftest
        import ansible.module_utils.basic, requests
        before = set(sys.modules)
        import {PLUGINS}.modules.{name}_image_info
        print(*sorted(set(sys.modules) - before))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = done.stdout.split()
    ours = {each.rpartition(".")[2] for each in loaded if each.startswith(f"{PLUGINS}.module_utils.")}
    other = {"jdcloud": "_qcloud", "qcloud": "_jdcloud"}[name]
    assert f"_{name}" in ours
    assert other not in ours
    assert [each for each in loaded if not each.startswith("ansible")] == [], (
        "requests and Ansible bring all that is needed"
    )


# --- lookups


def looked_up(name: str, *terms: str, variables: dict[str, Any] | None = None, **options: Any) -> list[str]:
    """What ``query('cncloud.images.NAME_image_id', ...)`` gives, with the plugin's own documentation behind it."""
    plugin = importlib.import_module(f"{PLUGINS}.lookup.{name}_image_id")
    documented: dict[str, Any] = {}
    document = yaml.safe_load(plugin.DOCUMENTATION)
    for fragment in document["extends_documentation_fragment"]:
        module = importlib.import_module(f"{PLUGINS}.doc_fragments.{fragment.rpartition('.')[2]}")
        documented.update(yaml.safe_load(module.ModuleDocFragment.DOCUMENTATION)["options"])
    for option, more in document["options"].items():
        documented[option] = {**documented[option], **more}
    lookup = plugin.LookupModule()
    lookup._load_name = f"cncloud.images.{name}_image_id"
    constants.config.initialize_plugin_configuration_definitions("lookup", lookup._load_name, documented)
    found: list[str] = lookup.run(list(terms), variables or {}, **options)
    return found


@clouds
def test_a_lookup_gives_the_id_that_the_module_picks(
    name: str, cloud: Emulator, request: pytest.FixtureRequest
) -> None:
    door = request.getfixturevalue({"jdcloud": "jdcloud", "qcloud": "qcloud3"}[name])
    assert looked_up(name, endpoint=cloud.url, **ASKED[name]) == [door(**ASKED[name])["image_id"]]


def test_a_lookup_takes_keys_from_the_environment_where_an_empty_variable_is_none(
    cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {key: value for key, value in ASKED["jdcloud"].items() if "key" not in key}
    monkeypatch.setenv("JDCLOUD_ACCESS_KEY", JDCLOUD["access_key"])
    monkeypatch.setenv("JDCLOUD_SECRET_KEY", JDCLOUD["secret_key"])
    monkeypatch.setenv("JDCLOUD_SECURITY_TOKEN", "")
    assert len(looked_up("jdcloud", endpoint=cloud.url, **asked)) == 1
    assert os.environ["JDCLOUD_SECURITY_TOKEN"] == ""


@pytest.mark.parametrize(
    ("terms", "options", "said"),
    [
        (["^CentOS"], {}, "takes options only"),
        ([], {"name_regx": "^CentOS"}, "name_regx"),
        ([], {"page_size": 5}, "page_size"),
        ([], {"name_regex": "^nothing like it"}, "no image left"),
        ([], {"image_name": "\udcff"}, "image_name"),
    ],
)
def test_a_lookup_that_cannot_answer_says_why(
    cloud: Emulator, terms: list[str], options: dict[str, Any], said: str
) -> None:
    with pytest.raises(AnsibleError, match=said):
        looked_up("jdcloud", *terms, endpoint=cloud.url, **{**ASKED["jdcloud"], **options})


def test_a_lookup_without_requests_says_so() -> None:
    base = importlib.import_module(f"{PLUGINS}.plugin_utils._lookup")
    with mock.patch.object(base, "REQUESTS_IMPORT_ERROR", "gone"), pytest.raises(AnsibleError, match="requests"):
        looked_up("jdcloud", **ASKED["jdcloud"])


# --- the express lane


def acted(name: str, task: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """The result of the action plugin for a task; ``{"module": True}`` where it leaves the work to the module."""
    plugin = importlib.import_module(f"{PLUGINS}.action.{name}_image_info")
    action = f"cncloud.images.{name}_image_info"
    options = more.pop("options", ASKED[name])
    variables = more.pop("variables", {"ansible_python_interpreter": sys.executable})
    data_loader = DataLoader()
    loaded = Task()
    loaded.action, loaded.args = action, options
    for attribute, value in (task or {}).items():
        setattr(loaded, attribute, value)
    context = PlayContext()
    connection = plugin_loader.connection_loader.get("local", context, os.devnull)
    vars(connection).update(more)
    module = plugin.ActionModule(
        task=loaded, connection=connection, play_context=context, loader=data_loader,
        templar=Templar(loader=data_loader, variables=variables), shared_loader_obj=plugin_loader,
    )  # fmt: skip
    with mock.patch.object(NormalAction, "run", return_value={"module": True}):
        result: dict[str, Any] = module.run(task_vars=variables)
    return result


@clouds
def test_the_lane_gives_what_the_module_gives(name: str, cloud: Emulator, request: pytest.FixtureRequest) -> None:
    door = request.getfixturevalue({"jdcloud": "jdcloud", "qcloud": "qcloud3"}[name])
    result = acted(name, options={**ASKED[name], "endpoint": cloud.url})
    expected = door(**ASKED[name])
    for key in ("images", "image_ids", "summary", "image", "image_id", "total_count", "complete", "changed"):
        assert result[key] == expected[key]


def test_the_lane_fails_as_the_module_fails(cloud: Emulator) -> None:
    result = acted("jdcloud", options={**ASKED["jdcloud"], "endpoint": cloud.url, "secret_key": "WRONGEXAMPLEKEY"})
    assert result["failed"] is True
    assert result["error"]["kind"] == "credentials"
    assert "WRONGEXAMPLEKEY" not in str(result)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"page_sise": 5}, "Unsupported parameters for (cncloud.images.jdcloud_image_info) module: page_sise"),
        ({"pick": "best"}, "value of pick must be one of"),
        ({"ids": ["\udcff"]}, "ids"),
    ],
)
def test_the_lane_refuses_what_the_module_refuses(cloud: Emulator, options: dict[str, Any], said: str) -> None:
    result = acted("jdcloud", options={**ASKED["jdcloud"], "endpoint": cloud.url, **options})
    assert result["failed"] is True
    assert said in result["msg"]
    assert result["error"]["kind"] == "option"
    assert cloud.requests == []


def test_the_lane_warns_of_an_option_beside_its_alias(cloud: Emulator) -> None:
    options = {**ASKED["jdcloud"], "endpoint": cloud.url, "imageSource": "public"}
    assert acted("jdcloud", options=options)["warnings"] == [
        "Both option image_source and its alias imageSource are set."
    ]


def test_the_lane_reads_the_tasks_environment(cloud: Emulator) -> None:
    asked = {key: value for key, value in ASKED["jdcloud"].items() if "key" not in key}
    environment = [{"JDCLOUD_ACCESS_KEY": JDCLOUD["access_key"], "JDCLOUD_SECRET_KEY": JDCLOUD["secret_key"]}]
    result = acted("jdcloud", {"environment": environment}, options={**asked, "endpoint": cloud.url})
    assert result["image_id"]
    assert "JDCLOUD_ACCESS_KEY" not in os.environ


@pytest.mark.parametrize(
    "case",
    [
        {"variables": {"ansible_python_interpreter": "/nowhere/python"}},
        {"variables": {"ansible_python_interpreter": sys.executable, "cncloud_images_express": False}},
        {"variables": {"ansible_python_interpreter": sys.executable, "cncloud_images_express": "no"}},
        {"task": {"async_val": 10}},
        {"become": object()},
        {"transport": "ssh"},
        {"task": {"environment": 5}},
        {"task": {"environment": [{"A=B": "x"}]}},
        {"task": {"environment": [{"A": "x\0"}]}},
    ],
)
def test_what_speaks_against_the_lane_leaves_the_work_to_the_module(cloud: Emulator, case: dict[str, Any]) -> None:
    assert acted("jdcloud", options={**ASKED["jdcloud"], "endpoint": cloud.url}, **case) == {"module": True}
    assert cloud.requests == []


def test_a_controller_without_requests_leaves_the_work_to_the_module(cloud: Emulator) -> None:
    express = importlib.import_module(f"{PLUGINS}.plugin_utils._express")
    with mock.patch.object(express, "REQUESTS_IMPORT_ERROR", "gone"):
        assert acted("jdcloud", options={**ASKED["jdcloud"], "endpoint": cloud.url}) == {"module": True}
    assert cloud.requests == []


@pytest.mark.parametrize(
    "variables",
    [
        {
            "ansible_python_interpreter": trust_as_template("{{ ansible_playbook_python }}"),
            "ansible_playbook_python": sys.executable,
        },
        {"ansible_python_interpreter": "auto_silent"},
        {},
    ],
)
def test_the_controllers_own_interpreter_opens_the_lane(cloud: Emulator, variables: dict[str, Any]) -> None:
    assert acted("jdcloud", options={**ASKED["jdcloud"], "endpoint": cloud.url}, variables=variables)["image_id"]


def test_the_lane_asks_the_interpreter_of_the_host_that_the_task_is_delegated_to(cloud: Emulator) -> None:
    variables = {
        "ansible_python_interpreter": sys.executable,
        "ansible_delegated_vars": {"other": {"ansible_python_interpreter": "/nowhere/python"}},
    }
    result = acted("jdcloud", {"delegate_to": "other"}, variables=variables)
    assert result == {"module": True}
