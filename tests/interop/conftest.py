# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator, the clouds' own clients pointed at it, and the modules asked the same way."""

from __future__ import annotations

import io
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, TypeVar

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.cncloud.images.plugins.modules import jdcloud_image_info, qcloud_image_info
from emulator import ACCESS_KEY, SECRET_ID, SECRET_KEY, SECRET_KEY_TENCENT, Catalogue, Emulator
from interop.official import Account, OfficialClient

JDCLOUD = Account(ACCESS_KEY, SECRET_KEY)
TENCENT = Account(SECRET_ID, SECRET_KEY_TENCENT)

Result = dict[str, Any]
Ask = Callable[..., Result]
AnyClient = TypeVar("AnyClient", bound=OfficialClient)


@pytest.fixture(scope="session")
def running_cloud() -> Iterator[Emulator]:
    # Three pages of most sources.
    with Emulator(catalogue=Catalogue(images_per_source=210)) as emulator:
        yield emulator


@pytest.fixture
def cloud(running_cloud: Emulator) -> Emulator:
    running_cloud.reset()
    return running_cloud


@pytest.fixture
def official(cloud: Emulator, tmp_path: Path) -> Callable[[type[AnyClient]], AnyClient]:
    """Makes a client in an empty home."""

    def client(kind: type[AnyClient]) -> AnyClient:
        if not kind.is_installed():
            pytest.fail(f"The client {kind.environment} is not installed as pinned: run `make clients`.", pytrace=False)
        home = tmp_path / kind.environment
        home.mkdir()
        return kind(cloud.url, home)

    return client


@pytest.fixture(autouse=True)
def no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("JDCLOUD_", "TENCENTCLOUD_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


def ran(main: Callable[[], None], options: dict[str, Any]) -> Result:
    printed = io.StringIO()
    with patch_module_args(options), redirect_stdout(printed), pytest.raises(SystemExit):
        main()
    result = json.loads(printed.getvalue())
    assert isinstance(result, dict)
    return result


@pytest.fixture
def jdcloud_module(cloud: Emulator) -> Ask:
    """The module's result for an account and its options, in this process."""

    def ask(account: Account = JDCLOUD, **options: Any) -> Result:
        return ran(jdcloud_image_info.main, jdcloud_options(cloud, account) | options)

    return ask


@pytest.fixture
def qcloud_module(cloud: Emulator) -> Ask:
    def ask(account: Account = TENCENT, **options: Any) -> Result:
        return ran(qcloud_image_info.main, qcloud_options(cloud, account) | options)

    return ask


@pytest.fixture
def ad_hoc(cloud: Emulator, ansible_env: dict[str, str]) -> Ask:
    """`ansible localhost -m MODULE`, as a user would call it; keys come from the environment."""

    def ask(module: str, **options: Any) -> Result:
        keys = {
            "JDCLOUD_ACCESS_KEY": JDCLOUD.key,
            "JDCLOUD_SECRET_KEY": JDCLOUD.secret,
            "TENCENTCLOUD_SECRET_ID": TENCENT.key,
            "TENCENTCLOUD_SECRET_KEY": TENCENT.secret,
        }
        arguments = json.dumps({"endpoint": cloud.url, **options})
        done = subprocess.run(
            ["ansible", "localhost", "-m", f"cncloud.images.{module}", "-a", arguments],
            env={**ansible_env, **keys},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        result = json.loads(done.stdout.partition("=> ")[2])
        assert isinstance(result, dict)
        return result

    return ask


def jdcloud_options(cloud: Emulator, account: Account) -> dict[str, Any]:
    options = {
        "endpoint": cloud.url,
        "region_id": "cn-north-1",
        "access_key": account.key,
        "secret_key": account.secret,
        "security_token": account.token,
    }
    return {name: value for name, value in options.items() if value is not None}


def qcloud_options(cloud: Emulator, account: Account) -> dict[str, Any]:
    options = {
        "endpoint": cloud.url,
        "region": "ap-guangzhou",
        "secret_id": account.key,
        "secret_key": account.secret,
        "token": account.token,
    }
    return {name: value for name, value in options.items() if value is not None}
