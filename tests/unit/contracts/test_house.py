# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the house that no other tool watches."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.cncloud.images.plugins.module_utils._query import VERSION

ROOT = Path(__file__).resolve().parents[3]
PLUGINS = ROOT / "plugins"
CODE = sorted(PLUGINS.rglob("*.py"))
MODULES = sorted((PLUGINS / "modules").glob("*.py"))
PRIVATE_FOLDERS = {"module_utils": "module_utils", "plugin_utils": "plugin_utils", "doc_fragments": "doc fragment"}
PRIVATE = [path for path in CODE if path.parent.name in PRIVATE_FOLDERS]
DOCUMENTS = ("DOCUMENTATION", "EXAMPLES", "RETURN")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def read(name: str):
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def test_the_version_is_the_same_in_galaxy_user_agent_and_changelog():
    def parts(version: str) -> list[int]:
        return [int(part) for part in version.split(".")]

    released = read("changelogs/changelog.yaml")["releases"]
    assert read("galaxy.yml")["version"] == VERSION == max(released, key=parts)


def test_every_action_group_is_complete():
    groups = read("meta/runtime.yml")["action_groups"]
    modules = [path.stem for path in MODULES]
    assert sorted(groups) == ["all", "jdcloud", "qcloud"]
    assert groups["all"] == modules
    for cloud in ("jdcloud", "qcloud"):
        assert groups[cloud] == [module for module in modules if module.startswith(f"{cloud}_")]


def test_a_module_names_its_action_groups(pages):
    groups = read("meta/runtime.yml")["action_groups"]
    for path in MODULES:
        membership = pages[path.stem]["doc"]["attributes"]["action_group"]["membership"]
        complete = [f"cncloud.images.{name}" for name, group in groups.items() if path.stem in group]
        assert sorted(membership) == sorted(complete)


def test_every_module_has_an_action_plugin_and_a_lookup_of_its_cloud():
    assert [path.name for path in sorted((PLUGINS / "action").glob("*.py"))] == [path.name for path in MODULES]
    lookups = [path.stem.replace("_image_id", "_image_info") for path in sorted((PLUGINS / "lookup").glob("*.py"))]
    assert lookups == [path.stem for path in MODULES]


@pytest.mark.parametrize("path", PRIVATE, ids=named)
def test_what_is_private_says_so_in_its_name_and_on_top(path):
    assert path.name.startswith("_")
    what = PRIVATE_FOLDERS[path.parent.name]
    notice = f"# This {what} is PRIVATE to the collection: it may change or vanish in any release."
    assert notice in path.read_text(encoding="utf-8").splitlines()[:4]


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_is_its_documentation_a_table_and_one_call(path):
    text = path.read_text(encoding="utf-8")
    skipped = set()
    for node in ast.parse(text).body:
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if docstring or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in DOCUMENTS):
            skipped.update(range(node.lineno, (node.end_lineno or 0) + 1))
    code = [
        line
        for number, line in enumerate(text.splitlines(), 1)
        if number not in skipped and line.strip() and not line.lstrip().startswith("#")
    ]
    assert len(code) <= 75


@pytest.mark.parametrize("path", CODE, ids=named)
def test_a_file_says_in_one_sentence_why_it_exists(path):
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring
    assert re.search(r"[.?]$", docstring.partition("\n\n")[0].replace("\n", " "))


# REUSE.toml says it for the files that cannot; what is not committed is no file of the project.
BY_REUSE = {".csv", ".json", ".png", ".svg", ".inv"}
OF_THE_PROJECT = [
    path
    for folder in ("docs", "meta", "playbooks", "plugins", "tests", ".ci", ".github")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.is_file() and "__pycache__" not in path.parts and "output" not in path.parts and path.suffix not in BY_REUSE
]


def test_every_file_names_its_licence_on_top():
    def lacks(path: Path) -> bool:
        top = "\n".join(path.read_text(encoding="utf-8").splitlines()[:8])
        return "SPDX-FileCopyrightText: " not in top or "SPDX-License-Identifier: " not in top

    assert [named(path) for path in OF_THE_PROJECT if lacks(path)] == []


def test_there_is_no_sanity_ignore_file():
    assert list((ROOT / "tests").glob("sanity/ignore*")) == []


def test_every_promise_of_security_names_tests_that_are_there():
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?!-|promise)(.+) \| (.+) \|$", text, re.MULTILINE)
    assert rows
    for promise, tests in rows:
        named_tests = re.findall(r"`([\w/.]+)::(\w+)`", tests)
        assert named_tests, promise
        for file, test in named_tests:
            assert f"\ndef {test}(" in (ROOT / "tests" / file).read_text(encoding="utf-8"), f"{file}::{test}"


def test_every_link_of_a_document_leads_to_a_file():
    documents = sorted(ROOT.glob("*.md"))
    assert len(documents) >= 5
    for document in documents:
        text = document.read_text(encoding="utf-8")
        places = dict(re.findall(r"^\[([^]]+)\]: (\S+)$", text, re.MULTILINE))
        assert set(re.findall(r"\]\[([^]]+)\]", text)) == set(places), document.name
        links = [*re.findall(r"\]\(([^)]+)\)", text), *places.values()]
        own = [link.removeprefix(f"{read('galaxy.yml')['repository']}/blob/main/") for link in links]
        missing = [link for link in own if "://" not in link and not (ROOT / link.partition("#")[0]).exists()]
        assert missing == [], document.name


def test_what_a_document_links_is_in_the_tarball_too():
    left_out = [pattern.rstrip("*") for pattern in read("galaxy.yml")["build_ignore"]]
    for document in sorted(ROOT.glob("*.md")):
        links = re.findall(r"\]\(([^):]+)\)", document.read_text(encoding="utf-8"))
        assert [link for link in links if link.split("/")[0] in left_out] == [], document.name
