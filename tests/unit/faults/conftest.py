# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives the tests of faults lists of 450 images, a clock that never stands still and the places to break."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

import pytest
from ansible_collections.cncloud.images.plugins.module_utils import _transport
from emulator import Catalogue, Emulator
from emulator.certificates import Certificates, certificates
from unit.faults.places import FIRST_PAGES, IMAGES, PLACES, Spot


@pytest.fixture
def cloud() -> Iterator[Emulator]:
    with Emulator(catalogue=Catalogue(IMAGES)) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clients' clock moves on by at least a second whenever it is read: what is signed anew has a new time."""
    ticks, real = itertools.count(), time.time
    monkeypatch.setattr(_transport.time, "time", lambda: real() + next(ticks))


@pytest.fixture(params=PLACES, ids=lambda place: str(place.name))
def spot(request: pytest.FixtureRequest, cloud: Emulator, waits: list[int]) -> Spot:
    """Each place in turn."""
    return Spot(request.param, cloud, waits)


@pytest.fixture(params=FIRST_PAGES, ids=lambda place: str(place.name))
def first_page(request: pytest.FixtureRequest, cloud: Emulator, waits: list[int]) -> Spot:
    """The first page of vm, API 2.0 and API 3.0 in turn, for faults that do not depend on the page."""
    return Spot(request.param, cloud, waits)
