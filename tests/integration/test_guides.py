# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every example of the guides is run, and what a guide prints is what came out.

A guide's captioned blocks are files. Its console blocks are typed into one shell: lines with ``$`` are commands, the
others must appear in what the command prints, ``...`` standing for anything. YAML without a caption is run by itself.
The examples name no endpoint, so the emulator's is put in here.
"""

from __future__ import annotations

import configparser
import io
import re
import shutil
import subprocess
import textwrap
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
GUIDES = sorted((ROOT / "docs" / "docsite" / "rst").glob("guide_*.rst"))
MARK = "@@@ the end of a command: "

# Stands before the real command on the PATH and adds the emulator's address to what a reader would have typed.
STAND_IN = """#!{python}
import json, os, sys
tool, real, url = {tool!r}, {real!r}, {url!r}
words = sys.argv[1:]
if tool == "ansible" and any(word.startswith("cncloud.images.") for word in words):
    place = words.index("-a") + 1
    text = words[place]
    if text.startswith("{{"):
        words[place] = json.dumps({{**json.loads(text), "endpoint": url}})
    else:
        words[place] = text + " endpoint=" + url
if tool == "ansible-playbook" and words[0].startswith("cncloud.images."):
    words += ["-e", "endpoint=" + url]
os.execv(real, [real, *words])
"""


class Block(NamedTuple):
    language: str
    caption: str | None
    text: str
    line: int


class Command(NamedTuple):
    text: str
    prints: list[str]
    line: int

    @property
    def fails(self) -> bool:
        return any("FAILED!" in line for line in self.prints)


def blocks(guide: Path) -> list[Block]:
    lines = guide.read_text(encoding="utf-8").splitlines()
    found = []
    for number, line in enumerate(lines):
        match = re.fullmatch(
            r"( *)\.\. +(code-block|code|sourcecode|highlight|parsed-literal|literalinclude)::(.*)", line
        )
        if not match:
            assert not line.rstrip().endswith("::") or line.lstrip().startswith(".. "), f"{guide.name}:{number + 1}"
            continue
        assert match[2] == "code-block", f"{guide.name}:{number + 1}: {match[2]} is not run by this test"
        body = []
        for following in lines[number + 1 :]:
            if following.strip() and len(following) - len(following.lstrip()) <= len(match[1]):
                break
            body.append(following)
        text = textwrap.dedent("\n".join(body))
        caption = re.match(r"\s*:caption: +(.+)\n", text)
        if caption:
            text = text[caption.end() :]
        assert not re.match(r"\s*:\w+:", text), f"{guide.name}:{number + 1}: an unknown option of the block"
        found.append(Block(match[3].strip(), caption and caption[1].strip(), text.strip("\n") + "\n", number + 1))
    return found


def commands(block: Block) -> list[Command]:
    found: list[Command] = []
    for number, line in enumerate(block.text.splitlines()):
        if line.startswith("$ "):
            found.append(Command(line[2:], [], block.line + number + 2))
        elif line.strip():
            found[-1].prints.append(line)
    return found


def pointed(plays: list[dict[str, Any]], url: str) -> list[dict[str, Any]]:
    """The plays with the emulator's address as a default of their modules."""
    return [
        {**play, "module_defaults": {**play.get("module_defaults", {}), "group/cncloud.images.all": {"endpoint": url}}}
        if "hosts" in play
        else play
        for play in plays
    ]


def looks_like(shown: str, printed: str) -> bool:
    return bool(re.fullmatch(".*".join(re.escape(part) for part in shown.rstrip().split("...")), printed.rstrip()))


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def dumped(document: Any) -> str:
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=10000)


def with_emulator(ini: str, url: str) -> str:
    settings = configparser.ConfigParser()
    settings.read_string(ini)
    settings.read_dict({"cncloud_images": {"jdcloud_endpoint": url, "qcloud_endpoint": url}})
    text = io.StringIO()
    settings.write(text)
    return text.getvalue()


