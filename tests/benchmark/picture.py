# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws the results as bars in an SVG that suits light and dark pages."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from .cases import Case

SHOWN = ("jdcloud-1-60", "jdcloud-20-60", "tencent-1-60", "tencent-20-60", "jdcloud-20-60-playbook", "further")
WIDTH, LEFT, RIGHT, BAR, GAP = 960, 290, 200, 18, 7
STYLE = """
  svg {
    --page: #ffffff; --edge: #d0d7de; --text: #1f2328; --soft: #59636e;
    --ours: #0b7a75; --peer: #b6c2cd; --mark: #c2410c
  }
  @media (prefers-color-scheme: dark) {
    svg {
      --page: #0d1117; --edge: #30363d; --text: #e6edf3; --soft: #9198a1;
      --ours: #2dd4bf; --peer: #3d4854; --mark: #fb923c
    }
  }
  text {
    font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif;
    fill: var(--text); stroke: var(--page); stroke-width: 4px; paint-order: stroke
  }
  .title { font-weight: 600; font-size: 14px }
  .soft { fill: var(--soft); font-size: 11px }
  .page { fill: var(--page); stroke: var(--edge) }
  .ours { fill: var(--ours) }
  .peer { fill: var(--peer) }
  .mark { stroke: var(--mark); stroke-width: 2; stroke-dasharray: 4 3 }
  .word { fill: var(--mark); font-size: 11px }
"""


def picture(done: Sequence[Case], where: str) -> str:
    parts: list[str] = []
    top = 30.0
    for case in [each for each in done if each.label in SHOWN] or done:
        bars = [each for each in case.entries if each.rounds]
        scale = (WIDTH - LEFT - RIGHT) / max([each.milliseconds for each in bars] + [case.limit, 1.0])
        parts.append(text(20, top, case.title, "title"))
        top += 14
        begin = top
        words: list[str] = []  # above the line that marks the limit, which is above the bars
        for each in bars:
            took = max(each.milliseconds, 0.0)
            kind = "ours" if each.contestant.ours else "peer"
            words.append(text(LEFT - 10, top + 13, each.name, anchor="end"))
            parts.append(
                f'<rect class="{kind}" x="{LEFT}" y="{top:.0f}" width="{took * scale:.1f}" height="{BAR}" rx="3"/>'
            )
            share = f", {took / case.limit:.2f} of the limit" if case.latencies and case.limit else ""
            words.append(text(LEFT + took * scale + 6, top + 13, f"{took:.0f} ms{share}"))
            top += BAR + GAP
        if case.latencies and case.limit:
            at = LEFT + case.limit * scale
            parts.append(f'<line class="mark" x1="{at:.1f}" x2="{at:.1f}" y1="{begin - 3:.0f}" y2="{top - 2:.0f}"/>')
            parts.append(text(at + 5, top + 7, f"the limit, {case.limit:.0f} ms", "word"))
        parts += words
        top += 42
    height = top + 4
    notes = [part.strip() for part in where.split(";")]
    parts.append(text(20, top - 12, "; ".join(notes), "soft"))
    body = "\n".join(parts)
    return (
        "<!--\nSPDX-FileCopyrightText: 2026 cncloud.images contributors\nSPDX-License-Identifier: GPL-3.0-or-later\n"
        "Written by make benchmark, which publishes it\n-->\n"
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img"'
        f' aria-label="Bars: milliseconds of each way to list images">\n<style>{STYLE}</style>\n'
        f'<rect class="page" x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1:.0f}" rx="8"/>\n{body}\n</svg>\n'
    )


def text(x: float, y: float, words: str, kind: str = "", anchor: str = "") -> str:
    attributes = (f' class="{kind}"' if kind else "") + (f' text-anchor="{anchor}"' if anchor else "")
    return f'<text x="{x:.1f}" y="{y:.1f}"{attributes}>{escape(words)}</text>'
