# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A program that runs some tasks at once, each with a transport of its own, and prints what each came to."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


def main() -> None:
    import conftest  # noqa: F401  makes the checkout a collection
    from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
    from ansible_collections.cncloud.images.plugins.module_utils._errors import ImagesError
    from ansible_collections.cncloud.images.plugins.module_utils._query import answer, argument_spec
    from ansible_collections.cncloud.images.plugins.modules import jdcloud_image_info, qcloud_image_info

    name, text, number = sys.argv[1:]
    module = {"jdcloud_image_info": jdcloud_image_info, "qcloud_image_info": qcloud_image_info}[name].MODULE
    given = {option: value for option, value in json.loads(text).items() if value is not None}
    options = ArgumentSpecValidator(argument_spec(module)).validate(given).validated_parameters

    def task(dummy: int) -> dict[str, Any]:
        try:
            result = answer(module, options, lambda warning: None)
        except ImagesError as error:
            return {"failed": error.sentence()}
        return {"images": len(result["images"]), "complete": result["complete"]}

    with ThreadPoolExecutor(int(number)) as pool:
        for result in pool.map(task, range(int(number))):
            print(json.dumps(result))


if __name__ == "__main__":
    main()
