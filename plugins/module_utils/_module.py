# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# This module_utils is PRIVATE to the collection: it may change or vanish in any release.
"""The modules' door to the query: the one place where an exception becomes ``fail_json``."""

from __future__ import annotations

from typing import Any, Dict, NoReturn

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible_collections.cncloud.images.plugins.module_utils._cloud import login_in
from ansible_collections.cncloud.images.plugins.module_utils._errors import UNREADABLE, ImagesError, unreadable_options
from ansible_collections.cncloud.images.plugins.module_utils._query import (
    Module,
    answer,
    argument_spec,
    options_hint,
    refusal,
    without_empty,
)
from ansible_collections.cncloud.images.plugins.module_utils._transport import REQUESTS_IMPORT_ERROR

REQUESTS_HINT = (
    "On the controller, ansible_python_interpreter: '{{ ansible_playbook_python }}' chooses Ansible's own Python,"
    " which may have it."
)


class ImageModule(AnsibleModule):
    """An AnsibleModule whose every failure, its own refusal of an option included, carries ``error``."""

    def __init__(self, definition: Module) -> None:
        self._definition = definition
        failure = None
        try:
            super().__init__(argument_spec=argument_spec(definition), supports_check_mode=True)
        except UNREADABLE as error:
            failure = unreadable_options(error)
        if failure is not None:
            self.params: Dict[str, Any] = {}  # it is not known yet which of them are secret
            self.fail_json(failure.sentence(), error=failure.document())

    def _load_params(self) -> None:
        super()._load_params()
        self.params = without_empty(self.argument_spec, self.params)

    def log(self, msg: str, log_args: Any = None) -> None:
        # From Python 3.12 on syslog refuses a NUL, and Ansible logs the options before anyone can look at them.
        super().log(msg.replace("\0", "\\0"), log_args)

    def fail_json(self, msg: str, **kwargs: Any) -> NoReturn:
        if "error" not in kwargs:
            refused = ImagesError("option", msg, options_hint(self._definition))
            validated = getattr(self, "validation_result", None)
            if validated is not None and validated.error_messages:
                refused = refusal(self._definition, validated)
            msg, kwargs["error"] = refused.sentence(), refused.document()
        self.no_log_values.update(login_in(self.params.get("endpoint")))
        try:
            super().fail_json(msg, **kwargs)
        except RecursionError:
            # Ansible repeats the options in the result, and before 2.19 cannot write what is nested so deep.
            self.params = {}
            super().fail_json(msg, **kwargs)
        raise AssertionError("fail_json returned")


def run_module(definition: Module) -> None:
    """Run as the module that ``definition`` defines; exits by itself."""
    module = ImageModule(definition)
    if REQUESTS_IMPORT_ERROR:
        missing = ImagesError("option", missing_required_lib("requests"), REQUESTS_HINT)
        module.fail_json(missing.sentence(), error=missing.document(), exception=REQUESTS_IMPORT_ERROR)
    failure = None
    try:
        result = answer(definition, module.params, module.warn)
    except ImagesError as error:
        failure = error
    # Not within the handler: there fail_json would add the traceback under -vvv.
    if failure is not None:
        module.fail_json(failure.sentence(), error=failure.document())
    module.exit_json(**result)
