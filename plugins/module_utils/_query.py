# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# This module_utils is PRIVATE to the collection: it may change or vanish in any release.
"""From validated options to the result: the one function behind the modules, the lookups and the action plugins."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import sys
import threading
import time
import warnings
from typing import Any, Callable, Dict, Iterator, List, Mapping, NamedTuple, Set, Tuple

from ansible.module_utils.common.arg_spec import ValidationResult
from ansible.module_utils.errors import AnsibleFallbackNotFound
from ansible_collections.cncloud.images.plugins.module_utils._answers import share_texts
from ansible_collections.cncloud.images.plugins.module_utils._cloud import LOOPBACK, Cloud, check_endpoint, check_range
from ansible_collections.cncloud.images.plugins.module_utils._credentials import credentials
from ansible_collections.cncloud.images.plugins.module_utils._errors import ImagesError, option_error
from ansible_collections.cncloud.images.plugins.module_utils._paging import Listed, Workers, everything, one_window
from ansible_collections.cncloud.images.plugins.module_utils._selection import Candidate, Criteria, criteria, select
from ansible_collections.cncloud.images.plugins.module_utils._transport import LONGEST_TASK, Limits, Transport

VERSION = "1.0.0"


def names_of(spec: Mapping[str, Any]) -> Set[str]:
    """The names of the options of ``spec``, and their aliases."""
    return {each for name, option in spec.items() for each in (name, *option.get("aliases", ()))}


def variables_of(option: Mapping[str, Any]) -> List[str]:
    """The environment variables that can give ``option``."""
    return list(option.get("fallback", ((), ()))[1])


def without_empty(spec: Mapping[str, Any], options: Mapping[str, Any]) -> Dict[str, Any]:
    """``options`` without the empty ones that could come from the environment: a template left them so."""
    names = names_of({name: option for name, option in spec.items() if "fallback" in option})
    return {name: value for name, value in options.items() if not (value == "" and name in names)}


class Module(NamedTuple):
    """A module's full name, what makes its question to the cloud, and the argument spec of the options of its own."""

    name: str
    make_cloud: Callable[[Mapping[str, Any]], Cloud]
    options: Mapping[str, Mapping[str, Any]]


def options_hint(module: Module) -> str:
    return f"ansible-doc {module.name} describes the options."


def refusal(module: Module, validated: ValidationResult) -> ImagesError:
    """All that Ansible says of options, with the remedy: the name of a misspelt one, a variable for a missing one."""
    spec = argument_spec(module)
    messages = list(validated.error_messages)
    hint = options_hint(module)
    missing = re.search(r"missing required arguments: ([\w, ]+)", "; ".join(messages))
    if missing:
        variables = [each for name in missing[1].split(", ") for each in variables_of(spec[name])]
        if variables:
            hint = f"Set it, or {' or '.join(variables)}."
    if validated.unsupported_parameters:
        from difflib import get_close_matches  # only a failure needs it

        # Ansible may have found something else first, but a name that it does not know explains the most.
        messages.sort(key=lambda each: "Supported parameters include: " not in each)
        messages[0] = f"Unsupported parameters for ({module.name}) module: {messages[0]}"
        names = sorted(str(name) for name in validated.unsupported_parameters)
        meant = [each for name in names for each in get_close_matches(name, names_of(spec), 1)]
        if meant:
            hint = f"Did you mean {' and '.join(meant)}? {options_hint(module)}"
    return ImagesError("option", "; ".join(messages), hint)


WINDOW_OPTIONS = ("page_number", "page_size", "offset", "limit")

LONG_RESULT = 5000
"""Images from which on equal texts are kept once: that takes time, and saves memory here and in the controller."""

UNBOOTABLE = ("creating", "syncing", "deleting", "failed")
"""States, in the words of ``summary``, of an image that cannot boot yet or never will."""

LOOK = 0.1
"""Seconds of the processor's time between looks at the clock while images are selected."""

CLOSED_SOURCES = {"public", "private", "marketplace"}
"""Sources that other accounts cannot publish to; whatever word a cloud adds is not among them."""

