# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# This module_utils is PRIVATE to the collection: it may change or vanish in any release.
"""Tencent Cloud's image APIs, QCloud API 2.0 and Tencent Cloud API 3.0, behind one interface.

Sources: the documents of image.api.qcloud.com ``DescribeImages`` and of its common parameters, signature and error
codes; those of cvm.tencentcloudapi.com ``DescribeImages`` (version 2017-03-12) and of its common error codes. There
is no official mapping from 2.0 to 3.0: what is paired here is paired by the meaning of the texts.
"""

from __future__ import annotations

import json
import time
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

REGIONS = {
    "gz": "ap-guangzhou",
    "sh": "ap-shanghai",
    "bj": "ap-beijing",
    "hk": "ap-hongkong",
    "sg": "ap-singapore",
    "cd": "ap-chengdu",
    "ca": "na-toronto",
    "usw": "na-siliconvalley",
    "de": "eu-frankfurt",
    "kr": "ap-seoul",
    "shjr": "ap-shanghai-fsi",
    "szjr": "ap-shenzhen-fsi",
    "gzopen": "ap-guangzhou-open",
}
"""Code of API 2.0 to code of API 3.0, paired by the names of the cities."""

SHORT_REGIONS = {long: short for short, long in REGIONS.items()}

TYPES = {"private": 1, "public": 2, "marketplace": 3, "shared": 4}
"""``image_type`` to the number of API 2.0."""

TYPE_WORDS = {str(number): word for word, number in TYPES.items()}

LONG_TYPES = {
    "PRIVATE_IMAGE": "private",
    "PUBLIC_IMAGE": "public",
    "MARKET_IMAGE": "marketplace",
    "SHARED_IMAGE": "shared",
}

STATES_2 = {"1": "creating", "2": "ready", "3": "in_use", "4": "syncing", "5": "syncing"}

STATES_3 = {
    "CREATING": "creating",
    "NORMAL": "ready",
    "USING": "in_use",
    "SYNCING": "syncing",
    "IMPORTING": "creating",
    "CREATEFAILED": "failed",
    "IMPORTFAILED": "failed",
}

STATUS_IN_3 = {1: "CREATING", 2: "NORMAL", 3: "USING", 4: "SYNCING", 5: "SYNCING"}
"""``status`` to ImageState: API 3.0 does not tell synchronising (4) from copying (5)."""

ASKED = ("image_type", "image_ids", "status", "filters", "instance_type", "offset", "limit")

ONLY_3 = ("filters", "instance_type")

MOST_FILTERS, MOST_VALUES = 10, 5

CREDENTIALS_HINT = "Check secret_id and secret_key, and token if they are temporary."
OPTIONS_HINT = "Compare the options with the API's documentation."
REGION_HINT = f"Check region. {OPTIONS_HINT}"
RATE_HINT = "The account's quota of requests is used up: try again later, or raise retries and total_timeout."
IDS_HINT = "Check region, and look up the image_ids one by one."
LATER_HINT = "The cloud fails at the moment: try again later."


def qcloud(options: Mapping[str, Any]) -> Cloud:
    """The question of one task. Raises ImagesError of kind ``option`` for options that do not fit together."""
    return QCloud3(options) if options["api_version"] == "3.0" else QCloud2(options)


