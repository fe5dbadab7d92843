# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns what antsibull-docs wrote into the pages of the site: a front page, short titles, one table of contents.

Usage: docs_source.py FOLDER, from the root of the checkout. What stands on the front page is taken from where it is
tested: the example and its output from README.md, the sentence for a guide from the guide.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import yaml

RELEASES = re.compile(r"^=+\nCncloud\.Images Release Notes\n=+$", re.MULTILINE)
ABOUT = re.compile(r"^Cncloud\.Images\n=+$", re.MULTILINE)
PLUGIN = re.compile(r"^cncloud\.images\.(\w+) (module|lookup) -- (.+)\n\++$", re.MULTILINE)
LABEL = re.compile(r"^ *\.\. _(ansible_collections\.\S+):$")
CONTENTS = re.compile(r"^\.\. contents::.*\n(?: +:.*\n)*", re.MULTILINE)
KINDS = {"module": "Module", "lookup": "Lookup"}


def main() -> None:
    folder = Path(sys.argv[1])
    (folder / "index.rst").rename(folder / "collection.rst")
    plugins = {}
    for page in sorted(folder.rglob("*.rst")):
        text = CONTENTS.sub("", page.read_text(encoding="utf-8"))  # the theme shows it beside the page
        title = PLUGIN.search(text)
        if title:
            plugins[page.stem] = (title[1], KINDS[title[2]], title[3])
            text = PLUGIN.sub(lambda found: heading(f"{found[1]} – {found[3]}", "+"), once(text))
        text = RELEASES.sub(f"=========\n{heading('Changelog', '=')}", text)
        text = ABOUT.sub(heading("About the collection", "="), text)
        page.write_text(text, encoding="utf-8")
    (folder / "index.rst").write_text(front_page(folder, plugins), encoding="utf-8")


def heading(title: str, line: str) -> str:
    return f"{title}\n{line * len(title)}"


def once(text: str) -> str:
    """API 2.0 says imageName and API 3.0 ImageName: for Sphinx these are one label, and the first keeps it."""
    seen: set[str] = set()
    kept = []
    for line in text.splitlines():
        label = LABEL.match(line)
        if label and label[1].lower() in seen:
            continue
        if label:
            seen.add(label[1].lower())
        kept.append(line)
    return "\n".join(kept) + "\n"


def fenced(language: str) -> str:
    """The first block of the README in ``language``."""
    readme = Path("README.md").read_text(encoding="utf-8")
    found = re.search(rf"^```{language}\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    assert found, f"README.md has no block in {language}"
    return indented(found[1])


def indented(text: str) -> str:
    return "".join(f"   {line}\n" if line.strip() else "\n" for line in text.splitlines())


def opening(page: Path) -> tuple[str, str]:
    """A guide's title and first paragraph."""
    text = page.read_text(encoding="utf-8")
    found = re.search(r"^(?P<title>\S.*)\n(=+)\n\n(?P<paragraph>(?:\S.*\n)+)", text, re.MULTILINE)
    assert found, f"{page.name} does not begin with a title and a paragraph"
    return found["title"], " ".join(found["paragraph"].split())


def cards(rows: list[tuple[str, str, str]]) -> str:
    """Rows of title, page and sentence."""
    lines = [".. container:: cards", ""]
    for title, page, sentence in rows:
        lines += ["   .. container:: card", "", f"      :doc:`{title} <{page}>`", "", f"      {sentence}", ""]
    return "\n".join(lines)


def contents(caption: str, entries: list[str]) -> str:
    lines = [".. toctree::", "   :hidden:", "   :titlesonly:", f"   :caption: {caption}", ""]
    return "\n".join([*lines, *(f"   {entry}" for entry in entries), ""])


def front_page(folder: Path, plugins: dict[str, tuple[str, str, str]]) -> str:
    sections = yaml.safe_load(Path("docs/docsite/extra-docs.yml").read_text(encoding="utf-8"))["sections"]
    guides = {section["title"]: [f"docsite/{name}" for name in section["toctree"]] for section in sections}
    parts = [
        heading("Which image ID do I boot from?", "="),
        "One Ansible task answers that on JD Cloud and on Tencent Cloud: it lists every image, narrows the list, and"
        " picks the one to boot, or says in a sentence why it cannot. It only reads, and brings no SDK.",
        f".. code-block:: yaml+jinja\n\n{fenced('yaml')}",
        "What it finds on both clouds, here on the emulator that ``make demo`` starts:",
        f".. code-block:: text\n\n{fenced('text')}",
    ]
    for title, pages in guides.items():
        opened = {page: opening(folder / f"{page}.rst") for page in pages}
        parts += [heading(title, "-"), cards([(name, page, said) for page, (name, said) in opened.items()])]
    rows = [(name, page, f"{kind}. {said}.") for page, (name, kind, said) in plugins.items()]
    rows.sort(key=lambda row: row[2].partition(".")[0], reverse=True)
    parts += [heading("Reference", "-"), cards(rows)]
    for title, pages in guides.items():
        parts.append(contents(title, pages))
    parts.append(contents("Reference", [f"{name} <{page}>" for name, page, dummy in rows]))
    more = ["Environment variables <environment_variables>", "Changelog <changelog>", "About <collection>"]
    parts.append(contents("More", more))
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    main()