OPEN_SOURCES = {"shared", "community"}

SILENT_DEFAULTS = (("service", "vm"), ("api_version", "3.0"), ("allow_untrusted_source", False))
"""Defaults that a corrected task need not show."""


def from_environment(*names: str) -> str:
    """Fallback of an option: the first of the variables ``names`` that is set; an empty one counts as not set."""
    for name in names:
        if os.environ.get(name):
            return os.environ[name]
    raise AnsibleFallbackNotFound


def argument_spec(module: Module) -> Dict[str, Dict[str, Any]]:
    """The options of ``module``: its own and those that all share."""
    shared: Dict[str, Dict[str, Any]] = {
        "credentials_from": {"type": "str", "choices": ["instance"]},
        "endpoint": {"type": "str"},
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": {"type": "path"},
        "timeout": {"type": "float", "default": 10},
        "total_timeout": {"type": "float", "default": 120},
        "retries": {"type": "int", "default": 6},
        "name_regex": {"type": "str"},
        "where": {"type": "dict"},
        "pick": {"type": "str", "choices": ["only", "newest", "highest_name"]},
        "allow_untrusted_source": {"type": "bool", "default": False},
    }
    return {**{name: dict(option) for name, option in module.options.items()}, **shared}


def answer(module: Module, options: Mapping[str, Any], warn: Callable[[str], None]) -> Dict[str, Any]:
    """Ask the cloud and select: the result of ``module`` for validated ``options``. Every failure is an ImagesError."""
    try:
        return _answer(module, options, warn)
    except ImagesError:
        raise
    except MemoryError:
        raise ImagesError(
            "answer",
            "the memory is not enough for what the cloud answers",
            "Narrow what is asked of the API, or give the task more memory.",
        ) from None
    except Exception as error:  # pylint: disable=broad-except
        # No such case is known. Its words are not shown, because they may hold anything, a secret too.
        frame = error.__traceback__
        while frame and frame.tb_next:
            frame = frame.tb_next
        place = f"{os.path.basename(frame.tb_frame.f_code.co_filename)}:{frame.tb_lineno}" if frame else "?"
        raise ImagesError(
            "answer",
            f"unexpected {type(error).__name__} at {place}",
            "Please report this with the options of the task.",
        ) from error


def _answer(module: Module, options: Mapping[str, Any], warn: Callable[[str], None]) -> Dict[str, Any]:
    _check(options)
    deadline = time.monotonic() + options["total_timeout"]
    with warnings.catch_warnings(record=True) as doubts:
        warnings.simplefilter("always")
        wanted = criteria(options["name_regex"], options["where"], options["pick"])
    for doubt in doubts:
        warn(f"name_regex {options['name_regex']!r} may mean something else than it seems to: {doubt.message}.")
    cloud = module.make_cloud(options)
    _check_trust(cloud, wanted, options, module.name)
    if cloud.scheme == "http" and not _may_be_plain(cloud):
        warn(f"{cloud.endpoint} is asked without TLS: anyone on the way can read the answer. Use https.")
    cloud.credentials = credentials(options, cloud.keyring, deadline, warn)
    transport = Transport(
        cloud,
        Limits(options["timeout"], options["total_timeout"], options["retries"]),
        verify=(options["ca_path"] or True) if options["validate_certs"] else False,
        secrets=tuple(part for part in (cloud.credentials.secret, cloud.credentials.token) if part),
        user_agent=f"cncloud.images/{VERSION} (Python {sys.version_info[0]}.{sys.version_info[1]})",
        deadline=deadline,
    )
    try:
        return _found(cloud, transport, wanted, options, warn)
    except ImagesError as error:
        error.endpoint = error.endpoint or cloud.endpoint
        if error.kind == "deadline":
            error.asked = error.asked or cloud.action
        raise