class QCloud(Cloud):
    """What both versions share."""

    keyring = _credentials.TENCENT
    first_host = ""
    ids_at_once = 0
    local: Tuple[str, ...] = ()
    """Options that are not asked of the API, but compared with its answer."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        _check(options)
        self._options = options
        self._type = TYPE_WORDS.get(options["image_type"], options["image_type"])
        super().__init__(
            options,
            f"https://{self.first_host}",
            f"Tencent Cloud API {options['api_version']} DescribeImages in {options['region']}",
        )
        if options["offset"] is not None or options["limit"] is not None:
            self.window = Window(options["offset"] or 0, options["limit"] or 20)
        self.asked = described(options, [name for name in ASKED if name not in self.local])
        self.asked_locally = described(options, self.local)
        self.explicit_ids = options["image_ids"] is not None
        self.sources = None if self._type is None else {self._type}

    def _not_found_hint(self) -> str:
        return IDS_HINT if self.explicit_ids else REGION_HINT

    def _runs(self) -> List[Optional[Tuple[str, ...]]]:
        """The image IDs of each request; one request without any if none were given."""
        image_ids = self._options["image_ids"]
        if image_ids is None:
            return [None]
        return list(_answers.pieces(image_ids, self.ids_at_once, 1024 * 1024))

    def _row(self, image: Image, words: Mapping[str, Any]) -> Row:
        os_name = _answers.text(words["os_name"])
        return {
            "id": self.key(image),
            "name": _answers.text(words["name"]),
            "os_type": _os_type(_answers.text(words["platform"]) or os_name),
            "os_name": os_name,
            "platform": _answers.text(words["platform"]),
            "architecture": _answers.word(words["architecture"], {"arm": "arm64"}),
            "source": words["source"],
            "state": words["state"],
            "created": _answers.text(words["created"]),
            "size_gb": words["size_gb"],
        }


class QCloud2(QCloud):
    """QCloud API 2.0: a flat answer with a numeric code, ten IDs a request."""

    first_host = "image.api.qcloud.com"
    ids_at_once = 10
    identifiers = ("unImgId", "unImageId")
    # The document's table says creator, its example createor.
    trust_fields = Trust("imageType", ("creator", "createor"), tuple(TYPE_WORDS))

    def listings(self, transport: Transport) -> List[Listing]:
        region = self._options["region"]
        query = [
            ("Action", "DescribeImages"),
            ("Region", SHORT_REGIONS.get(region, region)),
            ("imageType", str(TYPES[self._type])),
        ]
        if self._options["status"] is not None:
            query.append(("status", str(self._options["status"])))
        return [
            self._list(transport, [*query, *((f"imageIds.{n}", item) for n, item in enumerate(run or ()))])
            for run in self._runs()
        ]

    def _list(self, transport: Transport, query: List[Tuple[str, str]]) -> Listing:
        def read(document: Dict[str, Any]) -> Page:
            return _answers.page(document, "imageSet", "totalCount", self.identifiers, None)

        def fetch(window: Window) -> Page:
            paged = [*query, ("offset", str(window.offset)), ("limit", str(window.size))]
            return self.ask(transport, self.request("GET", "/v2/index.php", paged), read)

        return fetch

    def sign(self, request: _signing.Request, now: float, nonce: int) -> _signing.Request:
        return _signing.sign_qcloud(request, self.credentials, int(now), nonce)

    def fault(self, answer: Answer) -> Optional[ImagesError]:
        # Documented as a number, printed as text in some of the documents' own examples.
        code = _answers.text(answer.document.get("code"))
        if code == "0":
            return None
        if code is None:
            return answer_error("the number code", answer.document.get("code")) if answer.status == 200 else None
        word = _answers.text(answer.document.get("codeDesc"))
        said = _answers.text(answer.document.get("message")) or "no message"
        message = f"{code}{f' {word}' if word else ''}: {said}"
        if code in ("4100", "4200", "4500"):
            late, replayed = code == "4200", code == "4500"
            return signature_error(message, CREDENTIALS_HINT, answer.skew, code, None, late, replayed)
        kind, hint, transient = "api", OPTIONS_HINT, False
        if code in ("4101", "4102", "4103", "4104", "4105", "4106", "4110"):
            kind, hint = "credentials", f"{CREDENTIALS_HINT} The account needs the permission to list images."
        elif code == "4000":
            hint = REGION_HINT
        elif code == "4300":
            hint = "API 2.0 is closed to nearly all accounts: use api_version 3.0."
        elif code == "4400":
            kind, hint, transient = "throttled", RATE_HINT, True
        elif code == "5000":
            kind, hint = "not_found", self._not_found_hint()
        elif code == "4600":
            hint = "Use an endpoint with https."
        elif code == "6000":
            hint, transient = LATER_HINT, True
        elif code == "6100":
            hint = "Check endpoint: this host does not know the action."
        elif code == "6200":
            hint = LATER_HINT
        return ImagesError(kind, message, hint, code, None, None, transient)

    def row(self, image: Image) -> Row:
        return self._row(
            image,
            {
                "name": image.get("imageName"),
                "os_name": image.get("osName"),
                "platform": None,
                "architecture": None,
                "source": _answers.word(image.get("imageType"), TYPE_WORDS),
                "state": _answers.word(image.get("status"), STATES_2),
                "created": image.get("createTime"),
                "size_gb": None,
            },
        )


class QCloud3(QCloud):
    """Tencent Cloud API 3.0: HTTP 200 for errors too, IDs and filters exclude each other."""

    first_host = "cvm.tencentcloudapi.com"
    ids_at_once = 100
    identifiers = ("ImageId",)
    trust_fields = Trust("ImageType", ("ImageCreator",), tuple(LONG_TYPES))

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.local = ("image_type", "status") if options["image_ids"] is not None else ("status",)
        super().__init__(options)
        self._filters = {name: _texts(value) for name, value in (options["filters"] or {}).items()}
        self._state = STATUS_IN_3.get(options["status"])
        self.filters_locally = self._state is not None or (self.explicit_ids and self._type is not None)
        self.explicit_ids = self.explicit_ids or "image-id" in self._filters
        if "image-type" in self._filters:
            self.sources = {LONG_TYPES.get(word, word) for word in self._filters["image-type"]}

    def listings(self, transport: Transport) -> List[Listing]:
        filters = dict(self._filters)
        if self._type is not None and self._options["image_ids"] is None:
            filters["image-type"] = [word for word, type_word in LONG_TYPES.items() if type_word == self._type]
        question: Dict[str, Any] = {}
        if filters:
            question["Filters"] = [{"Name": name, "Values": values} for name, values in filters.items()]
        if self._options["instance_type"] is not None:
            question["InstanceType"] = self._options["instance_type"]
        return [
            self._list(transport, question if run is None else {**question, "ImageIds": list(run)})
            for run in self._runs()
        ]

    def _list(self, transport: Transport, question: Mapping[str, Any]) -> Listing:
        region = self._options["region"]
        headers = {
            "content-type": "application/json",
            "x-tc-action": "DescribeImages",
            "x-tc-version": "2017-03-12",
            "x-tc-region": REGIONS.get(region, region),
            "x-tc-language": self._options["language"],
        }

        def read(document: Dict[str, Any]) -> Page:
            response = _answers.member(document, "Response", None)
            request_id = _answers.request_id(response.get("RequestId"))
            return _answers.page(response, "ImageSet", "TotalCount", self.identifiers, request_id)

        def fetch(window: Window) -> Page:
            body = json.dumps({**question, "Offset": window.offset, "Limit": window.size}).encode("ascii")
            return self.ask(transport, self.request("POST", "/", headers=headers, body=body), read)

        return fetch

    def sign(self, request: _signing.Request, now: float, nonce: int) -> _signing.Request:
        date = time.strftime("%Y-%m-%d", time.gmtime(now))
        return _signing.sign_tc3(request, self.credentials, "cvm", date, int(now))

    def keeps(self, image: Image) -> bool:
        if self._state is not None and image.get("ImageState") != self._state:
            return False
        return not (
            self._options["image_ids"] is not None
            and self._type is not None
            and LONG_TYPES.get(str(image.get("ImageType"))) != self._type
        )

    def fault(self, answer: Answer) -> Optional[ImagesError]:
        response = answer.document.get("Response")
        error = response.get("Error") if isinstance(response, dict) else None
        if not isinstance(response, dict) or not error:
            return None
        request_id = _answers.request_id(response.get("RequestId"))
        if not isinstance(error, dict):
            return answer_error("the object Error", error, request_id)
        code = _answers.text(error.get("Code")) or "no code"
        message = f"{code}: {_answers.text(error.get('Message')) or 'no message'}"
        if request_id:
            message += f" (request {request_id})"
        if code.startswith("AuthFailure"):
            if code == "AuthFailure.UnauthorizedOperation":
                hint = "The account may not do this: ask for the permission to list images."
                return ImagesError("credentials", message, hint, code, None, request_id)
            late = code == "AuthFailure.SignatureExpire"
            return signature_error(message, CREDENTIALS_HINT, answer.skew, code, request_id, late)
        kind, hint, transient = "api", OPTIONS_HINT, False
        if code.startswith("UnauthorizedOperation"):
            kind, hint = "credentials", f"{CREDENTIALS_HINT} The account needs the permission to list images."
        elif code.startswith("RequestLimitExceeded"):
            kind, hint, transient = "throttled", RATE_HINT, True
        elif code.startswith("InternalError"):
            hint, transient = LATER_HINT, True
        elif code.startswith("LimitExceeded"):
            hint = "A limit of the account is reached, and further attempts do not help: ask for a higher one."
        elif code.startswith(("UnsupportedRegion", "InvalidRegion")):
            hint = "Check region."
        elif code.startswith(("InvalidImageId.NotFound", "ResourceNotFound")):
            kind, hint = "not_found", self._not_found_hint()
        elif code.startswith(("IpInBlacklist", "IpNotInWhitelist")):
            kind, hint = "credentials", "The keys are limited to other addresses: ask whoever manages the account."
        elif code.startswith("ActionOffline"):
            hint = "The cloud has withdrawn this version of its API: see whether a newer collection knows another."
        return ImagesError(kind, message, hint, code, None, request_id, transient)

    def row(self, image: Image) -> Row:
        return self._row(
            image,
            {
                "name": image.get("ImageName"),
                "os_name": image.get("OsName"),
                "platform": image.get("Platform"),
                "architecture": image.get("Architecture"),
                "source": _answers.word(image.get("ImageType"), LONG_TYPES),
                "state": _answers.word(image.get("ImageState"), STATES_3),
                "created": image.get("CreatedTime"),
                "size_gb": image.get("ImageSize"),
            },
        )


def _os_type(name: Optional[str]) -> Optional[str]:
    """Neither version states it, but every platform that Tencent Cloud names is Windows, FreeBSD or a Linux."""
    word = (name or "unknown").lower()
    if "windows" in word:
        return "windows"
    if "linux" not in word and word.startswith(("freebsd", "other", "unknown", "unix")):
        return None
    return "linux"


def _texts(value: Any) -> List[str]:
    items = value if isinstance(value, (list, tuple)) else [value]
    return [str(item).lower() if isinstance(item, bool) else str(item) for item in items]


def _check(options: Mapping[str, Any]) -> None:
    check_code("region", options["region"], "ap-guangzhou")
    check_lists(options, ["image_ids"])
    check_range(options, "status", 0, 5)
    check_range(options, "offset", 0, 10**9)
    check_range(options, "limit", 1, 100)
    if options["api_version"] == "2.0":
        if options["image_type"] is None:
            raise option_error(
                "image_type", "is missing", "API 2.0 requires it: give private, public, marketplace or shared."
            )
        for name in ONLY_3:
            if options[name] is not None:
                raise option_error(name, "is unknown to API 2.0", "Leave it out, or use api_version 3.0.")
    elif options["image_type"] in ("marketplace", "3") and options["image_ids"] is None:
        raise option_error(
            "image_type", "is marketplace, which API 3.0 cannot list", "Give the image_ids that you want."
        )
    _check_filters(options)


def _check_filters(options: Mapping[str, Any]) -> None:
    filters = options["filters"]
    if filters is None:
        return
    if options["image_ids"] is not None:
        raise option_error(
            "filters", "cannot be combined with image_ids", "Use where or name_regex to narrow the images of known IDs."
        )
    if "image-type" in filters and options["image_type"] is not None:
        raise option_error("filters", "holds image-type beside the option image_type", "Leave one of them out.")
    if len(filters) + (options["image_type"] is not None) > MOST_FILTERS:
        raise option_error(
            "filters", f"holds {len(filters)} filters", f"The API takes {MOST_FILTERS}, image_type among them."
        )
    for name, value in filters.items():
        items = value if isinstance(value, (list, tuple)) else [value]
        if not 1 <= len(items) <= MOST_VALUES or any(item is None or isinstance(item, (dict, list)) for item in items):
            raise option_error(
                f"filters.{name}",
                f"is {value!r}",
                f"Give a text, or a list of 1 to {MOST_VALUES} texts of which any may match.",
            )