@pytest.mark.usefixtures("either_door")
@pytest.mark.parametrize("guide", [guide for guide in GUIDES if blocks(guide)], ids=lambda guide: guide.stem)
def test_every_example_of_the_guide_runs_and_prints_what_is_shown(
    guide, ansible, ansible_env, awx, collections_path, tmp_path
):
    found = blocks(guide)
    typed = [command for block in found if block.language == "console" for command in commands(block)]
    alone = []
    if guide.stem == "guide_awx":
        kit = collections_path / "ansible_collections" / "cncloud" / "images" / "docs" / "awx"
        shutil.copytree(kit, ansible.folder, dirs_exist_ok=True)
    for block in found:
        place = f"{guide.name}:{block.line}"
        if block.language == "yaml":
            document = yaml.safe_load(block.text)
            if block.caption:
                write(
                    ansible.folder,
                    block.caption,
                    dumped(pointed(document, ansible.url) if isinstance(document, list) else document),
                )
                used = block.caption.startswith("group_vars/") or block.caption.startswith("pick_on_")
                assert used or any(block.caption in command.text for command in typed), f"{place}: nobody runs it"
            else:
                assert isinstance(document, list), f"{place}: neither plays nor tasks"
                plays = (
                    document
                    if "hosts" in document[0]
                    else [{"name": place, "hosts": "localhost", "gather_facts": False, "tasks": document}]
                )
                alone += pointed(plays, ansible.url)
        elif block.language == "ini":
            assert block.caption == "ansible.cfg", f"{place}: not a file that is known"
            write(ansible.folder, "ansible.cfg", with_emulator(block.text, ansible.url))
        else:
            assert block.language == "console", f"{place}: {block.language!r} blocks are not run by this test"
            assert commands(block), f"{place}: no command"

    if alone:
        write(ansible.folder, "alone.yml", dumped(alone))
        ansible.command("ansible-playbook", "alone.yml")
    if typed:
        output = type_in(typed, ansible, tmp_path / "bin", awx)
        for command, (code, printed) in zip(typed, output, strict=True):
            place = f"{guide.name}, {command.text}"
            assert (code != 0) == command.fails, f"{place}\n{printed}"
            lines = printed.splitlines()
            at = 0
            for shown in command.prints:
                places = [number for number in range(at, len(lines)) if looks_like(shown, lines[number])]
                assert places, f"{place}\ndoes not print {shown!r} but\n{printed}"
                at = places[0]


def type_in(typed, ansible, stand_ins, awx) -> list[tuple[int, str]]:
    """Each command's exit code and what it printed."""
    stand_ins.mkdir()
    for tool in ("ansible", "ansible-playbook"):
        real = shutil.which(tool, path=ansible.env["PATH"])
        script = stand_ins / tool
        script.write_text(
            STAND_IN.format(
                python=shutil.which("python", path=ansible.env["PATH"]), tool=tool, real=real, url=ansible.url
            )
        )
        script.chmod(0o755)
    script = ["set -o pipefail", "exec 2>&1"]
    for command in typed:
        script += [command.text.replace("https://awx.example", awx.url), f"printf '\\n%s%s\\n' '{MARK}' $?"]
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        cwd=ansible.folder,
        env={**ansible.env, "PATH": f"{stand_ins}:{ansible.env['PATH']}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    pieces = re.split(rf"^{re.escape(MARK)}(\d+)\n", done.stdout, flags=re.MULTILINE)
    return [(int(code), printed) for printed, code in zip(pieces[0::2], pieces[1::2], strict=False)]


def test_the_guides_are_all_in_the_table_of_contents():
    contents = yaml.safe_load((ROOT / "docs" / "docsite" / "extra-docs.yml").read_text(encoding="utf-8"))
    named = [name for section in contents["sections"] for name in section["toctree"]]
    assert {guide.stem for guide in GUIDES} <= set(named)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_every_file_that_a_guide_names_exists(guide):
    text = guide.read_text(encoding="utf-8")
    for name in re.findall(r"``([\w./-]+\.(?:json|yml))``", text):
        if name not in ("ansible.cfg",):
            assert (ROOT / "docs" / "awx" / name).exists(), name