def _found(
    cloud: Cloud, transport: Transport, wanted: Criteria, options: Mapping[str, Any], warn: Callable[[str], None]
) -> Dict[str, Any]:
    """The result: what the API has, and what is left of it."""
    with Workers(transport.deadline, transport.close) as workers:
        answered = _list(cloud, transport, workers)
    listed = answered.listed
    if not answered.steady:
        counts = f"{answered.different} different images came, the cloud counts {listed.total}"
        what, remedy = "the list kept changing while it was read", "Run the task again"
        if listed.twice_the_same:
            what, remedy = "the list does not add up, read twice", "Check endpoint and any proxy on the way"
        if wanted.pick is not None:
            hint = f"{remedy}, or narrow what is asked of the API."
            raise ImagesError("incomplete", f"{cloud.action}: {what}: {counts}", hint)
        warn(f"{what.capitalize()}: {counts}.")
    candidates = [Candidate(image, cloud.row(image)) for image in listed.images]
    others = [Candidate(image, cloud.row(image)) for image in answered.others]
    with _ends_by(transport.deadline, options):
        chosen = select(candidates, wanted, answered.step, others)
    if len(chosen) >= LONG_RESULT:
        for each in chosen:
            share_texts(each.image)
            share_texts(each.row)
    if wanted.pick is not None and chosen[0].row["state"] in UNBOOTABLE:
        warn(
            f"The picked image {chosen[0].row['id']} is in state {chosen[0].row['state']}: it may not boot."
            " Leave such images out by status or where."
        )
    result: Dict[str, Any] = {
        "changed": False,
        "images": [each.image for each in chosen],
        "image_ids": [each.row["id"] for each in chosen],
        "summary": [each.row for each in chosen],
        "total_count": listed.total,
        "complete": listed.complete,
        "request_ids": listed.request_ids,
    }
    if wanted.pick is not None:
        result["image"] = chosen[0].image
        result["image_id"] = chosen[0].row["id"]
    return result


@contextlib.contextmanager
def _ends_by(deadline: float, options: Mapping[str, Any]) -> Iterator[None]:
    """End a regular expression that goes on for ever: repetitions within repetitions try all ways to cut a name.

    By the timer of the processor's time, which nobody else uses: Ansible's own ``timeout`` takes the one of the clock.
    """
    if threading.current_thread() is not threading.main_thread():  # signals are for the main thread alone
        yield
        return

    what, hint = "the selection", "Raise total_timeout, or ask the API for less."
    if options["name_regex"] is not None:
        what = f"name_regex {options['name_regex']!r}"
        hint = "Simplify it: repetitions within repetitions, such as (a+)+, can take for ever. Or raise total_timeout."

    def look(*dummy: Any) -> None:
        if time.monotonic() >= deadline:
            limit = f"{options['total_timeout']:g} s"
            raise ImagesError("deadline", f"{what} is still at work after total_timeout ({limit})", hint)

    before = signal.signal(signal.SIGVTALRM, look)
    signal.setitimer(signal.ITIMER_VIRTUAL, LOOK, LOOK)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before or signal.SIG_DFL)


class Answered(NamedTuple):
    """What the API has: ``steady`` if it did not change meanwhile, ``others`` as far as a message may name them."""

    listed: Listed
    steady: bool
    different: int
    step: str
    others: List[Dict[str, Any]]


def _list(cloud: Cloud, transport: Transport, workers: Workers) -> Answered:
    listings = cloud.listings(transport)
    if cloud.window is not None and len(listings) == 1 and not cloud.filters_locally:
        listed = one_window(listings[0], cloud.window, cloud.key, workers)
        return Answered(listed, True, len(listed.images), _step(listed, cloud), [])
    listed = everything(listings, cloud.key, workers)
    steady, different, step, others = listed.complete, len(listed.images), _step(listed, cloud), []
    if cloud.filters_locally:
        kept = [image for image in listed.images if cloud.keeps(image)]
        if not kept:
            others = listed.images[:2000]
        listed = listed._replace(images=kept)
        step += f", {len(kept)} after {cloud.asked_locally}"
    if cloud.window is not None:
        # The API cannot cut this window itself: the whole was asked for in several requests, or is filtered here.
        offset, size = cloud.window
        images = listed.images[offset : offset + size]
        listed = listed._replace(images=images, complete=listed.complete and len(images) == len(listed.images))
    return Answered(listed, steady, different, step, others)


