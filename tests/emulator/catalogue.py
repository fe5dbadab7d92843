# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The images both emulated clouds offer: believable, the same on every run, and free for a test to replace."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from . import jdcloud_images, qcloud_images

Image = dict[str, Any]

SHELVES: dict[str, Callable[[int, int], Iterator[Image]]] = {
    "jdcloud.vm": jdcloud_images.vm_images,
    # "Cooperative VM" regions are small: a tenth.
    "jdcloud.coc-vm": lambda per_source, seed: jdcloud_images.coc_vm_images(max(per_source // 10, 20), seed),
    "qcloud": qcloud_images.images,
}


@lru_cache(maxsize=8)
def _frozen(shelf: str, images_per_source: int, seed: int) -> bytes:
    # Unpickling is several times faster than generating, and hands every emulator images of its own to change.
    return pickle.dumps(_generated(shelf, images_per_source, seed), protocol=pickle.HIGHEST_PROTOCOL)


def _generated(shelf: str, images_per_source: int, seed: int) -> list[Image]:
    # Nothing here is garbage, and looking for it would take most of the time of a large catalogue.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return list(SHELVES[shelf](images_per_source, seed))
    finally:
        if collecting:
            gc.enable()


class Shelves(dict[str, list[Image]]):
    """Lists of images by API, each generated when it is first looked at."""

    def __init__(self, images_per_source: int, seed: int) -> None:
        super().__init__()
        self._arguments = (images_per_source, seed)

    def __missing__(self, shelf: str) -> list[Image]:
        images_per_source, seed = self._arguments
        if images_per_source > 2000:
            # Large lists serve one long benchmark; a second, frozen copy would only cost memory.
            return self.setdefault(shelf, _generated(shelf, images_per_source, seed))
        return self.setdefault(shelf, pickle.loads(_frozen(shelf, images_per_source, seed)))


class Catalogue:
    """`images["jdcloud.vm"]`, `images["jdcloud.coc-vm"]` and `images["qcloud"]`, in the order the APIs list them.

    JD Cloud's images are as its answers show them. Tencent's are in the words of API 3.0, those of the marketplace
    included, which only API 2.0 lists. Every region offers the same images.
    """

    def __init__(self, images_per_source: int = 300, seed: int = 1) -> None:
        self._arguments = (images_per_source, seed)
        self.images = Shelves(images_per_source, seed)

    def restore(self) -> None:
        """Undo what a test has put in place of the generated images."""
        self.images = Shelves(*self._arguments)
