# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark as a program: ours, the official SDKs and command line tools, and Ansible alone, on one machine."""

from __future__ import annotations

import argparse
import os
import platform
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import certifi
import trustme

from . import report
from .cases import Case, cases
from .cloud import Cloud
from .contestants import CLIENTS
from .stopwatch import measure

ROOT = Path(__file__).resolve().parent.parent.parent
OUTPUT = ROOT / "build" / "benchmark"
DOCS = ROOT / "docs" / "docsite" / "rst"


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make benchmark ARGS=", description=__doc__)
    parser.add_argument("--full", action="store_true", help="every number of pages, every latency, every client")
    parser.add_argument("--only", default="", metavar="REGEX", help="only the cases whose label matches")
    parser.add_argument("--list", action="store_true", help="show the labels of the cases and end")
    parser.add_argument("--rounds", type=int, metavar="N", help="measured runs of each case, after one that is dropped")
    parser.add_argument("--minutes", type=float, help="begin no round after this time (15, with --full 150)")
    parser.add_argument("--publish", action="store_true", help="put the results into the documentation")
    return parser.parse_args()


def environment(home: Path, url: str, keys: dict[str, str]) -> dict[str, str]:
    """Nothing of the user: an empty home, the installed collection, the emulator's example keys."""
    profile = home / ".jdc"
    profile.mkdir()
    (profile / "current").write_text("default")
    lines = {
        "access_key": keys["JDCLOUD_ACCESS_KEY"],
        "secret_key": keys["JDCLOUD_SECRET_KEY"],
        "region_id": "cn-north-1",
        "endpoint": url.removeprefix("http://"),
        "scheme": "http",
        "timeout": "20",
    }
    (profile / "config").write_text("\n".join(["[default]", *(f"{name} = {value}" for name, value in lines.items())]))
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"]),
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "NO_PROXY": "127.0.0.1,localhost",
        "ANSIBLE_COLLECTIONS_PATH": str(home.parent / "collections"),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_REMOTE_TEMP": str(home / "tmp"),  # Ansible looks for the home of the user, whatever HOME says
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "PYTHONWARNINGS": "ignore",
        **keys,
        "TENCENTCLOUD_REGION": "ap-guangzhou",
    }


def certificate(folder: Path) -> tuple[Path, Path]:
    """Files of a certificate and its key; its authority is one more in the list that ``requests`` comes with."""
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    chain, key = folder / "certificate.pem", folder / "key.pem"
    issued.cert_chain_pems[0].write_to_path(chain)
    issued.private_key_pem.write_to_path(key)
    (folder / "authorities.pem").write_bytes(Path(certifi.where()).read_bytes() + authority.cert_pem.bytes())
    return chain, key


def compile_clients() -> None:
    """They are installed without bytecode; whoever uses one has it from the second call on."""
    for place in sorted(CLIENTS.glob("*/lib/python3*/site-packages")):
        python = place.parents[2] / "bin" / "python"
        subprocess.run([python, "-m", "compileall", "-qq", place], check=False, timeout=300, stdout=subprocess.DEVNULL)


def run(case: Case, cloud: Cloud, env: dict[str, str], folder: Path, until: float) -> None:
    for number in range(case.rounds + 1):
        if number > 1 and time.monotonic() > until:
            break
        # Nobody always comes right after the heaviest one.
        for entry in random.sample(case.entries, len(case.entries)):
            laps = []
            for command, requests in zip(entry.commands, entry.requests, strict=True):
                laps.append(measure(command, env, folder))
                sent = cloud.requests()
                if sent != requests:
                    raise RuntimeError(f"{case.label}: {entry.name} sent {sent} requests in place of {requests}")
            if number:
                entry.rounds.append(laps)
            print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"ansible-core {version('ansible-core')}, Python {platform.python_version()}, {platform.system()},"
        f" {cores} cores, load {os.getloadavg()[0]:.1f} at the start"
    )


def main() -> None:
    options = parse_options()
    begin = time.monotonic()
    until = begin + 60 * (options.minutes or (150 if options.full else 15))
    where = machine()
    done: list[Case] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        home = folder / "home"
        home.mkdir()
        if options.list:
            everything = cases("http://127.0.0.1", "https://127.0.0.1", folder, options.full)
            print("\n".join(f"{each.label:<23}{each.title}" for each in everything))
            return
        compile_clients()
        shutil.copytree(ROOT / "build" / "collections", folder / "collections")  # whatever is installed meanwhile
        with Cloud() as plain, Cloud(*certificate(folder)) as encrypted:
            env = environment(home, plain.url, plain.keys)
            env["REQUESTS_CA_BUNDLE"] = str(folder / "authorities.pem")
            for case in cases(plain.url, encrypted.url, folder, options.full):
                cloud = encrypted if case.tls else plain
                if not re.search(options.only, case.label) or time.monotonic() > until:
                    continue
                case.rounds = options.rounds or case.rounds
                cloud.set_up(case.pages * 100, case.latency)
                run(case, cloud, env, folder, until)
                done.append(case)
                print(report.as_text(case), flush=True)
    if not done:
        sys.exit(f"benchmark: no case matches {options.only!r}, see --list")
    where += f"; {(time.monotonic() - begin) / 60:.0f} minutes; {report.noise(done)}"
    print(where, *report.targets(done), sep="\n")
    report.write(done, where, OUTPUT)
    if options.publish:
        report.publish(done, where, DOCS)


if __name__ == "__main__":
    main()
