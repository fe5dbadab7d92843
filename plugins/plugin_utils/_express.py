# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# This plugin_utils is PRIVATE to the collection: it may change or vanish in any release.
"""The express lane: a module's query in Ansible's own worker process, where the target is the controller itself.

A module on the controller costs a new process, which compiles Ansible's own code before it does anything. The worker
has all of that loaded. Whenever anything speaks against the lane, the module runs as usual.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from datetime import date
from typing import Any, Dict, Iterator, List, Mapping, Optional, cast

from ansible.constants import config
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible_collections.cncloud.images.plugins.module_utils._cloud import login_in
from ansible_collections.cncloud.images.plugins.module_utils._errors import UNREADABLE, ImagesError, unreadable_options
from ansible_collections.cncloud.images.plugins.module_utils._no_log import concealed
from ansible_collections.cncloud.images.plugins.module_utils._query import (
    Module,
    answer,
    argument_spec,
    refusal,
    without_empty,
)
from ansible_collections.cncloud.images.plugins.module_utils._transport import REQUESTS_IMPORT_ERROR

SWITCH = "cncloud_images_express"
"""The variable that turns the lane off."""


class ExpressAction(NormalAction):
    """A subclass says which module it stands in for."""

    module: Module

    def run(self, tmp: Any = None, task_vars: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
        environment = self._lane(task_vars or {})
        if environment is None:
            return cast(Dict[str, Any], super().run(tmp, task_vars))
        with _environment(environment):
            return self._query(_shows_invocation(task_vars or {}))

    def _lane(self, task_vars: Dict[str, Any]) -> Optional[Mapping[str, str]]:
        """The task's environment if the lane is open, None if the module has to run."""
        try:
            target = task_vars
            if self._task.delegate_to:
                target = task_vars.get("ansible_delegated_vars", {}).get(self._task.delegate_to, task_vars)
            if (
                REQUESTS_IMPORT_ERROR
                or self._connection.transport != "local"
                or self._connection.become is not None
                or self._play_context.become
                or self._task.async_val
                or not boolean(self._templar.template(task_vars.get(SWITCH, True)), strict=False)
                or not self._interpreter_is_ours(target)
            ):
                return None
            environment: Dict[str, str] = {}
            self._compute_environment_string(environment)
            if any(
                "=" in str(name) or not str(name) or "\0" in f"{name}{value}" for name, value in environment.items()
            ):
                return None  # no variable of this process could be called so
            return {str(name): str(value) for name, value in environment.items()}
        except Exception:  # pylint: disable=broad-except
            # The insides of a core version may differ: the module says then what is wrong, if anything is.
            return None

    def _interpreter_is_ours(self, target: Mapping[str, Any]) -> bool:
        chosen = target.get("ansible_python_interpreter")
        if chosen is None:
            chosen = config.get_config_value("INTERPRETER_PYTHON")
        chosen = str(self._templar.template(chosen))
        # Discovery would choose some Python of the controller; its own is at least as good.
        # Links are not resolved: a virtual environment's Python is a link to one that has other packages.
        return chosen.startswith("auto") or os.path.abspath(chosen) == os.path.abspath(sys.executable)

    def _query(self, shows_invocation: bool) -> Dict[str, Any]:
        try:
            spec = argument_spec(self.module)
            validated = ArgumentSpecValidator(spec).validate(without_empty(spec, _plain(self._task.args)))
        except UNREADABLE as error:
            failure = unreadable_options(error)
            # It is not known yet which of the options are secret: none is repeated.
            invocation: Dict[str, Any] = {"invocation": {"module_args": {}}} if shows_invocation else {}
            return {"failed": True, "msg": failure.sentence(), "error": failure.document(), **invocation}
        options = validated.validated_parameters
        result: Dict[str, Any] = {}
        warnings: List[str] = [
            f"Both option {both['option']} and its alias {both['alias']} are set." for both in validated._warnings
        ]
        try:
            if validated.error_messages:
                raise refusal(self.module, validated)
            result = answer(self.module, options, warnings.append)
        except ImagesError as error:
            result = {"failed": True, "msg": error.sentence(), "error": error.document()}
        if warnings:
            result["warnings"] = warnings
        if shows_invocation:
            result["invocation"] = {"module_args": options}
        return concealed(result, validated._no_log_values | login_in(options.get("endpoint")))


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """The task's ``environment``, where the options and ``requests`` look for it."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _shows_invocation(task_vars: Mapping[str, Any]) -> bool:
    """Whether a module's result holds its arguments: a setting since core 2.21, and always before."""
    try:
        return bool(config.get_config_value("INJECT_INVOCATION", variables=task_vars))
    except Exception:  # pylint: disable=broad-except
        return True


def _plain(value: Any) -> Any:
    """``value`` as it would reach the module, which gets its arguments as JSON: without the controller's own types."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain(inner) for inner in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)
