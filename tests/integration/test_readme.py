# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The README's promises: its example does what it says, and its demo prints what it shows."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml
from integration.conftest import Ansible

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(kind: str) -> str:
    found = re.search(rf"```{kind}\n(.*?)```", README, re.DOTALL)
    assert found
    return found[1]


def test_the_demo_prints_the_table_that_the_readme_shows(collections_path: Path) -> None:
    done = subprocess.run(
        [ROOT / "tests/demo/run"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    printed = [line.strip() for line in done.stdout.splitlines()]
    table = block("text").splitlines()
    assert len(table) == 3
    assert [line for line in table if line not in printed] == []


@pytest.mark.usefixtures("either_door")
def test_the_first_example_registers_an_id(ansible: Ansible) -> None:
    task = yaml.safe_load(block("yaml"))[0]
    shown = {"ansible.builtin.debug": {"var": "found.image_id"}}
    finished, dummy = ansible.play([task, shown])
    assert re.search(r'"found.image_id": "img-[a-z0-9]+"', finished.out)
