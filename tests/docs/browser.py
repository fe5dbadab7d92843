# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A headless Chromium by its own debugging protocol: opens pages as a person would see them and says what is there."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

FACTS = """(async () => {
  for (const picture of document.images) picture.loading = 'eager';
  await Promise.all([...document.images].map(picture => picture.decode().catch(() => null)));
  const article = document.querySelector('article') || document.body;
  const wide = [...document.querySelectorAll('body *')].filter(element => {
    const box = element.getBoundingClientRect();
    if (box.right <= innerWidth + 1 || box.width === 0 || box.left >= innerWidth) return false;
    for (let parent = element; parent; parent = parent.parentElement)
      if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(parent).overflowX) && parent !== document.body &&
          parent !== document.documentElement) return false;
    return true;
  });
  const parts = colour => {
    const [red, green, blue, solid = 1] = colour.match(/[\\d.]+/g).map(Number);
    return [red, green, blue, solid];
  };
  const light = colour => {
    const [red, green, blue] = colour
      .map(part => (part /= 255) <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = element => {
    if (!element) return [255, 255, 255];
    const [red, green, blue, solid] = parts(getComputedStyle(element).backgroundColor);
    if (solid === 1) return [red, green, blue];
    return behind(element.parentElement).map((under, part) => under * (1 - solid) + [red, green, blue][part] * solid);
  };
  const contrast = element => {
    const two = [parts(getComputedStyle(element).color).slice(0, 3), behind(element)].map(light);
    return (Math.max(...two) + 0.05) / (Math.min(...two) + 0.05);
  };
  const worded = [...article.querySelectorAll('p, li, td, th, a, span, code, pre, h1, h2, h3, strong')]
    .filter(element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()) &&
      element.checkVisibility() && element.getBoundingClientRect().width > 0 &&
      !['headerlink', 'ansibleOptionLink', 'visually-hidden'].some(name => element.classList.contains(name)));
  return {
    faint: worded.filter(element => contrast(element) < 3).slice(0, 5)
      .map(element => contrast(element).toFixed(1) + ' ' + element.outerHTML.slice(0, 120)),
    title: document.title,
    heading: document.querySelector('h1')?.innerText ?? '',
    text: article.innerText,
    width: document.documentElement.scrollWidth,
    window: innerWidth,
    wide: wide.slice(0, 5).map(element => element.outerHTML.slice(0, 120)),
    small: [...article.querySelectorAll('p, li, td')].filter(element => element.innerText.trim() &&
      parseFloat(getComputedStyle(element).fontSize) < 12).slice(0, 5).map(element => element.innerText.slice(0, 80)),
    links: [...document.querySelectorAll('a[href]')].map(link => link.href),
    anchors: [...document.querySelectorAll('[id]')].map(element => element.id),
    pictures: [...document.querySelectorAll('img')].map(picture => [picture.src, picture.naturalWidth, picture.alt]),
  };
})()"""


@dataclass
class View:
    """A page in a window of some width."""

    status: int = 0
    asked: list[str] = field(default_factory=list)
    """Every address that the browser fetched for it."""
    complaints: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)


def program() -> str | None:
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class Browser:
    """An asynchronous context: a new Chromium with an empty profile in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._view = View()
        self._loaded = asyncio.Event()

    async def __aenter__(self) -> Browser:
        self._process = await asyncio.create_subprocess_exec(
            str(program()), "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            "--disable-component-update", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run",
            "--remote-debugging-port=0", f"--user-data-dir={self._folder}", "about:blank",
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        port = await asyncio.wait_for(self._port(), 60)
        self._session = aiohttp.ClientSession()
        async with self._session.get(f"http://127.0.0.1:{port}/json/list") as answer:
            targets = await answer.json()
        page = next(target for target in targets if target["type"] == "page")
        self._socket = await self._session.ws_connect(page["webSocketDebuggerUrl"], max_msg_size=0)
        self._reader = asyncio.create_task(self._read())
        for domain in ("Page", "Network", "Runtime", "Log"):
            await self.call(f"{domain}.enable")
        return self

    async def __aexit__(self, *dummy: object) -> None:
        self._reader.cancel()
        await self._socket.close()
        await self._session.close()
        self._process.terminate()
        await self._process.wait()

    async def _port(self) -> int:
        announced = self._folder / "DevToolsActivePort"
        while not (announced.exists() and announced.read_text().strip()):
            assert self._process.returncode is None, "Chromium ended at once"
            await asyncio.sleep(0.05)
        return int(announced.read_text().split()[0])

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        waiting = self._answers[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        answer = await asyncio.wait_for(waiting, 60)
        assert "error" not in answer, f"{method}: {answer}"
        return dict(answer["result"])

    async def _read(self) -> None:
        async for message in self._socket:
            said = json.loads(message.data)
            if "id" in said:
                self._answers.pop(said["id"]).set_result(said)
            else:
                self._note(said["method"], said["params"])

    def _note(self, event: str, said: dict[str, Any]) -> None:
        if event == "Network.requestWillBeSent":
            self._view.asked.append(said["request"]["url"])
        elif event == "Network.responseReceived" and said["type"] == "Document":
            self._view.status = said["response"]["status"]
        elif event == "Runtime.exceptionThrown":
            self._view.complaints.append(str(said["exceptionDetails"])[:300])
        elif event == "Log.entryAdded" and said["entry"]["level"] == "error":
            self._view.complaints.append(f"{said['entry']['text']} {said['entry'].get('url', '')}")
        elif event == "Page.loadEventFired":
            self._loaded.set()

    async def look(self, url: str, width: int, picture: Path | None = None, dark: bool = False) -> View:
        """Open ``url`` in a window of ``width``, a telephone below 600; ``picture`` gets what a person sees."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.call("Emulation.setEmulatedMedia", features=[scheme])
        phone = width < 600
        size = {"width": width, "height": 844 if phone else 900, "deviceScaleFactor": 2 if phone else 1}
        await self.call("Emulation.setDeviceMetricsOverride", mobile=phone, **size)
        self._view = View()
        self._loaded.clear()
        await self.call("Page.navigate", url=url)
        await asyncio.wait_for(self._loaded.wait(), 60)
        evaluated = await self.call("Runtime.evaluate", expression=FACTS, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in evaluated, evaluated
        self._view.facts = evaluated["result"]["value"]
        if picture:
            shot = await self.call("Page.captureScreenshot", format="png")
            picture.parent.mkdir(parents=True, exist_ok=True)
            picture.write_bytes(base64.b64decode(shot["data"]))
        return self._view
