# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# This module_utils is PRIVATE to the collection: it may change or vanish in any release.
"""JD Cloud's image APIs: options to requests, answers to pages of images, errors to causes.

Sources: JD Cloud API documents of vm ``describeImages`` and ``describeImage`` and of coc-vm's actions of these names,
"Error Codes" of its common declarations, and the parameters of the official Python SDK.
"""

from __future__ import annotations

import time
from itertools import product
from typing import Any, Dict, List, Mapping, Optional, Tuple

from ansible_collections.cncloud.images.plugins.module_utils import _answers, _credentials, _signing
from ansible_collections.cncloud.images.plugins.module_utils._cloud import (
    Cloud,
    Trust,
    check_code,
    check_lists,
    check_range,
    described,
)
from ansible_collections.cncloud.images.plugins.module_utils._errors import (
    ImagesError,
    answer_error,
    option_error,
    signature_error,
)
from ansible_collections.cncloud.images.plugins.module_utils._paging import Image, Listing, Page, Window
from ansible_collections.cncloud.images.plugins.module_utils._selection import Row
from ansible_collections.cncloud.images.plugins.module_utils._transport import Answer, Transport

PARAMETERS: Mapping[str, str] = {
    "ids": "ids",
    "image_source": "imageSource",
    "platform": "platform",
    "root_device_type": "rootDeviceType",
    "status": "status",
    "offline": "offline",
    "launch_permission": "launchPermission",
    "image_name": "imageName",
    "architecture": "architecture",
    "instance_ids": "instanceIds",
    "boot_mode": "bootMode",
    "page_number": "pageNumber",
    "page_size": "pageSize",
}
"""Option to parameter of describeImages."""

COC_VM = ("ids", "image_source", "platform", "image_name", "architecture", "page_number", "page_size")
"""What the service coc-vm knows of them."""

ID_LISTS = ("ids", "instance_ids")
PAGE = ("page_number", "page_size")

IDS_AT_ONCE = 100
"""No maximum is documented; one page holds this many."""

QUERY_LIMIT = 6000
"""Characters: the gateway takes 8 KiB of URL (414 beyond), and a character may encode to more than one."""

SOURCES = {"jcloud": "public", "self": "private", "share": "shared", "thirdparty": "marketplace"}
STATES = {"pending": "creating", "error": "failed"}

RATE_HINT = "JD Cloud counts requests per minute and account: try again later, or raise retries and total_timeout."
CREDENTIALS_HINT = "Check access_key and secret_key, and security_token if they are temporary."


