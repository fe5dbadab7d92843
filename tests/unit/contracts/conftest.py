# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contracts' parties: what ansible-doc shows a user, and the modules behind a task."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from emulator import Emulator
from unit.contracts.documented import APIS, Api
from unit.front_door import JDCLOUD, QCLOUD, FrontDoor

PLUGINS = "ansible_collections.cncloud.images.plugins"


def shown(kind: str, names: list[str], collections: Path) -> dict[str, Any]:
    home = collections.parent / "home"
    home.mkdir(exist_ok=True)
    env = {"HOME": str(home), "LC_ALL": "C.UTF-8", "ANSIBLE_COLLECTIONS_PATH": str(collections)}
    command = [Path(sys.executable).with_name("ansible-doc"), "-t", kind, "-j"]
    done = subprocess.run(
        [*command, *(f"cncloud.images.{name}" for name in names)],
        env={"PATH": os.environ["PATH"], **env}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {name.rpartition(".")[2]: page for name, page in json.loads(done.stdout).items()}


@pytest.fixture(scope="session")
def pages(collections_path: Path) -> dict[str, dict[str, Any]]:
    """By the name of module or lookup: doc (options with the fragments merged), examples, return."""
    modules = sorted({api.module for api in APIS.values()})
    lookups = sorted({api.lookup for api in APIS.values()})
    return {**shown("module", modules, collections_path), **shown("lookup", lookups, collections_path)}


@pytest.fixture(scope="session")
def specs() -> dict[str, dict[str, dict[str, Any]]]:
    """By the name of a module: its argument spec."""
    query = importlib.import_module(f"{PLUGINS}.module_utils._query")
    return {
        name: query.argument_spec(importlib.import_module(f"{PLUGINS}.modules.{name}").MODULE)
        for name in {api.module for api in APIS.values()}
    }


@pytest.fixture
def door(cloud: Emulator) -> Callable[[Api], FrontDoor]:
    """The module's front door, set to an API."""

    def set_to(api: Api) -> FrontDoor:
        keys = JDCLOUD if api.module.startswith("jdcloud") else QCLOUD
        return FrontDoor(api.module, cloud, **{**keys, **api.ask})

    return set_to
