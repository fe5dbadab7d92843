# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# This module_utils is PRIVATE to the collection: it may change or vanish in any release.
"""Takes a page of images out of a decoded answer, member by member: a wrong shape is named, never a crash."""

from __future__ import annotations

import re
import sys
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from ansible_collections.cncloud.images.plugins.module_utils._errors import answer_error
from ansible_collections.cncloud.images.plugins.module_utils._paging import Image, Page

MOST_IMAGES = 10**100
"""A total from here on is none: what is printed of it, or added to it, could have too many digits for Python."""


def request_id(said: Any) -> Optional[str]:
    """The ID that the cloud gave the request; None if it is nothing that could be one."""
    name = text(said)
    return name if name and re.fullmatch(r"[\w.:-]{1,128}", name) else None


def member(parent: Mapping[str, Any], name: str, request_id: Optional[str]) -> Dict[str, Any]:
    value = parent.get(name)
    if not isinstance(value, dict):
        raise answer_error(f"the object {name}", value, request_id)
    return value


def page(
    parent: Mapping[str, Any], images: str, total: str, identifiers: Sequence[str], request_id: Optional[str]
) -> Page:
    """The page that ``parent`` holds: ``images`` and ``total`` name its members, ``identifiers`` an image's ID."""
    count = parent.get(total)
    if isinstance(count, str) and re.fullmatch("[0-9]{1,9}", count):
        count = int(count)  # API 2.0 writes some numbers as text
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count < MOST_IMAGES:
        raise answer_error(f"the number {total}", count, request_id)
    listed = parent.get(images)
    if listed is None and count == 0:
        listed = []
    if not isinstance(listed, list):
        raise answer_error(f"the list {images}", listed, request_id)
    return Page([image(each, identifiers, request_id) for each in listed], count, request_id)


def image(value: Any, identifiers: Sequence[str], request_id: Optional[str]) -> Image:
    if not isinstance(value, dict):
        raise answer_error("an image", value, request_id)
    if identifier(value, identifiers) is None:
        raise answer_error(f"the image's {identifiers[0]}", value.get(identifiers[0]), request_id)
    return value


def share_texts(value: Any) -> None:
    """Make equal texts within ``value``, and in all that was given to this function, one object each."""
    places: Any = value.items() if isinstance(value, dict) else enumerate(value)
    for place, inner in places:
        if isinstance(inner, str):
            value[place] = sys.intern(inner)
        elif isinstance(inner, (dict, list)):
            share_texts(inner)


def identifier(value: Image, identifiers: Sequence[str]) -> Optional[str]:
    for name in identifiers:
        if isinstance(value.get(name), str) and value[name]:
            return str(value[name])
    return None


def text(value: Any) -> Optional[str]:
    """What the cloud says as text; None for what it leaves out or empty."""
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "" else None


def word(value: Any, words: Mapping[str, str]) -> Optional[str]:
    """The word that is equal for every cloud; one that is not in the table is passed on as it came."""
    said = text(value)
    return None if said is None else words.get(said, said)


def pieces(items: Sequence[str], most: int, longest: int) -> List[Tuple[str, ...]]:
    """``items``, each once, cut into runs of up to ``most``, and of ``longest`` characters with 12 more for each."""
    runs: List[List[str]] = []
    length = 0
    # An ad-hoc line's "img-a, img-b" leaves spaces around, which no ID has.
    for item in dict.fromkeys(each.strip() for each in items):
        length += len(item) + 12
        if not runs or len(runs[-1]) == most or length > longest:
            runs.append([])
            length = len(item) + 12
        runs[-1].append(item)
    return [tuple(run) for run in runs]
