# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A documented parameter is an option: in the argument spec, in the documentation, in the lookup and on the wire.

One test for each line in the data files' ``request`` and ``account``: a cloud's new parameter is one failing test. The
other way round, nothing is sent that is not documented, and no party has an option that another one lacks.
"""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from unit.contracts.conftest import PLUGINS
from unit.contracts.documented import APIS, Api, Kind, option_of

REQUEST = [(api, parameter) for api in APIS.values() for parameter in api.request]
ACCOUNT = [(api, parameter) for api in APIS.values() for parameter in api.account]
MODULES = {api.module: api.lookup for api in APIS.values()}

OURS = {
    "endpoint", "validate_certs", "ca_path", "timeout", "total_timeout", "retries",
    "name_regex", "where", "pick", "allow_untrusted_source",
    "service", "signature_version", "api_version", "profile", "credentials_from",
}  # fmt: skip
"""Options that are no cloud's parameter."""

OWN_HEADERS = {"x-tc-action", "x-tc-version", "x-tc-timestamp"}
OWN_PARAMETERS = {"Action", "Nonce", "SecretId", "Signature", "SignatureMethod", "Timestamp"}
"""What Tencent's APIs want with every request, whatever the options."""


def wire_name(name: str) -> str:
    """``ids.1`` and ``ids.2`` are one parameter."""
    return name.partition(".")[0]


def on_the_wire(received: Any) -> set[str]:
    """The names of everything in a request that an option decides."""
    names = {wire_name(name) for name in received.parameters} - OWN_PARAMETERS
    headers = {name.lower() for name, dummy in received.headers if name.lower().startswith("x-tc-")}
    return names | {f"header {name}" for name in headers - OWN_HEADERS}


def asked_with(api: Api, parameter: str, door: Any) -> Any:
    """The request that a task makes with ``parameter`` written as the API spells it, or nothing if it made none."""
    module = door(api)
    before = len(module.cloud.requests)
    options: dict[str, Any] = {}
    if api.module == "jdcloud_image_info" and parameter not in ("ids", "imageId", "imageSource"):
        options["image_source"] = "private" if parameter == "launchPermission" else "public"
    option = option_of(parameter)
    if option in api.ask:
        module = module.with_options(**{option: None})  # the API's own spelling takes its place
    module(**options, **{parameter: api.request[parameter]["value"]})
    return next(iter(module.cloud.requests[before:]), None)


@pytest.mark.parametrize(("api", "parameter"), REQUEST, ids=str)
def test_a_documented_parameter_is_an_option_everywhere(api, parameter, specs, pages, door):
    said = api.request[parameter]
    option = option_of(parameter)
    todo = []

    spec = specs[api.module].get(option)
    expected = Kind.of(said.get("as", said["type"]))
    if spec is None:
        todo.append(f"argument spec of {api.module}: no option {option}")
    else:
        actual = Kind(spec.get("type", "str"), spec.get("elements"))
        if actual[:2] != expected[:2]:
            todo.append(f"argument spec of {api.module}: {option} is a {actual}, not a {expected}")
        if parameter != option and parameter not in spec.get("aliases", []):
            todo.append(f"argument spec of {api.module}: {option} lacks the alias {parameter}")
    for page in (api.module, api.lookup):
        documented = pages[page]["doc"]["options"].get(option)
        if documented is None:
            todo.append(f"documentation of {page}: no option {option}")
        elif parameter != option and parameter not in documented.get("aliases", []):
            todo.append(f"documentation of {page}: {option} lacks the alias {parameter}")

    received = asked_with(api, parameter, door)
    place = said.get("place", "query")
    if received is None:
        todo.append("wire: the module refuses it before any request")
    elif place == "path":
        if said["value"] not in received.path.split("/"):
            todo.append(f"wire: {said['value']} is not in the path {received.path}")
    elif (place if place != "query" else parameter) not in on_the_wire(received):
        todo.append(f"wire: it is not sent, only {sorted(on_the_wire(received))} are")

    source = api.sources[said["source"]]
    news = f"{api.title} documents the parameter {parameter} ({source['text']}, {source['date']}). To do:"
    assert not todo, "\n- ".join([news, *todo])


@pytest.mark.parametrize(("api", "parameter"), ACCOUNT, ids=str)
def test_a_documented_part_of_the_account_is_a_secret_option(api, parameter, specs, pages):
    option = api.account[parameter]["option"]
    spec = specs[api.module][option]
    assert spec["no_log"] is True
    assert spec["type"] == "str"
    for page in (api.module, api.lookup):
        assert option in pages[page]["doc"]["options"]


