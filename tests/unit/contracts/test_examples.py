# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The EXAMPLES of the modules and lookups are played as they stand, against the emulator, in one go."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import emulator
import pytest
import yaml
from unit.contracts.documented import APIS

PAGES = sorted({api.module for api in APIS.values()} | {api.lookup for api in APIS.values()})
KEYS = {
    "JDCLOUD_ACCESS_KEY": emulator.ACCESS_KEY,
    "JDCLOUD_SECRET_KEY": emulator.SECRET_KEY,
    "TENCENTCLOUD_SECRET_ID": emulator.SECRET_ID,
    "TENCENTCLOUD_SECRET_KEY": emulator.SECRET_KEY_TENCENT,
}


def put_on_the_shelves(cloud: emulator.Emulator) -> None:
    """Images that the examples speak of and the emulator does not have by itself."""
    for image in cloud.catalogue.images["jdcloud.vm"]:
        disk = image["systemDisk"].get("cloudDisk", {})
        if image["imageSource"] == "shared" and disk.get("diskType") == "ssd.gp1":
            image.update(name="golden web", ownerPin="platform-team")
            break
    for image in cloud.catalogue.images["qcloud"]:
        if image["ImageType"] == "SHARED_IMAGE":
            image.update(ImageName="golden web", ImageCreator="100000000001")
            break


@pytest.fixture
def played(pages, cloud, ansible_env, tmp_path) -> dict[str, dict[str, Any]]:
    """By page and name of the example: its result."""
    put_on_the_shelves(cloud)
    plays = [
        {
            "name": page,
            "hosts": "localhost",
            "gather_facts": False,
            "module_defaults": {"group/cncloud.images.all": {"endpoint": cloud.url}},
            "tasks": yaml.safe_load(pages[page]["examples"]),
        }
        for page in PAGES
    ]
    (tmp_path / "examples.yml").write_text(yaml.safe_dump(plays, sort_keys=False, allow_unicode=True), encoding="utf-8")
    (tmp_path / "ansible.cfg").write_text(
        f"[cncloud_images]\njdcloud_endpoint = {cloud.url}\nqcloud_endpoint = {cloud.url}\n", encoding="utf-8"
    )
    env = {**ansible_env, **KEYS, "ANSIBLE_LOCALHOST_WARNING": "0"}
    recorded = tmp_path / "recorded"
    callbacks = Path(__file__).resolve().parents[2] / "integration" / "callback_plugins"
    env.update(
        ANSIBLE_CALLBACK_PLUGINS=str(callbacks),
        ANSIBLE_CALLBACKS_ENABLED="recorded",
        RECORDED_TO=str(recorded),
    )
    playbook = Path(sys.executable).with_name("ansible-playbook")
    done = subprocess.run(
        [playbook, "-i", "localhost,", "-c", "local", "examples.yml"],
        cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[WARNING]" not in done.stderr, done.stderr
    return {line["task"]: line["result"] for line in map(json.loads, recorded.read_text(encoding="utf-8").splitlines())}


def test_every_example_runs_and_finds_something(pages, played):
    for page in PAGES:
        for task in yaml.safe_load(pages[page]["examples"]):
            result = played[task["name"]]
            module = next(iter(set(task) - {"name", "register", "vars", "when", "loop"}))
            assert module.startswith(("cncloud.images.", "ansible.builtin.")), f"{page}: {module} is not a full name"
            if module.startswith("cncloud.images."):
                assert result["changed"] is False
                assert result["image_ids"] or "image_id" in task[module], f"{page}: {task['name']} finds nothing"
                if "pick" in task[module]:
                    assert result["image_id"].startswith("img-")
            else:
                assert "img-" in str(result.get("msg", result)), f"{page}: {task['name']} shows no ID"
