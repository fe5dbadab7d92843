# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The places where a fault can strike: each API's first page, a page in the middle of the list and its detail call."""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

from emulator import Catalogue, Emulator, Fault, Received
from emulator.faults import Action
from unit.front_door import JDCLOUD, QCLOUD, FrontDoor, Result

IMAGES = 450
JD_PUBLIC = {"image_source": "public"}


class Place(NamedTuple):
    """``page`` None is the detail call; ``api`` is the name that the emulator has for it."""

    name: str
    api: str
    page: int | None
    module: str
    options: dict[str, Any]

    @property
    def cloud_name(self) -> str:
        return "qcloud" if self.api.startswith("qcloud") else self.api.rpartition(".")[0]

    @property
    def has_nonce(self) -> bool:
        return self.api != "qcloud.3.0"


VM = {**JDCLOUD, **JD_PUBLIC}
COC_VM = {**VM, "service": "coc-vm"}
QCLOUD2 = {**QCLOUD, "api_version": "2.0", "image_type": "public"}
QCLOUD3 = {**QCLOUD, "image_type": "public"}

PLACES = [
    Place("vm page 1", "jdcloud.vm.list", 1, "jdcloud_image_info", VM),
    Place("vm page 3", "jdcloud.vm.list", 3, "jdcloud_image_info", VM),
    Place("vm detail", "jdcloud.vm.detail", None, "jdcloud_image_info", {**VM, "image_source": None}),
    Place("coc-vm page 1", "jdcloud.coc-vm.list", 1, "jdcloud_image_info", COC_VM),
    Place("coc-vm page 3", "jdcloud.coc-vm.list", 3, "jdcloud_image_info", COC_VM),
    Place("coc-vm detail", "jdcloud.coc-vm.detail", None, "jdcloud_image_info", {**COC_VM, "image_source": None}),
    Place("2.0 page 1", "qcloud.2.0", 1, "qcloud_image_info", QCLOUD2),
    Place("2.0 page 3", "qcloud.2.0", 3, "qcloud_image_info", QCLOUD2),
    Place("3.0 page 1", "qcloud.3.0", 1, "qcloud_image_info", QCLOUD3),
    Place("3.0 page 3", "qcloud.3.0", 3, "qcloud_image_info", QCLOUD3),
]
FIRST_PAGES = [place for place in PLACES if place.page == 1 and place.name != "coc-vm page 1"]


@cache
def _coc_vm() -> bytes:
    """A catalogue has a tenth as many images of coc-vm as of others: here as many as of the others."""
    return pickle.dumps(Catalogue(10 * IMAGES).images["jdcloud.coc-vm"])


class Spot:
    """A place of one emulator, and the task that comes past it."""

    def __init__(self, place: Place, cloud: Emulator, waits: list[int]) -> None:
        self.place = place
        self.cloud = cloud
        self.waits = waits
        if place.cloud_name == "jdcloud.coc-vm":
            cloud.catalogue.images[place.cloud_name] = pickle.loads(_coc_vm())
        images = cloud.catalogue.images[place.cloud_name]
        if place.cloud_name == "qcloud":
            self.ids = [image["ImageId"] for image in images if image["ImageType"] == "PUBLIC_IMAGE"]
        else:
            self.ids = [
                image["imageId"] for image in images if image["imageSource"] == "public" and not image.get("offline")
            ]
        options = dict(place.options)
        if place.page is None:
            self.ids = self.ids[7:8]
            options["image_id"] = self.ids[0]
        self.door = FrontDoor(place.module, cloud, **options)

    def breaks(self, action: Action, times: int | None = None, after: int = 0) -> None:
        """``action`` strikes here: for ever, or so many ``times`` ``after`` so many requests."""
        self.cloud.faults.append(Fault(action, api=self.place.api, page=self.place.page, times=times, after=after))

    def holds(self, number: int) -> list[str]:
        """Let the cloud have so many images of few members; their IDs."""
        name = self.place.cloud_name
        ids = [f"img-{each:08}" for each in range(number)]
        small = {"ImageType": "PUBLIC_IMAGE"} if name == "qcloud" else {"imageSource": "public"}
        self.cloud.catalogue.images[name] = [{self.key: each, **small} for each in ids]
        return ids

    @property
    def key(self) -> str:
        """The member with the ID, in the catalogue."""
        return "ImageId" if self.place.cloud_name == "qcloud" else "imageId"

    def attempts(self) -> list[Received]:
        """What came to this place, in the order of arrival."""
        return [
            received
            for received in self.cloud.requests
            if received.api == self.place.api and received.page == self.place.page
        ]

    def signatures(self) -> set[str]:
        return {received.header("authorization") or received.parameters["Signature"] for received in self.attempts()}

    def nonces(self) -> set[str]:
        return {received.header("x-jdcloud-nonce") or received.parameters["Nonce"] for received in self.attempts()}

    def is_whole(self, result: Result) -> None:
        """``result`` holds every image there is, once, in the order of the API, and says so."""
        assert result["image_ids"] == self.ids
        assert (result["complete"], result["total_count"]) == (True, len(self.ids))
        assert "warnings" not in result

    def ends(self, kind: str, attempts: int, seconds: float = 3.0, **options: Any) -> Result:
        """The task fails as ``kind`` after so many ``attempts`` in ``seconds`` at most, and tells what to do."""
        with at_most(seconds):
            result = self.door.failed(kind, **options)
        error = result["error"]
        assert error["attempts"] == attempts
        assert error["endpoint"] == (options.get("endpoint") or self.cloud.url)
        assert error["hint"], "no remedy"
        assert error["hint"] in result["msg"]
        assert error["message"] in result["msg"]
        assert "exception" not in result
        assert "Traceback" not in self.door.said
        return result


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds
