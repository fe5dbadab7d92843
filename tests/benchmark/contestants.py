# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is compared: for each its task, as one command line of ``ansible`` and as a task of a playbook."""

from __future__ import annotations

import json
import os
import shlex
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
CLIENTS = HERE.parent.parent / "build" / "interop"

PLAIN = ["-e", "cncloud_images_express=false"]

Task = dict[str, Any]


@dataclass(frozen=True)
class Contestant:
    name: str
    cloud: str
    """``jdcloud``, ``tencent``, or empty for the two of Ansible's own that everybody is compared with."""

    task: Callable[[str, int], Task]
    """Module and arguments for the cloud's URL and a number of pages."""

    more: tuple[str, ...] = ()
    asks: bool = True
    """Whether it sends requests."""

    each_page: bool = False
    """Whether every page costs a process of its own, so that many pages would take minutes."""

    ours: bool = False

    def ad_hoc(self, url: str, pages: int) -> list[str]:
        ((module, arguments),) = self.task(url, pages).items()
        words = arguments if isinstance(arguments, str) else json.dumps(arguments)
        return ["ansible", "localhost", "-m", module, *(["-a", words] if words else []), *self.more]

    def playbook(self, url: str, folder: Path, tasks: int, pages: int = 1) -> list[str]:
        """The command for a playbook of so many of its tasks."""
        ((module, arguments),) = self.task(url, pages).items()
        return self._played(folder, [{"name": "Task", module: arguments or {}, "register": "found"}] * tasks)

    def loop(self, url: str, folder: Path, regions: int) -> list[str]:
        """The command for a playbook whose one task goes through so many regions."""
        ((module, arguments),) = self.task(url, 1).items()
        if self.ours:
            arguments = {**arguments, "region_id": "{{ item }}"}
        task = {
            "name": "Task",
            module: arguments or {},
            "register": "found",
            "loop": [f"cn-north-{number}" for number in range(1, regions + 1)],
        }
        return self._played(folder, [task])

    def _played(self, folder: Path, tasks: list[Task]) -> list[str]:
        play = {"name": "Play", "hosts": "localhost", "gather_facts": False, "tasks": tasks}
        handle, place = tempfile.mkstemp(".yml", "play", folder)
        with os.fdopen(handle, "w") as file:
            json.dump([play], file)
        return ["ansible-playbook", place, *self.more]


def _ours(module: str, **options: Any) -> Callable[[str, int], Task]:
    return lambda url, pages: {f"cncloud.images.{module}": {"endpoint": url, **options}}


def _sdk(environment: str, script: str) -> Callable[[str, int], Task]:
    python = CLIENTS / environment / "bin" / "python"
    return lambda url, pages: {
        "ansible.builtin.command": f"{python} {HERE / 'clients' / script} {url.removeprefix('http://')}"
    }


def _pages(line: Callable[[str, int], str], pages: int, url: str) -> Task:
    """A command line tool knows one page: more of them are one call each."""
    if pages == 1:
        return {"ansible.builtin.command": line(url, 1)}
    script = "; ".join(line(url, number) for number in range(1, pages + 1))
    return {"ansible.builtin.command": f"bash -c {shlex.quote(f'set -e; {script}')}"}


def _jdc(url: str, number: int) -> str:
    jdc = CLIENTS / "jdcloud-cli" / "bin" / "jdc"
    return f"{jdc} --output json vm describe-images --image-source public --page-number {number} --page-size 100"


def _tccli(url: str, number: int) -> str:
    tccli = CLIENTS / "tccli" / "bin" / "tccli"
    filters = shlex.quote(json.dumps([{"Name": "image-type", "Values": ["PUBLIC_IMAGE"]}]))
    window = f"--Offset {(number - 1) * 100} --Limit 100"
    return f"{tccli} cvm DescribeImages --endpoint {url} --Filters {filters} {window}"


DEBUG = Contestant("debug", "", lambda url, pages: {"ansible.builtin.debug": ""}, asks=False)
PING = Contestant("ping", "", lambda url, pages: {"ansible.builtin.ping": ""}, asks=False)

_JD = _ours("jdcloud_image_info", region_id="cn-north-1", image_source="public")
_JD_PICK = _ours("jdcloud_image_info", region_id="cn-north-1", image_source="public", pick="newest")
_TC3 = _ours("qcloud_image_info", region="ap-guangzhou", image_type="public")
_TC3_PICK = _ours("qcloud_image_info", region="ap-guangzhou", image_type="public", pick="highest_name")
_TC2_PICK = _ours(
    "qcloud_image_info", region="ap-guangzhou", image_type="public", api_version="2.0", pick="highest_name"
)

JD_PICK = Contestant("ours, pick", "jdcloud", _JD_PICK, ours=True)
JD_PICK_PLAIN = Contestant("ours, pick, plain module", "jdcloud", _JD_PICK, tuple(PLAIN), ours=True)
JD_LANE = Contestant("ours, list", "jdcloud", _JD, ours=True)
JD_PLAIN = Contestant("ours, list, plain module", "jdcloud", _JD, tuple(PLAIN), ours=True)
JD_SDK = Contestant("SDK under command", "jdcloud", _sdk("jdcloud-sdk", "list_jdcloud.py"))
JD_CLI = Contestant("jdc under command", "jdcloud", lambda url, pages: _pages(_jdc, pages, url), each_page=True)
TC_PICK = Contestant("ours, pick", "tencent", _TC3_PICK, ours=True)
TC_PICK_PLAIN = Contestant("ours, pick, plain module", "tencent", _TC3_PICK, tuple(PLAIN), ours=True)
TC_LANE = Contestant("ours, list", "tencent", _TC3, ours=True)
TC_PLAIN = Contestant("ours, list, plain module", "tencent", _TC3, tuple(PLAIN), ours=True)
TC_OLD = Contestant("ours, pick, API 2.0", "tencent", _TC2_PICK, ours=True)
TC_SDK = Contestant("SDK under command", "tencent", _sdk("tencentcloud-sdk", "list_tencent.py"))
TC_CLI = Contestant("tccli under command", "tencent", lambda url, pages: _pages(_tccli, pages, url), each_page=True)

EVERYBODY = (
    (DEBUG, PING, JD_PICK, JD_PICK_PLAIN, JD_LANE, JD_PLAIN, JD_SDK, JD_CLI),
    (DEBUG, PING, TC_PICK, TC_PICK_PLAIN, TC_LANE, TC_PLAIN, TC_OLD, TC_SDK, TC_CLI),
)