def _step(listed: Listed, cloud: Cloud) -> str:
    return f"{len(listed.images)} from the API ({cloud.asked})"


def _check(options: Mapping[str, Any]) -> None:
    for name, value in options.items():
        _check_text(name, value)
    if options["endpoint"] is not None:
        check_endpoint(options["endpoint"])
    if options["ca_path"] is not None and not os.path.exists(options["ca_path"]):
        raise option_error(
            "ca_path", f"is {options['ca_path']!r}, which does not exist", "Give a file of certificates in PEM form."
        )
    check_range(options, "timeout", 0.1, 3600)
    check_range(options, "total_timeout", 0.1, LONGEST_TASK)
    check_range(options, "retries", 0, 100)
    for name in WINDOW_OPTIONS:
        if options["pick"] is not None and options.get(name) is not None:
            raise option_error(name, "cannot be combined with pick", "Leave it out: a pick is made among all images.")


def _check_text(name: str, value: Any) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _check_text(name, key)
            _check_text(f"{name}.{key}", inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _check_text(name, inner)
    elif isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise option_error(
                name.encode("utf-8", "replace").decode("utf-8"),
                "holds bytes that are no UTF-8 text",
                "Save the playbook as UTF-8.",
            ) from None


def _may_be_plain(cloud: Cloud) -> bool:
    name = re.sub(r":[0-9]+$", "", cloud.host)
    return bool(LOOPBACK.fullmatch(name) or (cloud.internal_host and re.fullmatch(cloud.internal_host, name)))


def _check_trust(cloud: Cloud, wanted: Criteria, options: Mapping[str, Any], module: str) -> None:
    """Refuse to pick among images that strangers can publish: names prove no origin (CVE-2018-15869)."""
    if wanted.pick is None or cloud.explicit_ids or options["allow_untrusted_source"]:
        return
    sources = cloud.sources
    if cloud.trust_fields.source in wanted.where:
        sources = {
            str(cloud.row({cloud.identifiers[0]: "", cloud.trust_fields.source: value})["source"])
            for value in wanted.where[cloud.trust_fields.source]
        }
    if sources is not None and sources <= CLOSED_SOURCES:
        return
    for owner in cloud.trust_fields.owners:
        if owner in wanted.where and all(value and not isinstance(value, bool) for value in wanted.where[owner]):
            return
    owner = cloud.trust_fields.owners[0]
    unknown = sorted((sources or set()) - CLOSED_SOURCES - OPEN_SOURCES)
    if unknown:
        raise ImagesError(
            "selection",
            f"pick={wanted.pick} among images of source {', '.join(unknown)} is refused: no such source is known",
            f"Correct it: known are {', '.join(cloud.trust_fields.words)}. For one that is new, pin the owner by"
            f" where.{owner}.",
        )
    which = "any source" if sources is None else f"source {', '.join(sorted(sources))}"
    raise ImagesError(
        "selection",
        f"pick={wanted.pick} among images of {which} is refused: other accounts can publish images under any name",
        f"Pin the owner: {_corrected(options, module, owner)}. Or name the IDs that you trust, or a source that is"
        " yours or the cloud's own, or set allow_untrusted_source: true if any owner will do.",
    )


def _corrected(options: Mapping[str, Any], module: str, owner: str) -> str:
    """The task as it would be accepted, on one line that YAML reads."""
    shown: List[Tuple[str, Any]] = [
        (name, value)
        for name, value in options.items()
        if value is not None
        and (name, value) not in SILENT_DEFAULTS
        and name not in ("where", "validate_certs", "timeout", "total_timeout", "retries", "language", "ca_path")
        and not any(word in name for word in ("key", "secret", "token", "signature_version"))
    ]
    task = dict(shown, where={**(options["where"] or {}), owner: "THE_OWNER"})
    return f"{module}: {json.dumps(task, ensure_ascii=False)}"
