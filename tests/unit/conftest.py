# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives every unit test an emulated cloud of its own making and the modules' front doors to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.cncloud.images.plugins.module_utils import _transport
from emulator import Emulator
from hypothesis import HealthCheck, settings
from unit.front_door import JDCLOUD, QCLOUD, FrontDoor, clean_environment

# The same examples on every run; the fixtures are reset by the tests themselves where an example needs it.
settings.register_profile(
    "repeatable", derandomize=True, deadline=None, database=None, suppress_health_check=[
        HealthCheck.function_scoped_fixture, HealthCheck.too_slow,
    ],
)  # fmt: skip
settings.load_profile("repeatable")


JITTERED = _transport._jittered


@pytest.fixture
def cloud() -> Iterator[Emulator]:
    """One for each test: what a test left under way must not arrive in the next. Starting it takes a millisecond."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("home"))


@pytest.fixture(autouse=True)
def clean_surroundings(empty_home: str) -> Iterator[None]:
    with clean_environment(empty_home):
        yield


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """No retry waits unless the cloud asks for it; the attempts that would have waited are noted here."""
    noted: list[int] = []

    def none(attempt: int) -> float:
        noted.append(attempt)
        return 0.0

    monkeypatch.setattr(_transport, "_jittered", none)
    return noted


@pytest.fixture
def real_waits(waits: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """The waits as users have them."""
    monkeypatch.setattr(_transport, "_jittered", JITTERED)


@pytest.fixture
def jdcloud(cloud: Emulator) -> FrontDoor:
    return FrontDoor("jdcloud_image_info", cloud, **JDCLOUD)


@pytest.fixture
def qcloud3(cloud: Emulator) -> FrontDoor:
    return FrontDoor("qcloud_image_info", cloud, **QCLOUD)


@pytest.fixture
def qcloud2(cloud: Emulator) -> FrontDoor:
    return FrontDoor("qcloud_image_info", cloud, api_version="2.0", **QCLOUD)


@pytest.fixture(params=["jdcloud", "qcloud2", "qcloud3"])
def public(request: pytest.FixtureRequest) -> FrontDoor:
    """Each API in turn, asked for its public images."""
    door: FrontDoor = request.getfixturevalue(request.param)
    return door.with_options(**{"image_source" if request.param == "jdcloud" else "image_type": "public"})
