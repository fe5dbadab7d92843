# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# This module_utils is PRIVATE to the collection: it may change or vanish in any release.
"""Narrows images by name and fields and picks one of them, or says step by step why none can be picked.

It knows no network and no cloud: every image comes with its ``Row``, the same words for every cloud.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Pattern, Sequence, Tuple

from ansible_collections.cncloud.images.plugins.module_utils._errors import ImagesError, option_error

Image = Dict[str, Any]
Row = Dict[str, Any]

NAMED = 5
"""Images that a message names."""

TRUE_WORDS = ("true", "yes", "on", "1", "y", "t")
FALSE_WORDS = ("false", "no", "off", "0", "n", "f")

_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?)?"
    r" ?(?:(Z)|([+-])([0-9]{2}):?([0-9]{2})?)?",
    re.IGNORECASE,
)


_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


STRUCTURE = object()
"""Stands for a structure where ``where`` wants a value: it is there, and equals nothing."""


class Candidate(NamedTuple):
    image: Image
    row: Row


class Criteria(NamedTuple):
    """What is wanted: ``where`` maps a dotted field to the values it may have, ``pick`` None means all that is left."""

    name_regex: Optional[Pattern[str]]
    where: Mapping[str, Sequence[Any]]
    pick: Optional[str]


def criteria(name_regex: Optional[str], where: Optional[Mapping[str, Any]], pick: Optional[str]) -> Criteria:
    """Check the options of the selection; raises ImagesError of kind ``option``."""
    pattern = None
    if name_regex is not None:
        try:
            pattern = re.compile(name_regex)
        except (re.error, RecursionError, OverflowError) as error:
            raise option_error(
                "name_regex",
                f"{name_regex!r} does not compile: {error}",
                "It is a Python regular expression, searched anywhere in the name.",
            ) from None
    conditions: Dict[str, Sequence[Any]] = {}
    for field, value in _flat(where or {}, ""):
        values = value if isinstance(value, (list, tuple)) else [value]
        if not values or any(isinstance(item, (dict, list, tuple)) for item in values):
            raise option_error(
                f"where.{field}",
                f"is {value!r}, which no field can equal",
                "Give a value, or a list of values of which any may match.",
            )
        if field in conditions:
            raise option_error(f"where.{field}", "is given twice", "Leave one of them out.")
        conditions[field] = values
    return Criteria(pattern, conditions, pick)


def _flat(where: Mapping[str, Any], prefix: str) -> Iterator[Tuple[str, Any]]:
    for name, value in where.items():
        field = f"{prefix}{name}"
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{field}.")
        else:
            yield field, value


def select(
    candidates: Sequence[Candidate], wanted: Criteria, step: str, others: Sequence[Candidate] = ()
) -> List[Candidate]:
    """The candidates that meet ``wanted``, in their order; exactly one if something is to be picked.

    For the explanation, ``step`` tells where the candidates come from and ``others`` are those left out on the way.
    Raises ImagesError of kind ``selection``, or ``option`` for a field that no image has.
    """
    steps = [step]
    left = list(candidates)
    before = left or list(others)
    if wanted.name_regex is not None:
        pattern = wanted.name_regex
        before, left = left or before, [each for each in left if pattern.search(each.row["name"] or "")]
        steps.append(f"{len(left)} after name_regex {pattern.pattern!r}")
    for field, values in wanted.where.items():
        _check_field(field, values, candidates)
        before, left = left or before, [each for each in left if _meets(each.image, field, values)]
        steps.append(f"{len(left)} after where.{field}={'|'.join(_shown(value) for value in values)}")
    if wanted.pick is None:
        return left
    if not left:
        raise ImagesError("selection", f"no image left: {', '.join(steps)}", _nearest(before, wanted))
    return [PICKS[wanted.pick](left, ", ".join(steps))]


# --- where


def _check_field(field: str, values: Sequence[Any], candidates: Sequence[Candidate]) -> None:
    path = field.split(".")
    if not candidates:
        return
    if not any(_may_be(each.image, path) for each in candidates):
        fields = sorted({name for each in candidates for name in _fields(each.image, "")})
        raise ImagesError(
            "option", f"where.{field} names a field that no image has", f"The fields are: {', '.join(fields)}."
        )
    if any(value is not None for value in values):
        found = [leaf for each in candidates for leaf in _leaves(each.image, path)]
        if found and all(leaf is STRUCTURE for leaf in found):
            fields = sorted({name for each in candidates for name in _fields(each.image, "")})
            members = [name for name in fields if name.startswith(f"{field}.")]
            raise ImagesError(
                "option", f"where.{field} is a structure", f"Name one of its members: {', '.join(members)}."
            )


def _may_be(value: Any, path: Sequence[str]) -> bool:
    """Whether ``path`` leads to something, or to null or an empty list on the way, which may hold it elsewhere."""
    if isinstance(value, list):
        return not value or any(_may_be(inner, path) for inner in value)
    if not path or value is None:
        return True
    return isinstance(value, dict) and any(_may_be(inner, rest) for inner, rest in _steps(value, path))


def _steps(value: Mapping[str, Any], path: Sequence[str]) -> Iterator[Tuple[Any, Sequence[str]]]:
    """What ``path`` leads to in one step, and the rest of it: a key may hold a dot, so every way to cut is followed."""
    for cut in range(1, len(path) + 1):
        key = ".".join(path[:cut])
        if key in value:
            yield value[key], path[cut:]


def _fields(value: Any, name: str) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _fields(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, list) and value:
        for inner in value:
            yield from _fields(inner, name)
    else:
        yield name


def _leaves(value: Any, path: Sequence[str]) -> List[Any]:
    """The values at ``path``, through every list on the way; none where it ends early, or in nothing."""
    if isinstance(value, list):
        return [leaf for inner in value for leaf in _leaves(inner, path)]
    if not path:
        return [value] if not isinstance(value, dict) else [STRUCTURE] if value else []
    if not isinstance(value, dict):
        return []
    return [leaf for inner, rest in _steps(value, path) for leaf in _leaves(inner, rest)]


def _meets(image: Image, field: str, values: Sequence[Any]) -> bool:
    leaves = _leaves(image, field.split(".")) or [None]
    return any(_equal(leaf, value) for leaf in leaves for value in values)


def _equal(actual: Any, wanted: Any) -> bool:
    """By value: an ad-hoc line turns ``true`` and ``40`` into text, and the clouds write some numbers as text."""
    if actual is None or wanted is None:
        return actual is wanted
    if isinstance(actual, bool) or isinstance(wanted, bool):
        truth = _truth(actual)
        return truth is not None and truth == _truth(wanted)
    if str(actual) == str(wanted):
        return True
    if isinstance(wanted, int) or (isinstance(actual, str) and isinstance(wanted, str)):
        # No further: 12345 as the name of an owner must not let in 012345 or 12345.0.
        return isinstance(actual, float) and actual == wanted
    # YAML makes the number 22.1 of 22.10, an ad-hoc line a text of any number.
    texts = str(actual), str(wanted)
    if "." not in texts[0] + texts[1] or not all(_NUMBER.fullmatch(text) for text in texts):
        return False
    try:
        return float(actual) == float(wanted)
    except OverflowError:
        return False


def _truth(value: Any) -> Optional[bool]:
    word = str(value).strip().lower()
    return True if word in TRUE_WORDS else False if word in FALSE_WORDS else None


def _shown(value: Any) -> str:
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


# --- pick


def _only(left: List[Candidate], steps: str) -> Candidate:
    if len(left) > 1:
        raise ImagesError(
            "selection",
            f"{len(left)} images left, pick=only wants exactly one: {steps}. {_named('The first', left)}",
            "Narrow name_regex or where, or decide by pick=newest or pick=highest_name.",
        )
    return left[0]


def _newest(left: List[Candidate], steps: str) -> Candidate:
    if all(parse_time(each.row["created"]) is None for each in left):
        raise ImagesError(
            "selection",
            f"none of the {len(left)} images left has a creation time: {steps}. {_named('The first', left)}",
            "Use pick=highest_name, which compares names (22.04 above 9.10).",
        )
    return max(left, key=lambda each: (_time_key(each.row), _text(each.row["id"])))


def _highest_name(left: List[Candidate], steps: str) -> Candidate:
    return max(
        left, key=lambda each: (natural_key(_text(each.row["name"])), _time_key(each.row), _text(each.row["id"]))
    )


PICKS: Mapping[str, Callable[[List[Candidate], str], Candidate]] = {
    "only": _only,
    "newest": _newest,
    "highest_name": _highest_name,
}


def parse_time(text: Any) -> Optional[datetime]:
    """A point in time from what the clouds write; without a zone it counts as UTC. None if it cannot be read."""
    match = _TIME.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, dummy, sign, zone_hours, zone_minutes = match.groups()
    try:
        moment = datetime(
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((fraction or "0")[:6].ljust(6, "0")),
            tzinfo=timezone.utc,
        )
        offset = timedelta(hours=int(zone_hours or 0), minutes=int(zone_minutes or 0))
        return moment - offset if sign != "-" else moment + offset
    except (ValueError, OverflowError):
        return None


def _time_key(row: Row) -> Tuple[bool, datetime]:
    moment = parse_time(row["created"])
    return (moment is not None, moment or datetime.min.replace(tzinfo=timezone.utc))


def natural_key(name: str) -> Tuple[Any, ...]:
    """Sorts numbers in names by value: ``9.10`` below ``22.04``. Different names never share a key."""
    parts: List[Tuple[int, int, str]] = []
    for number, text in re.findall(r"([0-9]+)|([^0-9]+)", name):
        digits = number.lstrip("0")
        # By length, then by digit, because a number may be longer than int() takes. Numbers come before text.
        parts.append((0, len(digits), digits) if number else (1, 0, text))
    return (tuple(parts), name)


# --- what a message shows


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _named(title: str, candidates: Sequence[Candidate]) -> str:
    rows = [each.row for each in candidates[:NAMED]]
    shown = "; ".join(f"{row['id']} {_text(row['name'])!r} {row['created'] or 'no time'}" for row in rows)
    return f"{title}{f' {len(rows)}' if len(candidates) > len(rows) else ''}: {shown}"


def _nearest(candidates: Sequence[Candidate], wanted: Criteria) -> str:
    """The names that were there before the last step, those most like the pattern first."""
    if not candidates:
        return "Check the region, the source and the filters that went to the API."
    if wanted.name_regex is not None:
        from difflib import SequenceMatcher  # only a failure needs it

        letters = re.sub(r"[\\^$.*+?()\[\]{}|]", "", wanted.name_regex.pattern)
        matcher = SequenceMatcher(b=letters)

        def likeness(each: Candidate) -> float:
            matcher.set_seq1(_text(each.row["name"])[:200])
            return matcher.ratio()

        candidates = sorted(candidates[:2000], key=likeness, reverse=True)
    given = [name for name in ("name_regex", "where") if getattr(wanted, name)]
    return f"{_named('Nearest', candidates)}. Widen {' or '.join(given) or 'what the last step asked for'}."