@pytest.mark.parametrize("api", APIS.values(), ids=str)
def test_nothing_is_sent_that_is_not_documented(api, door):
    known = {said.get("place", parameter) for parameter, said in api.request.items()} | set(api.account)
    for parameter in api.request:
        received = asked_with(api, parameter, door)
        if received is not None:
            unknown = on_the_wire(received) - known
            assert not unknown, f"{sorted(unknown)} went out, and {api.file} does not know it"


@pytest.mark.parametrize("module", MODULES)
def test_every_option_is_a_documented_parameter_or_ours(module, specs):
    documented = {
        option for api in APIS.values() if api.module == module for option in [
            *map(option_of, api.request), *(said["option"] for said in api.account.values())
        ]
    }  # fmt: skip
    assert set(specs[module]) - documented - OURS == set()


def test_jdclouds_tables_are_the_data_files(specs):
    tables = importlib.import_module(f"{PLUGINS}.module_utils._jdcloud")
    vm = {name for name, said in APIS["jdcloud_vm"].request.items() if said.get("place") != "path"}
    coc_vm = {name for name, said in APIS["jdcloud_coc_vm"].request.items() if said.get("place") != "path"}
    assert set(tables.PARAMETERS.values()) - vm == set(), "sent, but not documented"
    assert {tables.PARAMETERS[option] for option in tables.COC_VM} - coc_vm == set(), "sent, but not documented"
    assert {option: option_of(name) for option, name in tables.PARAMETERS.items()} == {
        option: option for option in tables.PARAMETERS
    }
    assert set(tables.PARAMETERS) <= set(specs["jdcloud_image_info"])


@pytest.mark.parametrize("api", APIS.values(), ids=str)
def test_what_is_not_offered_has_a_reason_and_no_option(api, specs):
    for parameter, reason in api.not_offered.items():
        assert reason
        assert parameter not in api.request
        assert option_of(parameter) not in specs[api.module]


@pytest.mark.parametrize("api", APIS.values(), ids=str)
def test_every_line_of_a_data_file_has_a_source_with_a_date(api):
    lines = [*api.request.values(), *api.account.values()]
    lines += [field for structure in api.structures.values() for field in structure.values()]
    assert {line["source"] for line in lines} == set(api.sources)
    assert all(source["text"] and source["date"] for source in api.sources.values())


def plain(option: dict[str, Any]) -> dict[str, Any]:
    """What an argument spec and a documentation both say of an option."""
    return {
        "type": option.get("type", "str"),
        "elements": option.get("elements"),
        "required": bool(option.get("required")),
        "default": option.get("default"),
        "choices": sorted(map(str, option.get("choices") or [])),
        "aliases": sorted(option.get("aliases") or []),
    }


@pytest.mark.parametrize("page", [*MODULES, *MODULES.values()])
def test_the_documentation_is_the_argument_spec(page, specs, pages):
    module = next(module for module, lookup in MODULES.items() if page in (module, lookup))
    documented = {name: plain(option) for name, option in pages[page]["doc"]["options"].items()}
    assert documented == {name: plain(option) for name, option in specs[module].items()}


@pytest.mark.parametrize("module", MODULES)
def test_the_lookup_reads_the_same_variables_as_the_module(module, specs, pages):
    options = pages[MODULES[module]]["doc"]["options"]
    in_lookup = {
        name: [variable["name"] for variable in option["env"]] for name, option in options.items() if "env" in option
    }
    in_module = {name: list(option["fallback"][1]) for name, option in specs[module].items() if "fallback" in option}
    assert in_lookup == in_module
    for name, variables in in_module.items():
        said = " ".join(pages[module]["doc"]["options"][name]["description"])
        assert all(f"E({variable})" in said for variable in variables), f"{name}: a variable is not documented"


def test_the_lookups_settings_have_one_meaning_each(pages):
    settings: dict[tuple[str, str], set[str]] = {}
    for lookup in MODULES.values():
        for name, option in pages[lookup]["doc"]["options"].items():
            for place in option.get("ini", []):
                settings.setdefault((place["section"], place["key"]), set()).add(name)
    assert settings
    for (section, key), names in settings.items():
        assert section == "cncloud_images"
        assert len(names) == 1, f"{key} sets {sorted(names)}"
        name = next(iter(names))
        assert key in (name, f"jdcloud_{name}", f"qcloud_{name}"), f"{key} sets {name}"
