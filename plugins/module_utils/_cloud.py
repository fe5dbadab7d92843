# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# This module_utils is PRIVATE to the collection: it may change or vanish in any release.
"""What the query needs to know of a cloud, with the checks of options that every cloud shares."""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple, TypeVar
from urllib.parse import urlsplit

from ansible_collections.cncloud.images.plugins.module_utils import _answers
from ansible_collections.cncloud.images.plugins.module_utils._credentials import Keyring
from ansible_collections.cncloud.images.plugins.module_utils._errors import ImagesError, option_error
from ansible_collections.cncloud.images.plugins.module_utils._paging import Image, Listing, Window
from ansible_collections.cncloud.images.plugins.module_utils._selection import Row
from ansible_collections.cncloud.images.plugins.module_utils._signing import Credentials, Request
from ansible_collections.cncloud.images.plugins.module_utils._transport import Answer, Transport

T = TypeVar("T")

LOOPBACK = re.compile(r"localhost|127(\.[0-9]{1,3}){3}|\[::1\]", re.IGNORECASE)


LOGIN = re.compile(r"%40|[?&#;]", re.IGNORECASE)
"""Where in an address something secret may stand that is not followed by an ``@``."""


class Trust(NamedTuple):
    """The image's fields that tell where it comes from: its source, with the cloud's words for it, and whose it is."""

    source: str
    owners: Tuple[str, ...]
    words: Tuple[str, ...]


class Cloud:
    """One task's question to one cloud's API. A subclass signs, asks, and reads answers; see also Dialect."""

    identifiers: Tuple[str, ...] = ()
    """The members of an image that can hold its ID; the first is the documented one."""

    trust_fields = Trust("", (), ())
    keyring: Keyring
    """Where the keys can be; ``credentials`` are set once the options are known to be right."""

    credentials = Credentials("", "")
    internal_host: Optional[str] = None
    """A pattern for hosts inside the cloud's own network, where the cloud offers plain http only."""

    window: Optional[Window] = None
    """The one window that was asked for; None for everything."""

    filters_locally = False
    """Whether ``keeps`` leaves out images that the API returned."""

    explicit_ids = False
    sources: Optional[Set[str]] = None
    """The sources, in the words of ``row``, that the API was asked for; None for any."""

    asked = ""
    """What the API was asked for, for the explanation of a pick."""

    asked_locally = ""
    """What ``keeps`` looks at."""

    def __init__(self, options: Mapping[str, Any], endpoint: str, action: str) -> None:
        # In small letters, as they go over the wire: API 2.0 signs the name of the host.
        self.endpoint = (options["endpoint"] or endpoint).rstrip("/").lower()
        self.scheme: str = self.endpoint.split("://")[0]
        self.host: str = self.endpoint.split("://")[1]
        self.action = f"{action} at {self.endpoint}"

    def listings(self, transport: Transport) -> List[Listing]:
        raise NotImplementedError

    def sign(self, request: Request, now: float, nonce: int) -> Request:
        raise NotImplementedError

    def fault(self, answer: Answer) -> Optional[ImagesError]:
        raise NotImplementedError

    def row(self, image: Image) -> Row:
        """The image in names and words that are equal for every cloud and API version."""
        raise NotImplementedError

    def key(self, image: Image) -> str:
        return _answers.identifier(image, self.identifiers) or ""

    def keeps(self, image: Image) -> bool:
        """Whether the image meets what was asked for but cannot be asked of the API."""
        return True

    def ask(self, transport: Transport, request: Request, read: Callable[[Dict[str, Any]], T]) -> T:
        """Send ``request`` and ``read`` the answer's document; an error says what was asked."""
        try:
            return transport.send(request, read)
        except ImagesError as error:
            error.asked = self.action
            raise

    def request(self, method: str, path: str, query: Sequence[Tuple[str, str]] = (), **more: Any) -> Request:
        return Request(method, self.scheme, self.host, path, query, **more)


def described(options: Mapping[str, Any], names: Sequence[str]) -> str:
    """``image_source=public, platform=CentOS``, with long lists counted instead of shown."""
    shown = []
    for name in names:
        value = options[name]
        if isinstance(value, list) and len(value) > 3:
            shown.append(f"{len(value)} {name}")
        elif value is not None:
            text = str(value).lower() if isinstance(value, bool) else value
            shown.append(f"{name}={','.join(value) if isinstance(value, list) else text}")
    return ", ".join(shown) or "no filter"


def check_range(options: Mapping[str, Any], name: str, least: float, most: float) -> None:
    value = options[name]
    if value is not None and not least <= value <= most:
        shown = f"{value:g}" if abs(value) < 1e300 else "beyond measure"
        raise option_error(name, f"is {shown}, outside {least:g} to {most:g}", "Give a number within that range.")


def login_in(endpoint: Any) -> Set[str]:
    """User and password that somebody put into ``endpoint``: it is refused, and must not be shown either."""
    text = str(endpoint or "")
    if LOGIN.search(text):
        rest = re.sub("^https?:/*", "", text, flags=re.IGNORECASE)
        return {rest} if len(rest) > 2 else set()
    return {text.rpartition("@")[0].rpartition("//")[2]} - {""}


def check_endpoint(value: str) -> None:
    """``scheme://host[:port]`` and nothing else: the path is the API's own, and user or query would be signed wrong."""
    remedy = "Give https://host or https://host:port, or the same with http, and nothing behind it."
    if "@" in value:
        raise option_error("endpoint", "holds a user name or password", remedy)
    try:
        value = value.lower()
        parts = urlsplit(value)
        port = parts.port
        good = (
            parts.scheme in ("http", "https")
            and re.fullmatch(
                r"([A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}\.?|\[[0-9A-Fa-f:.]+\]",
                parts.netloc.rpartition(":")[0] if port is not None else parts.netloc,
            )
            and parts.path in ("", "/")
            and port != 0
            and value.rstrip("/") == f"{parts.scheme}://{parts.netloc}"
        )
    except ValueError:
        good = False
    if not good:
        shown = "holds more than an address" if LOGIN.search(value) else f"is {value!r}, which is no address of a host"
        raise option_error("endpoint", shown, remedy)


def check_code(name: str, value: str, example: str) -> None:
    """A region or the like, which stands in a path or a header."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", value):
        raise option_error(name, f"is {value!r}", f"Give the cloud's own code, such as {example}.")


def check_lists(options: Mapping[str, Any], names: Sequence[str]) -> None:
    for name in names:
        value = options[name]
        if value is not None and (not value or not all(item.strip() for item in value)):
            problem = "is an empty list, which would ask for nothing" if not value else "holds an empty item"
            raise option_error(name, problem, "Leave the option out for no filter, or name at least one.")
