# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the guide to the insides says of files, of the direction of imports and of names in the code is so."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = ROOT / "plugins"
GUIDES = ROOT / "docs" / "docsite" / "rst"
GUIDE = (GUIDES / "guide_inside.rst").read_text(encoding="utf-8")
PACKAGE = "ansible_collections.cncloud.images.plugins."
SVG = "{http://www.w3.org/2000/svg}"


def section(title: str) -> str:
    found = re.search(rf"^{title}\n-+\n(.*?)(?=^[^\n]+\n---|\Z)", GUIDE, re.MULTILINE | re.DOTALL)
    assert found, title
    return found[1]


def cells(table: str) -> list[list[str]]:
    """The rows of the list-table in a section, without its heading."""
    rows = re.split(r"^   \* - ", table, flags=re.MULTILINE)[2:]
    return [re.split(r"^     - ", row, flags=re.MULTILINE) for row in rows]


LAYERS = [re.findall(r"``([\w/]+\.py)``", row[0]) for row in cells(section("Layers"))]
DEPTH = {name: depth for depth, names in enumerate(LAYERS) for name in names}
PROMISES = cells(section("Where each promise is kept"))


def imported(path: Path) -> set[str]:
    """The collection's files that a file imports, such as ``module_utils/_query.py``."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
            place = str(node.module).removeprefix(PACKAGE).replace(".", "/")
            direct = (PLUGINS / f"{place}.py").is_file()
            found |= {f"{place}.py"} if direct else {f"{place}/{alias.name}.py" for alias in node.names}
    return found


def test_every_file_has_a_layer() -> None:
    code = {str(path.relative_to(PLUGINS)) for path in PLUGINS.rglob("*.py") if path.parent.name != "doc_fragments"}
    assert set(DEPTH) == code
    assert sum(map(len, LAYERS)) == len(code)


@pytest.mark.parametrize("name", DEPTH)
def test_a_file_imports_only_what_stands_further_down(name: str) -> None:
    assert [each for each in imported(PLUGINS / name) if DEPTH[each] <= DEPTH[name]] == []


@pytest.mark.parametrize("promise", PROMISES, ids=lambda row: row[0].strip())
def test_a_promise_is_kept_where_the_guide_says(promise: list[str]) -> None:
    dummy, code, test = promise
    assert (ROOT / test.split("``")[1]).is_file()
    names: list[str] = []
    for word in re.findall(r"``([^`]+)``", code):
        if not word.endswith(".py"):
            names.append(word)
            continue
        tree = ast.parse((PLUGINS / word).read_text(encoding="utf-8"))
        assert names
        assert [name for name in names if name not in defined(tree)] == []
        names = []
    assert names == []


def defined(tree: ast.Module) -> set[str]:
    """Functions, classes with their methods, and constants of a file."""
    found = set()
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{inner.name}" for inner in node.body if isinstance(inner, ast.FunctionDef)}
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {ast.unparse(target) for target in targets}
    return found


def test_the_picture_names_files_that_exist_and_can_be_read_aloud() -> None:
    picture = ElementTree.parse(GUIDES / "inside.svg").getroot()
    assert picture.findtext(f"{SVG}title")
    assert len(picture.findtext(f"{SVG}desc") or "") > 100
    words = [element.text or "" for element in picture.iter(f"{SVG}text")]
    named = {name for text in words for name in re.findall(r"_\w+\.py", text)}
    assert named
    assert named <= {Path(name).name for name in DEPTH}
