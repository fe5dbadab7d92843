# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The quick removal of secrets from a result leaves what Ansible's own removal leaves."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.common.parameters import remove_values
from ansible_collections.cncloud.images.plugins.module_utils._no_log import concealed

SECRETS = ["SKEXAMPLE/abcdef+0123456789==", 'with "quotes" and \\ and é 中文', "4711", "/", "\x7f\t"]


def an_image(secret: str) -> dict[str, Any]:
    return {
        "plain": "img-1",
        "whole": secret,
        "within": f"before {secret} after",
        "deep": {"list": [1, None, True, 2.5, {"again": f"{secret}{secret}"}]},
        "number": 1471147,
    }


@pytest.mark.parametrize("secret", SECRETS)
def test_as_ansible_removes_it(secret: str) -> None:
    clean = {"imageId": "img-2", "size": 40, "nothing": None, "tags": [{"k": "v"}]}
    result = {"images": [clean, an_image(secret), clean], "ids": [secret, "b"], "msg": f"no {secret}", "changed": False}
    for secrets in ([secret], SECRETS, {secret, "img"}):
        assert concealed(result, secrets) == remove_values(result, secrets)


def test_without_a_secret_nothing_is_copied() -> None:
    image = an_image("nobody's")
    assert concealed({"images": [image]}, ["SKEXAMPLE"])["images"][0] is image
    assert concealed({"images": [image]}, [])["images"][0] is image


def test_what_json_does_not_know_is_left_to_ansible() -> None:
    result = {"images": [{"raw": b"SKEXAMPLE", "many": {"SKEXAMPLE"}}]}
    assert concealed(result, ["SKEXAMPLE"]) == remove_values(result, ["SKEXAMPLE"])
