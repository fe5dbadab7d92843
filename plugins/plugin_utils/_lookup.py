# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# This plugin_utils is PRIVATE to the collection: it may change or vanish in any release.
"""The lookups' door to the query: options of a lookup in, image IDs out."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, cast

from ansible.errors import AnsibleError, AnsibleLookupError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display
from ansible_collections.cncloud.images.plugins.module_utils._errors import UNREADABLE, ImagesError, unreadable_options
from ansible_collections.cncloud.images.plugins.module_utils._query import (
    Module,
    answer,
    argument_spec,
    names_of,
    refusal,
    variables_of,
    without_empty,
)
from ansible_collections.cncloud.images.plugins.module_utils._transport import REQUESTS_IMPORT_ERROR


class ImageLookup(LookupBase):
    """A subclass names itself and the module whose options it shares."""

    name = ""
    module: Module

    def run(self, terms: Sequence[Any], variables: Optional[Mapping[str, Any]] = None, **kwargs: Any) -> List[str]:
        if terms:
            raise AnsibleLookupError(
                f"{self.name} takes options only, such as name_regex='^CentOS'; {terms[0]!r} has no name."
            )
        if REQUESTS_IMPORT_ERROR:
            raise AnsibleLookupError(f"{self.name} needs the Python library requests on the controller.")
        spec = argument_spec(self.module)
        direct = without_empty(spec, kwargs)
        refused: Optional[AnsibleError] = None
        with _without_empty(variable for option in spec.values() for variable in variables_of(option)):
            try:
                self.set_options(var_options=variables, direct=direct)
            except AnsibleError as error:
                refused = error
                direct = self._as_far_as_known(spec, direct)
        if refused is not None:
            self._validated(spec, direct)  # says how to heal it, which Ansible's own words do not
            raise refused
        given = {
            name: value
            for name, value in self.get_options().items()
            # An option that is empty counts as not set if it could come from the environment, as it does for modules.
            if name in spec and value is not None and not (value == "" and "fallback" in spec[name])
        }
        known = names_of(spec)
        # What Ansible does not know it drops in silence: a misspelt option would widen the choice.
        given.update({name: value for name, value in kwargs.items() if name not in known})
        options = self._validated(spec, given)
        failure = None
        try:
            result = answer(self.module, options, Display().warning)
            return list(result["image_ids"])
        except ImagesError as error:
            failure = error
        # Not within the handler: the cause would be shown a second time.
        raise AnsibleLookupError(f"{self.name}: {failure.sentence()}")

    def _as_far_as_known(self, spec: Mapping[str, Any], direct: Mapping[str, Any]) -> Dict[str, Any]:
        """``direct`` with what environment and ansible.cfg add, where the options as a whole cannot be had."""
        found = dict(direct)
        for name, option in spec.items():
            if names_of({name: option}).isdisjoint(direct):
                with suppress(AnsibleError, KeyError):
                    value = self.get_option(name)
                    if value is not None:
                        found[name] = value
        return found

    def _validated(self, spec: Mapping[str, Any], given: Mapping[str, Any]) -> Dict[str, Any]:
        """The options as the module would take them, refused in the words in which it would."""
        try:
            validated = ArgumentSpecValidator(spec).validate(dict(given))
        except UNREADABLE as error:
            raise AnsibleLookupError(f"{self.name}: {unreadable_options(error).sentence()}") from None
        if validated.error_messages:
            raise AnsibleLookupError(f"{self.name}: {refusal(self.module, validated).sentence()}")
        return cast(Dict[str, Any], validated.validated_parameters)


@contextmanager
def _without_empty(variables: Iterable[str]) -> Iterator[None]:
    """Takes away the environment variables that are set to nothing: for Ansible they would hide ansible.cfg."""
    empty = [variable for variable in variables if os.environ.get(variable) == ""]
    for variable in empty:
        del os.environ[variable]
    try:
        yield
    finally:
        os.environ.update(dict.fromkeys(empty, ""))
