# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets the tests run from a checkout in a folder of any name.

Ansible finds a collection by the folders ansible_collections/cncloud/images. Here these three names are packages that
exist in memory only, and the last one points at the checkout: the unit tests import the files that are being edited.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import types
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def _name_the_checkout(name: str, root: Path) -> None:
    parent = None
    for part in name.split("."):
        path = f"{parent.__name__}.{part}" if parent else part
        package = types.ModuleType(path)
        package.__path__ = [str(root)] if path == name else []
        sys.modules[path] = package
        if parent:
            setattr(parent, part, package)
        parent = package


_name_the_checkout("ansible_collections.cncloud.images", ROOT)


@pytest.fixture(scope="session")
def collections_path() -> Path:
    """The folder with the collection as a user installs it, brought up to date with the checkout."""
    env = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    (ROOT / "build").mkdir(exist_ok=True)
    with open(ROOT / "build" / "install.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # pytest -n runs this in several processes
        subprocess.run(["make", "-s", "install"], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
    return ROOT / "build" / "collections"


@pytest.fixture
def ansible_env(collections_path: Path, tmp_path: Path) -> dict[str, str]:
    """The environment for running ansible, ansible-playbook or a cloud"s client: nothing of the user, no cloud keys."""
    home = tmp_path / "home"
    home.mkdir()
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"]),
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "NO_PROXY": "127.0.0.1,localhost",
        "ANSIBLE_COLLECTIONS_PATH": str(collections_path),
        "ANSIBLE_NOCOLOR": "1",
    }
