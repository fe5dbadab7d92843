# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module's main() in this process as Ansible would, so that tests see what a task sees."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
from collections.abc import Iterator
from typing import Any
from unittest import mock

from ansible.module_utils import basic
from ansible.module_utils.common import warnings
from ansible.module_utils.common.parameters import PASS_VARS
from emulator import ACCESS_KEY, SECRET_ID, SECRET_KEY, SECRET_KEY_TENCENT, Emulator

try:
    from ansible.module_utils.testing import patch_module_args  # ansible-core 2.19 and later
except ImportError:

    @contextlib.contextmanager
    def patch_module_args(args: dict[str, Any] | None = None) -> Iterator[None]:
        arguments = json.dumps({"ANSIBLE_MODULE_ARGS": args}).encode()
        with mock.patch.object(basic, "_ANSIBLE_ARGS", arguments):
            yield


MODULES = "ansible_collections.cncloud.images.plugins.modules"
INTERNAL = {"_ansible_remote_tmp": "build", "_ansible_keep_remote_files": False}
if "inject_invocation" in PASS_VARS:  # ansible-core 2.20 and later ask for it
    INTERNAL["_ansible_inject_invocation"] = True
JDCLOUD = {"region_id": "cn-north-1", "access_key": ACCESS_KEY, "secret_key": SECRET_KEY}
QCLOUD = {"region": "ap-guangzhou", "secret_id": SECRET_ID, "secret_key": SECRET_KEY_TENCENT}

Result = dict[str, Any]


class FrontDoor:
    """Call it with the options of a task; those that are None are left out, the cloud's own are filled in."""

    def __init__(self, module: str, cloud: Emulator, **defaults: Any) -> None:
        self.cloud = cloud
        self.said = ""
        """Everything that the module's last run wrote, stderr included."""
        self._main = importlib.import_module(f"{MODULES}.{module}").main
        self._defaults = {"endpoint": cloud.url, **defaults}

    def __call__(self, **options: Any) -> Result:
        given = {name: value for name, value in {**self._defaults, **options}.items() if value is not None}
        # What one module warns of Ansible keeps for the whole process, which is one module's life as a rule.
        for name in ("_global_warnings", "_global_deprecations"):
            getattr(warnings, name, {}).clear()
        stdout, stderr = io.StringIO(), io.StringIO()
        with (
            patch_module_args({**INTERNAL, **given}),
            on_a_target(),
            contextlib.redirect_stdout(stdout),
            contextlib.redirect_stderr(stderr),
            contextlib.suppress(SystemExit),
        ):
            self._main()
        self.said = stdout.getvalue() + stderr.getvalue()
        result: Result = json.loads(stdout.getvalue())
        if "warnings" in result:
            result["warnings"] = [_text(warning) for warning in result["warnings"]]
        return result

    def with_options(self, **options: Any) -> FrontDoor:
        """The same door with further options filled in."""
        other = FrontDoor.__new__(FrontDoor)
        other.__dict__.update(self.__dict__, _defaults={**self._defaults, **options})
        return other

    def refused(self, kind: str = "option", **options: Any) -> str:
        """The message of a task that fails as ``kind`` before anything is sent."""
        before = len(self.cloud.requests)
        message = self.failed(kind, **options)["msg"]
        assert self.cloud.requests[before:] == []
        return str(message)

    def failed(self, kind: str, **options: Any) -> Result:
        result = self(**options)
        assert result.get("failed"), f"did not fail: {str(result)[:500]}"
        assert result["error"]["kind"] == kind, result["msg"]
        return result

    def fine(self, **options: Any) -> Result:
        result = self(**options)
        assert not result.get("failed"), result["msg"]
        return result


@contextlib.contextmanager
def on_a_target() -> Iterator[None]:
    """Hides the controller that is loaded in this process too: ansible-core 2.19 and later would let it show a module's
    warnings, and refuse texts that a module on a target gets to see."""
    internal = getattr(warnings, "_internal", None)
    with contextlib.ExitStack() as stack:
        if internal is not None:
            profiles = importlib.import_module("ansible.module_utils._internal._json._profiles")
            stack.enter_context(mock.patch.object(internal, "is_controller", False))
            stack.enter_context(mock.patch.object(profiles, "_string_encoding_check_enabled", return_value=False))
        yield


def _text(warning: Any) -> str:
    """A warning's text; ansible-core 2.19 and later put it into an event."""
    return str(warning["event"]["msg"] if isinstance(warning, dict) else warning)


@contextlib.contextmanager
def clean_environment(home: str) -> Iterator[None]:
    """The environment without what would reach a request: keys, profiles, proxies, certificates."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("JDCLOUD_", "TENCENTCLOUD_", "TCCLI_"))
        and not name.lower().endswith("_proxy")
        and name not in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC")
    }
    with mock.patch.dict(os.environ, {**kept, "HOME": home}, clear=True):
        yield
