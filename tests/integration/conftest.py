# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible's own commands, run as a person runs them, against the emulator of both clouds."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import emulator
import pytest
import yaml
from emulator import Emulator
from integration.doors import LANE, MODULE, comparable, differences, turn_off
from integration.fake_awx import FakeAWX

HERE = Path(__file__).resolve().parent

KEYS = {
    "JDCLOUD_ACCESS_KEY": emulator.ACCESS_KEY,
    "JDCLOUD_SECRET_KEY": emulator.SECRET_KEY,
    "TENCENTCLOUD_SECRET_ID": emulator.SECRET_ID,
    "TENCENTCLOUD_SECRET_KEY": emulator.SECRET_KEY_TENCENT,
}
SECRETS = [
    emulator.ACCESS_KEY,
    emulator.SECRET_KEY,
    emulator.SECRET_ID,
    emulator.SECRET_KEY_TENCENT,
    emulator.SECURITY_TOKEN,
    emulator.TEMPORARY_ACCESS_KEY,
    emulator.TEMPORARY_SECRET_KEY,
    emulator.TEMPORARY_SECRET_ID,
    emulator.TEMPORARY_SECRET_KEY_TENCENT,
]


class Finished(NamedTuple):
    """What a command has left behind."""

    code: int
    out: str
    errors: str

    @property
    def text(self) -> str:
        return self.out + self.errors


class Recorded(NamedTuple):
    task: str
    host: str
    status: str
    result: dict[str, Any]


class Ansible:
    """Runs Ansible's commands in a folder of its own, with keys for the emulator in the environment."""

    def __init__(self, env: dict[str, str], folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        self._record = folder / "recorded"
        self.env = {
            **env,
            **KEYS,
            "ANSIBLE_LOCALHOST_WARNING": "0",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callback_plugins"),
            "ANSIBLE_CALLBACKS_ENABLED": "recorded",
            "ANSIBLE_LOAD_CALLBACK_PLUGINS": "1",  # also for one-line commands
            "RECORDED_TO": str(self._record),
        }
        (folder / "ansible.cfg").write_text(
            f"[cncloud_images]\njdcloud_endpoint = {url}\nqcloud_endpoint = {url}\n", encoding="utf-8"
        )

    @property
    def recorded(self) -> list[Recorded]:
        """What every task so far gave, as any callback sees it."""
        lines = self._record.read_text(encoding="utf-8").splitlines() if self._record.exists() else []
        return [Recorded(**json.loads(line)) for line in lines]

    def command(self, *words: str, env: dict[str, str] | None = None, code: int | None = 0) -> Finished:
        """Run one command that must end with ``code``; ``env`` adds to the environment."""
        done = subprocess.run(
            words,
            cwd=self.folder,
            env={**self.env, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        finished = Finished(done.returncode, done.stdout, done.stderr)
        assert code is None or finished.code == code, finished.text
        return finished

    def ad_hoc(self, module: str, arguments: Any, *words: str, **more: Any) -> Finished:
        """``ansible localhost``; arguments that are no text become JSON."""
        text = arguments if isinstance(arguments, str) else json.dumps(arguments)
        return self.command("ansible", "localhost", "-m", f"cncloud.images.{module}", "-a", text, *words, **more)

    def play(
        self, tasks: list[dict[str, Any]], *words: str, env: dict[str, str] | None = None, code: int = 0, **play: Any
    ) -> tuple[Finished, list[Recorded]]:
        """Run tasks in one play on localhost, every module pointed at the emulator; ``play`` holds more keywords."""
        defaults = {"group/cncloud.images.all": {"endpoint": self.url}, **play.pop("module_defaults", {})}
        whole = {"hosts": "localhost", "gather_facts": False, "module_defaults": defaults, **play, "tasks": tasks}
        before = len(self.recorded)
        book = self.folder / "play.yml"
        book.write_text(yaml.safe_dump([whole], allow_unicode=True, sort_keys=False), encoding="utf-8")
        finished = self.command("ansible-playbook", "play.yml", *words, env=env, code=code)
        return finished, self.recorded[before:]


@pytest.fixture(scope="session")
def running_cloud() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def cloud(running_cloud: Emulator) -> Emulator:
    running_cloud.reset()
    return running_cloud


@pytest.fixture
def ansible(ansible_env: dict[str, str], tmp_path: Path, cloud: Emulator) -> Ansible:
    folder = tmp_path / "work"
    folder.mkdir()
    return Ansible(ansible_env, folder, cloud.url)


@pytest.fixture(params=[LANE, MODULE])
def either_door(request: pytest.FixtureRequest, ansible: Ansible, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Lets a test run twice, with the lane open and turned off, and compares what every task of both gave."""
    if request.param == MODULE:
        ansible.env["PATH"] = turn_off(ansible.folder / "bin", ansible.env["PATH"])
    yield request.param
    recorded = {}
    for task, host, status, result in ansible.recorded:
        # Several hosts answer in any order, and each test has a folder of its own.
        text = json.dumps(result, ensure_ascii=False).replace(str(ansible.folder.parent), "FOLDER")
        recorded.setdefault(f"{task} on {host}", []).append([status, comparable(json.loads(text))])
    assert recorded, "nothing was run"
    # The two runs may be those of different processes of pytest -n.
    base = tmp_path_factory.getbasetemp()
    both = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "doors"
    both.mkdir(exist_ok=True)
    name = hashlib.sha256(request.node.nodeid.replace(request.param, "either").encode()).hexdigest()
    (both / f"{name}.{request.param}.part").write_text(json.dumps(recorded), encoding="utf-8")
    (both / f"{name}.{request.param}.part").rename(both / f"{name}.{request.param}")
    if all((both / f"{name}.{door}").exists() for door in (LANE, MODULE)):
        lane, module = (json.loads((both / f"{name}.{door}").read_text(encoding="utf-8")) for door in (LANE, MODULE))
        assert differences(lane, module) == []


@pytest.fixture
def awx() -> Iterator[FakeAWX]:
    with FakeAWX() as running:
        yield running


@pytest.fixture(scope="session")
def no_secret_in() -> Any:
    """A check that a text holds none of the emulator's keys, in no spelling in which they could have got there."""
    spellings = {}
    for secret in SECRETS:
        for shift in range(3):  # where in a longer text it stands decides how base64 spells it
            encoded = base64.b64encode(b"x" * shift + secret.encode()).decode()
            spellings[encoded[(0, 4, 4)[shift] : -4]] = secret
        spellings[secret] = secret
        spellings[quote(secret, safe="")] = secret
        spellings[secret.replace("/", "\\/")] = secret

    def check(text: str) -> None:
        found = sorted(spelling for spelling in spellings if spelling in text)
        assert not found, f"secrets in the text: {found}"

    return check
