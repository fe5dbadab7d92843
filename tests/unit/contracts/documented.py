# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the clouds document, read from the data files beside this one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

HERE = Path(__file__).resolve().parent

SIMPLE = {"String": "str", "Integer": "int", "Boolean": "bool", "Object": "dict"}
"""A cloud's type to Ansible's."""


class Kind(NamedTuple):
    """A type as Ansible's documentation has it; ``structure`` names the cloud's structure behind a dict."""

    type: str
    elements: str | None = None
    structure: str | None = None

    @classmethod
    def of(cls, documented: str) -> Kind:
        name = documented.removesuffix("[]")
        ours = SIMPLE.get(name, "dict")
        structure = None if name in SIMPLE else name
        return cls("list", ours, structure) if documented.endswith("[]") else cls(ours, None, structure)

    def __str__(self) -> str:
        return f"list of {self.elements}" if self.elements else self.type


class Api:
    """One of the four APIs as its data file tells it."""

    def __init__(self, path: Path) -> None:
        self.file = f"tests/unit/contracts/{path.name}"
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        self.name: str = path.stem
        self.title: str = document["title"]
        self.module: str = document["module"]
        self.lookup: str = document["lookup"]
        self.ask: dict[str, Any] = document["ask"]
        """Options that choose this API."""
        self.sources: dict[str, dict[str, Any]] = document["sources"]
        self.request: dict[str, dict[str, Any]] = document["request"]
        self.not_offered: dict[str, str] = document["not_offered"]
        self.account: dict[str, dict[str, Any]] = document["account"]
        self.structures: dict[str, dict[str, dict[str, Any]]] = document["structures"]

    def __repr__(self) -> str:
        return self.name

    def places(self, structure: str = "Image", above: str = "") -> Iterator[tuple[str, str]]:
        """Where each structure stands in an image: ``systemDisk.cloudDisk.`` and ``Disk``, for example."""
        yield above, structure
        for name, field in self.structures[structure].items():
            inner = Kind.of(field["type"]).structure
            if inner:
                yield from self.places(inner, f"{above}{name}.")

    def fields(self) -> Iterator[str]:
        """Every field that an image may have, dots reaching into structures."""
        for place, structure in self.places():
            yield from (f"{place}{name}" for name in self.structures[structure])


APIS = {path.stem: Api(path) for path in sorted(HERE.glob("*.yml"))}


def option_of(parameter: str) -> str:
    """What the option for a parameter is called: the same word in snake_case."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", parameter).lower()


OTHER_SPELLING = re.compile(r"the key is C\((\w+)\)(, an integer)?")


def keys(contains: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """One level of a RETURN block, with the keys that a description names as another spelling of its own.

    ``imageName`` and ``ImageName`` cannot both have an entry: antsibull-docs makes one and the same label of them.
    """
    found = dict(contains)
    for said in contains.values():
        description = said["description"]
        spelling = OTHER_SPELLING.search(description if isinstance(description, str) else " ".join(description))
        if spelling:
            found[spelling[1]] = {**said, "type": "int"} if spelling[2] else said
    return found


def documented_keys(contains: dict[str, Any], above: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """The keys of a RETURN block, those of structures with dots, each with what is said of it."""
    for name, said in keys(contains).items():
        yield f"{above}{name}", said
        yield from documented_keys(said.get("contains", {}), f"{above}{name}.")
