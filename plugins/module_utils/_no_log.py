# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# This module_utils is PRIVATE to the collection: it may change or vanish in any release.
"""Removes the values of ``no_log`` options from a result as Ansible does, in a small part of the time.

Ansible's own function copies every value of every image in Python: on a long listing that takes longer than the query.
"""

from __future__ import annotations

import json
from typing import Any, Collection, Dict, Mapping

from ansible.module_utils.common.parameters import remove_values


def concealed(result: Mapping[str, Any], secrets: Collection[str]) -> Dict[str, Any]:
    """What ``remove_values`` makes of ``result``; what holds no secret is not given to it."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    # As JSON writes them: a quotation mark within a secret has its backslash in the text as well.
    words = [encode(str(secret))[1:-1] for secret in secrets]

    def conceal(value: Any) -> Any:
        if isinstance(value, list):
            return [conceal(each) for each in value]
        try:
            text = encode(value)
        except (TypeError, ValueError):  # only Ansible knows what else a value can be
            return remove_values(value, secrets)
        return remove_values(value, secrets) if any(word in text for word in words) else value

    return {name: conceal(value) for name, value in result.items()}