class JDCloud(Cloud):
    """One task's question to JD Cloud. Raises ImagesError of kind ``option`` for options that do not fit together."""

    keyring = _credentials.JDCLOUD
    identifiers = ("imageId",)
    trust_fields = Trust("imageSource", ("ownerPin",), ("public", "thirdparty", "private", "shared", "community"))
    # Documented for use inside a VPC, where it answers plain http only.
    internal_host = r".+\.internal\.[a-z0-9-]+\.jdcloud-api\.com"

    def __init__(self, options: Mapping[str, Any]) -> None:
        _check(options)
        self._options = options
        self._service = options["service"]
        self._region = options["region_id"]
        action = "describeImage" if options["image_id"] is not None else "describeImages"
        super().__init__(
            options,
            f"https://{self._service}.jdcloud-api.com",
            f"JD Cloud {self._service} {action} in {self._region}",
        )
        if options["page_number"] is not None or options["page_size"] is not None:
            size = options["page_size"] or 20
            self.window = Window(((options["page_number"] or 1) - 1) * size, size)
        self.asked = described(options, ["image_id", *PARAMETERS])
        self.explicit_ids = options["image_id"] is not None or options["ids"] is not None
        source = options["image_source"]
        self.sources = None if source is None else {SOURCES.get(source, source)}

    # --- requests

    def listings(self, transport: Transport) -> List[Listing]:
        path = f"/v1/regions/{_signing.encode(self._region)}/images"
        if self._options["image_id"] is not None:
            return [self._detail(transport, f"{path}/{_signing.encode(self._options['image_id'])}")]
        plain: List[Tuple[str, str]] = []
        cut: List[List[List[Tuple[str, str]]]] = []
        lists = [name for name in ID_LISTS if self._options[name] is not None]
        for name, parameter in PARAMETERS.items():
            value = self._options[name]
            if name in lists:
                runs = _answers.pieces(value, IDS_AT_ONCE, QUERY_LIMIT // len(lists))
                cut.append([[(f"{parameter}.{n}", item) for n, item in enumerate(run, 1)] for run in runs])
            elif value is not None and name not in PAGE:
                plain.append((parameter, str(value).lower() if isinstance(value, bool) else value))
        return [
            self._list(transport, path, [*plain, *(pair for run in runs for pair in run)]) for runs in product(*cut)
        ]

    def _list(self, transport: Transport, path: str, query: List[Tuple[str, str]]) -> Listing:
        def read(document: Dict[str, Any]) -> Page:
            request_id = _answers.request_id(document.get("requestId"))
            result = _answers.member(document, "result", request_id)
            return _answers.page(result, "images", "totalCount", self.identifiers, request_id)

        def fetch(window: Window) -> Page:
            number = window.offset // window.size + 1
            paged = [*query, ("pageNumber", str(number)), ("pageSize", str(window.size))]
            return self.ask(transport, self.request("GET", path, paged), read)

        return fetch

    def _detail(self, transport: Transport, path: str) -> Listing:
        def read(document: Dict[str, Any]) -> Page:
            request_id = _answers.request_id(document.get("requestId"))
            result = _answers.member(document, "result", request_id)
            image = _answers.image(result.get("image"), self.identifiers, request_id)
            if self.key(image) != self._options["image_id"]:
                raise answer_error(f"the image {self._options['image_id']}", image, request_id, "another image")
            return Page([image], 1, request_id)

        def fetch(window: Window) -> Page:
            try:
                return self.ask(transport, self.request("GET", path), read)
            except ImagesError as error:
                # The gateway says NOT_FOUND as well for a path that it does not route: that is no missing image.
                if error.code == "NOT_FOUND" and "no route and no API" not in error.message:
                    return Page([], 0, error.request_id)
                raise

        return fetch

    def sign(self, request: _signing.Request, now: float, nonce: int) -> _signing.Request:
        date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
        return _signing.sign_jdcloud(
            request,
            self.credentials,
            self._region,
            self._service,
            date,
            f"{nonce:032x}",
            self._options["signature_version"],
        )

    # --- answers

    def fault(self, answer: Answer) -> Optional[ImagesError]:
        error = answer.document.get("error")
        if not error:
            return None
        request_id = _answers.request_id(answer.document.get("requestId"))
        if answer.status == 200 and not (isinstance(error, dict) and (error.get("code") or error.get("status"))):
            return answer_error("the object error with a code", error, request_id)
        if not isinstance(error, dict):
            error = {"message": str(error)}
        number = error.get("code") if isinstance(error.get("code"), int) else answer.status
        code = _answers.text(error.get("status")) or str(number)
        message = f"{code}: {_answers.text(error.get('message')) or 'no message'}"
        if request_id:
            message += f" (request {request_id})"
        if number == 401 or code in ("UNAUTHENTICATED", "ACCESS_ERROR"):
            replayed = "nonce" in message.lower()
            return signature_error(message, CREDENTIALS_HINT, answer.skew, code, request_id, replayed=replayed)
        kind, hint, transient = "api", "Check region_id, then compare the options with the API's documentation.", False
        if number == 403:
            kind, hint = "credentials", "The account may not do this: ask for the permission to list images."
        elif number == 404:
            kind, hint = "not_found", "Check region_id, service and endpoint"
            hint += ", and look up the ids one by one." if self._options["ids"] is not None else "."
        elif code == "QUOTA_EXCEEDED":
            kind = "throttled"
            hint = "A quota of the account is used up, and further attempts do not help: ask for a higher one."
        elif number == 429:
            kind, hint, transient = "throttled", RATE_HINT, True
        elif number in (500, 502, 503, 504):
            hint, transient = "The cloud fails at the moment: try again later.", True
        return ImagesError(kind, message, hint, code, None, request_id, transient)

    def row(self, image: Image) -> Row:
        platform, version = _answers.text(image.get("platform")), _answers.text(image.get("osVersion"))
        if version and platform and not version.startswith(platform):
            version = f"{platform} {version}"
        return {
            "id": image["imageId"],
            "name": _answers.text(image.get("name")),
            "os_type": _answers.word(image.get("osType"), {"Linux": "linux", "Windows": "windows"}),
            "os_name": version,
            "platform": platform,
            "architecture": _answers.text(image.get("architecture")),
            "source": _answers.word(image.get("imageSource"), SOURCES),
            "state": _answers.word(image.get("status"), STATES),
            "created": _answers.text(image.get("createTime")),
            "size_gb": image.get("systemDiskSizeGB"),
        }


def _check(options: Mapping[str, Any]) -> None:
    check_code("region_id", options["region_id"], "cn-north-1")
    given = [name for name in PARAMETERS if options[name] is not None]
    image_id = options["image_id"]
    if image_id is not None:
        if given:
            raise option_error(
                given[0], "cannot be combined with image_id", "Leave one of them out: image_id alone names one image."
            )
        if not image_id.strip("."):
            # Dots alone would be taken for a step in the path.
            raise option_error(
                "image_id", f"is {image_id!r}, which is no image's ID", "Give one such as img-m5s0abcd29."
            )
    elif options["ids"] is None and options["image_source"] is None:
        raise option_error("image_source", "is missing", "Give one of image_id, ids or image_source (such as public).")
    if options["service"] == "coc-vm":
        for name in given:
            if name not in COC_VM:
                raise option_error(
                    name, "is unknown to service coc-vm", f"Leave it out: coc-vm knows {', '.join(COC_VM)}."
                )
    check_lists(options, ID_LISTS)
    check_range(options, "page_number", 1, 10**9)
    check_range(options, "page_size", 10, 100)
