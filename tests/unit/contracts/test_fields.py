# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A documented field of an image is documented in RETURN: one test for each line in the data files' ``structures``."""

from __future__ import annotations

import pytest
from unit.contracts.documented import APIS, Kind, documented_keys

LINES = [
    pytest.param(api, structure, field, id=f"{api}-{structure}.{field}")
    for api in APIS.values()
    for structure, fields in api.structures.items()
    for field in fields
]


@pytest.mark.parametrize(("api", "structure", "field"), LINES)
def test_a_documented_field_is_in_return(api, structure, field, pages):
    documented = dict(documented_keys(pages[api.module]["return"]["images"]["contains"]))
    kind = Kind.of(api.structures[structure][field]["type"])
    places = [path for path, holder in api.places() if holder == structure]
    todo = []
    for path in [f"{place}{field}" for place in places]:
        said = documented.get(path)
        if said is None:
            todo.append(f"{path} is missing")
        elif (said["type"], said.get("elements")) != (kind.type, kind.elements):
            todo.append(f"{path} is no {kind}")
        elif bool(said.get("contains")) != bool(kind.structure):
            todo.append(f"{path} is {kind.structure or 'no structure'}")
    assert places, f"{api.file}: no field is a {structure}"
    assert not todo, f"{api.title} documents {structure}.{field}. RETURN of {api.module}: {'; '.join(todo)}"


@pytest.mark.parametrize("module", sorted({api.module for api in APIS.values()}))
def test_return_documents_no_field_that_no_cloud_does(module, pages):
    known = {field for api in APIS.values() if api.module == module for field in api.fields()}
    ours = dict(documented_keys(pages[module]["return"]["images"]["contains"]))
    assert set(ours) - known == set(), "documented in RETURN, but in no data file"
