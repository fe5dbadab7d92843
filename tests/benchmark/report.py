# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells the results: as text, as rows of the documentation, as CSV, and measured against the targets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import quantiles

from .cases import Case, Entry, as_json
from .contestants import DEBUG, PING
from .picture import picture

HEAD = ("", "ms", "of the limit", "of ping", "of ours", "peak MiB", "requests")
BEGIN = ".. The table below is written by: make benchmark ARGS=--publish\n"
END = ".. The table ends here.\n"


def rows(case: Case) -> Iterator[tuple[str, ...]]:
    ping, ours = case.entry(PING.name), next((each for each in case.entries if each.contestant.ours), None)
    if case.limit:
        yield ("the limit", f"{case.limit:.0f}", "1.00", ratio(case.limit, ping), ratio(case.limit, ours), "", "")
    for each in case.entries:
        if each.rounds:
            took = each.milliseconds
            yield (
                each.name,
                f"{took:.0f}",
                f"{took / case.limit:.2f}" if case.limit else "",
                ratio(took, ping),
                ratio(took, ours),
                f"{each.peak_mib:.0f}",
                str(each.requests[-1]),
            )


def ratio(took: float, other: Entry | None) -> str:
    return f"{took / other.milliseconds:.2f}" if other and other.rounds and other.milliseconds else ""


def as_text(case: Case) -> str:
    table = [HEAD, *rows(case)]
    widths = [max(len(row[column]) for row in table) for column in range(len(HEAD))]
    lines = [
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in table
    ]
    measured = min(len(each.rounds) for each in case.entries)
    return "\n".join([f"{case.title} (n={measured})", *lines, ""])


def as_rst(done: Sequence[Case], where: str) -> str:
    parts = [f"Measured with {where}.\n"]
    for case in done:
        lines = [f".. list-table:: {case.title}", "   :header-rows: 1", ""]
        for row in [HEAD, *rows(case)]:
            lines += [f"   {'-' if column else '* -'} {cell}".rstrip() for column, cell in enumerate(row)]
        parts.append("\n".join(line.replace("   - ", "     - ", 1) if line[3:5] == "- " else line for line in lines))
        parts[-1] = "\n".join("     -" if line == "   -" else line for line in parts[-1].split("\n")) + "\n"
    return "\n".join(parts)


def as_csv(done: Sequence[Case]) -> str:
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(["case", "contestant", *HEAD[1:]])
    for case in done:
        out.writerows([case.label, *row] for row in rows(case))
    return text.getvalue()


def noise(done: Sequence[Case]) -> str:
    """How far apart the middle half of the same command's runs lie: no ratio is surer than that."""
    spreads = []
    for case in done:
        entry = case.entry(DEBUG.name)
        if entry and len(entry.rounds) > 2 and len(entry.commands) == 1:
            low, dummy, high = quantiles(entry.figures, n=4)
            spreads.append((high - low) / entry.milliseconds)
    return f"the middle half of debug's runs lies within {100 * max(spreads):.0f} %" if spreads else "noise unknown"


def targets(done: Sequence[Case]) -> Iterator[str]:
    for case in done:
        ours = [each for each in case.entries if each.contestant.ours and each.rounds]
        ping, limit = case.entry(PING.name), case.limit
        sdk = case.entry("SDK under command")
        for each in ours:
            took, plain = each.milliseconds, "plain" in each.name
            if (case.pages, case.latency) == (1, 60) and ping and case.label != "regions":
                wanted = 1.20 if plain else 0.80
                yield verdict(case, each, "of ping's whole command", took / ping.milliseconds, wanted)
            if (case.pages, case.latency) == (20, 60) and not plain:
                if limit:
                    yield verdict(case, each, "of debug and 4 latencies", took / limit, 1.25)
                if sdk:
                    yield verdict(case, each, "of the SDK under command", took / sdk.milliseconds, 0.40)
            if case.label == "further" and not plain:
                yield verdict(case, each, "ms for a further task", took, 50)
            if case.label == "regions" and not plain:
                yield verdict(case, each, "ms for a further region beyond its latency", took - case.latency, 50)
            if case.label == "large":
                yield verdict(case, each, "MiB at most", each.peak_mib, 400)


def verdict(case: Case, each: Entry, what: str, measured: float, wanted: float) -> str:
    said = "PASS" if measured <= wanted else "FAIL"
    shown = f"{measured:.2f}" if wanted < 10 else f"{measured:.0f}"
    return f"{said}  {case.label:<15} {each.name}: {shown} {what} (at most {wanted:g})"


def write(done: Sequence[Case], where: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "benchmark.txt").write_text(
        "\n".join([where, "", *(as_text(case) for case in done), *targets(done)]) + "\n"
    )
    (folder / "benchmark.rst").write_text(as_rst(done, where))
    (folder / "benchmark.csv").write_text(as_csv(done))
    (folder / "benchmark.json").write_text("".join(f"{as_json(case)}\n" for case in done))
    (folder / "benchmark.svg").write_text(picture(done, where))


def publish(done: Sequence[Case], where: str, folder: Path) -> None:
    """Put the table between its marks in the documentation, the picture beside it."""
    page = folder / "benchmark.rst"
    before, begin, rest = page.read_text().partition(BEGIN)
    dummy, end, after = rest.partition(END)
    if not begin or not end:
        raise RuntimeError(f"{page} has no marks for the table")
    verdicts = "".join(f"   {line}\n" for line in targets(done))
    table = f"{as_rst(done, where)}\nThe targets of that run:\n\n.. code-block:: text\n\n{verdicts}"
    page.write_text(f"{before}{begin}\n{table}\n{end}{after}")
    (folder / "benchmark.svg").write_text(picture(done, where))
    (folder / "benchmark.csv").write_text(as_csv(done))
