# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation site as a browser shows it on a desk and on a telephone; run by ``make site``.

Pictures of every page are left in build/docs/screenshots, for a person to look at.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from docs.browser import Browser, View

ROOT = Path(__file__).resolve().parents[2]
HTML = ROOT / "build" / "docs" / "html"
PAGES = sorted(str(page.relative_to(HTML)) for page in HTML.rglob("*.html"))
SCREENSHOTS = ROOT / "build" / "docs" / "screenshots"
DESK, PHONE = 1280, 390
NIGHT = "night"
"""The desk again, by someone whose system is set to dark pages."""

Views = dict[tuple[str, int | str], View]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *dummy: object) -> None:
        pass


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(HTML))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def views(site: str, tmp_path_factory: pytest.TempPathFactory) -> Views:
    """Every page at both widths, looked at once."""

    async def look() -> Views:
        seen: Views = {}
        async with Browser(tmp_path_factory.mktemp("chromium")) as browser:
            for page in PAGES:
                for width in (DESK, PHONE, NIGHT):
                    picture = SCREENSHOTS / f"{page.removesuffix('.html').replace('/', '-')}-{width}.png"
                    look = {"width": DESK, "dark": True} if width == NIGHT else {"width": width}
                    seen[page, width] = await browser.look(site + page, picture=picture, **look)
        return seen

    return asyncio.run(look())


def test_the_site_has_guides_plugins_and_changelog():
    names = {Path(page).stem for page in PAGES}
    guides = {path.stem for path in (ROOT / "docs" / "docsite" / "rst").glob("*.rst")}
    folders = {"modules": "module", "lookup": "lookup"}
    plugins = {
        f"{path.stem}_{kind}"
        for folder, kind in folders.items()
        for path in (ROOT / "plugins" / folder).glob("[a-z]*.py")
    }
    assert plugins
    assert {"index", "changelog", *guides, *plugins} <= names


@pytest.mark.parametrize("page", PAGES)
def test_the_page_opens_without_a_complaint(page, views, site):
    for width in (DESK, PHONE):
        view = views[page, width]
        assert view.status == 200
        assert view.complaints == []
        assert [address for address in view.asked if not address.startswith((site, "data:"))] == [], "asks other hosts"


@pytest.mark.parametrize("page", PAGES)
def test_the_page_is_not_empty(page, views):
    facts = views[page, DESK].facts
    assert facts["title"]
    if page != "search.html":  # which is empty until something is searched for
        assert facts["heading"], "no heading"
        assert len(facts["text"]) > 300, facts["text"]


@pytest.mark.parametrize("page", PAGES)
def test_no_link_of_the_page_is_broken(page, views, site):
    def broken(link: str) -> bool:
        address, anchor = urldefrag(link)
        if not address.startswith(site):
            return urlsplit(link).scheme not in ("https", "mailto")
        target = unquote(urlsplit(address).path).lstrip("/") or "index.html"
        if (target, DESK) in views:
            return bool(anchor) and unquote(anchor) not in views[target, DESK].facts["anchors"]
        return not (HTML / target).is_file()

    assert [link for link in views[page, DESK].facts["links"] if broken(link)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_picture_of_the_page_is_there_and_described(page, views):
    for source, width, words in views[page, DESK].facts["pictures"]:
        assert width > 0, source
        assert words, f"{source} has no alternative text"


@pytest.mark.parametrize("page", PAGES)
def test_the_page_can_be_read_on_a_telephone(page, views):
    facts = views[page, PHONE].facts
    assert facts["window"] == PHONE
    assert facts["width"] <= PHONE, f"scrolls sideways: {facts['wide']}"
    assert facts["wide"] == [], "cut off at the right"
    assert facts["small"] == [], "smaller than 12 pixels"


@pytest.mark.parametrize("page", PAGES)
def test_every_word_of_the_page_stands_out_by_day_and_night(page, views):
    for when in (DESK, NIGHT):
        assert views[page, when].facts["faint"] == [], f"contrast below 3 ({when})"


@pytest.mark.parametrize("page", PAGES)
def test_the_theme_has_nothing_to_complain_of(page, views):
    assert "ERROR: " not in views[page, DESK].facts["text"].split("FAILED!")[0][:2000]
