# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# This module_utils is PRIVATE to the collection: it may change or vanish in any release.
"""Sends signed requests over ``requests`` within limits of time, size and rate, until an answer is certain.

It knows no cloud: a ``Dialect`` signs each attempt and reads each answer.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import random
import re
import socket
import ssl
import threading
import time
import traceback
import zlib
from collections import deque
from datetime import timezone
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import (
    Any,
    Callable,
    Deque,
    Dict,
    Iterator,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Protocol,
    Tuple,
    TypeVar,
    cast,
)
from urllib.parse import quote, quote_plus

from ansible_collections.cncloud.images.plugins.module_utils._errors import ImagesError
from ansible_collections.cncloud.images.plugins.module_utils._signing import Request, encode

REQUESTS_IMPORT_ERROR: Optional[str] = None
try:
    import requests
    import urllib3
    from requests import Session
    from requests.adapters import HTTPAdapter
    from requests.auth import AuthBase
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.exceptions import InsecureRequestWarning
    from urllib3.poolmanager import ProxyManager
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()
    # Python needs the base classes to define what is below; nothing of it runs without requests.
    AuthBase = HTTPAdapter = Session = object  # type: ignore[assignment,misc]
    HTTPConnection = HTTPSConnection = HTTPConnectionPool = HTTPSConnectionPool = object  # type: ignore[assignment,misc]

T = TypeVar("T")

ANSWER_LIMIT = 4 * 1024 * 1024
"""Bytes of one answer, packed or unpacked; a page of 100 images takes some hundred kilobytes. Eight come at once."""

TASK_LIMIT = 512 * 1024 * 1024
"""Bytes of all answers of a task, unpacked; 50,000 images take about 100 MiB."""

MOST_DIGITS = 4300
"""Digits of a whole number, as newer Pythons have it: older ones would need minutes for one of millions."""

MOST_VALUES = 200_000
"""Members and elements of one document: decoded, an empty object takes thirty times its two letters."""

TASK_VALUES = 20_000_000
"""The same of all answers of a task, by their memory: they come to a gigabyte. 50,000 images have some four million."""

DEEPEST = 100
"""Levels of a document; a page of images has about six."""

LONGEST_WAIT = 30.0
"""Seconds, unless Retry-After asks for more; the quotas of both clouds are counted per second or per minute."""

FIRST_WAIT = 0.5

QUOTA_WINDOW = 61.0
"""Seconds after which a quota that is counted per minute has begun anew."""

PATIENT = 6
"""Retries from which on the last one waits for that: who allows fewer wants an answer soon."""

PROBE_WAIT = 0.02
"""Seconds between looks at whether the probe of a pause has its answer."""

CREEP = 0.01
"""By what part of it a second raises the rate, once nothing was throttled for five; more, the longer that lasts."""

GUESSED = 4
"""Answers in a second that say enough about the quota; from fewer the rate is a guess, which grows at once."""

GROWTH = 0.15
"""By what part of it a second raises a guessed rate."""

REPEATED_STATUS = (500, 502, 503, 504)

LEAST_BASE64 = 8
"""Letters of Base64 that are taken for a secret; fewer are found in any text."""

CERTIFICATE_HINT = "Set ca_path to the authority that signed it, or correct endpoint."
NAME_HINT = "Give endpoint with a name that is in the certificate."
DATE_HINT = "Check this machine's clock; if it is right, whoever runs the endpoint has to renew the certificate."

CERTIFICATE_HINTS = {9: DATE_HINT, 10: DATE_HINT, 62: NAME_HINT, 64: NAME_HINT}
"""By OpenSSL's codes of a verification: not yet valid, expired, another host name, another IP address."""


NO_HTTP = {"BadStatusLine", "LineTooLong", "HTTPException", "UnknownProtocol"}
"""The names of exceptions that urllib3 and Python's own client raise for what breaks the rules of HTTP."""

LONGEST_TASK = 86400
"""Seconds: the most that total_timeout can be."""


class Answer(NamedTuple):
    """``document`` is the decoded JSON object; ``skew`` the seconds by which this clock is ahead of the cloud's."""

    status: int
    document: Dict[str, Any]
    skew: Optional[float]


class Dialect(Protocol):
    """What differs between clouds about one exchange."""

    def sign(self, request: Request, now: float, nonce: int) -> Request:
        """The same request, signed for the time ``now`` (Unix seconds) with ``nonce`` (1 to 2**63 - 1)."""

    def fault(self, answer: Answer) -> Optional[ImagesError]:
        """The error that the answer states, None if it states none."""


class Limits(NamedTuple):
    """Seconds for one attempt and for the whole task; further attempts for each request."""

    timeout: float
    total_timeout: float
    retries: int


class Transport:
    """One per task. ``send`` may be called from several threads; each has a keep-alive session of its own."""

    def __init__(
        self,
        dialect: Dialect,
        limits: Limits,
        verify: Any,
        secrets: Tuple[str, ...],
        user_agent: str = "cncloud.images",
        deadline: Optional[float] = None,
    ) -> None:
        """``deadline`` in the time of ``time.monotonic``, if ``total_timeout`` began before."""
        self._dialect = dialect
        self._limits = limits
        self._verify = verify
        self._secrets = secrets
        self._user_agent = user_agent
        self._local = threading.local()
        self._sessions: List[requests.Session] = []
        self._guards: List[Guard] = []
        self._settings: Optional[Dict[str, Any]] = None
        self._authorities = Authorities()
        self._pace = Pace()
        self._lock = threading.Lock()
        self._received = 0
        self._values = 0
        self._stopped = threading.Event()
        self.deadline = time.monotonic() + limits.total_timeout if deadline is None else deadline
        if verify is False:
            # The option says it all; the warning would come with every request.
            urllib3.disable_warnings(InsecureRequestWarning)

    def send(self, request: Request, read: Callable[[Dict[str, Any]], T]) -> T:
        """What ``read`` makes of the first answer without a fault that passes.

        Raises ImagesError with ``attempts`` and ``endpoint`` set; an error of ``read`` is treated as one of the answer.
        """
        attempt = 0
        held_since = 0.0
        last: Optional[ImagesError] = None
        while True:
            attempt += 1
            sent = 0.0
            try:
                self._wait_turn()
                sent = time.monotonic()
                result = _understood(self._exchange(request), read)
                self._pace.answered(sent)
                return result
            except ImagesError as error:
                error.attempts = attempt
                error.endpoint = f"{request.scheme}://{request.host}"
                final = not error.transient or attempt > self._limits.retries or self._stopped.is_set()
                own_wait = 0.0
                if error.throttled:
                    wait = self._pace.throttled(sent, attempt, error.retry_after)
                    held_since = held_since or time.monotonic()
                    if attempt == self._limits.retries >= PATIENT and held_since + QUOTA_WINDOW < self.deadline:
                        own_wait = held_since + QUOTA_WINDOW - time.monotonic()
                else:
                    self._pace.failed(sent)
                    wait = own_wait = max(_jittered(attempt), error.retry_after)
                if final:
                    if last is not None and error.kind == "deadline" and not self._stopped.is_set():
                        error.message += f"; the attempt before: {last.message}"
                        error.hint = f"{last.hint} Or raise total_timeout."
                    raise
                self._check_left(wait, error)
                last = error
                self._sleep(own_wait)

    def _check_left(self, wait: float, error: ImagesError) -> None:
        left = self.deadline - time.monotonic()
        if wait >= left:
            # What is said of a quota is the same advice.
            first = "" if error.throttled else error.hint
            seconds = round(wait)
            shown, remedy = f"{seconds} s", "raise total_timeout or try later"
            if seconds >= LONGEST_TASK:
                shown, remedy = "a day or more", "try later"
            error.hint = (
                f"{first} The next attempt would wait {shown}, but only {max(left, 0):.0f} s of total_timeout"
                f" ({self._limits.total_timeout:g} s) are left: {remedy}."
            ).strip()
            raise error

    def _wait_turn(self) -> None:
        self._sleep(0.0)
        wait = self._pace.turn()
        while wait:
            self._sleep(wait)
            wait = self._pace.turn()

    def close(self) -> None:
        """End waits and connections of every thread; a request under way ends with an error."""
        self._stopped.set()
        for guard in list(self._guards):
            guard.cut()
        for session in list(self._sessions):
            session.close()

    def _sleep(self, seconds: float) -> None:
        if seconds > 0:
            self._stopped.wait(min(seconds, max(0.0, self.deadline - time.monotonic())))
        if self._stopped.is_set():
            raise ImagesError("deadline", "stopped before it was sent", "Another request of this task failed.")
        if time.monotonic() >= self.deadline:
            raise self._out_of_time()

    def _out_of_time(self) -> ImagesError:
        return ImagesError(
            "deadline",
            f"no complete answer within total_timeout ({self._limits.total_timeout:g} s)",
            "Check the network and any proxy, raise total_timeout, or ask for less: a narrower filter or one page.",
        )

    # --- one attempt

    def _exchange(self, request: Request) -> Dict[str, Any]:
        now = time.time()
        signed = self._dialect.sign(request, now, random.SystemRandom().randrange(1, 2**63))
        limit = min(self._limits.timeout, self.deadline - time.monotonic())
        session = self._session()
        guard = Guard(limit)
        self._local.guard = guard
        self._guards.append(guard)
        try:
            # Whoever stops the work cuts the guards that are there, or is seen here.
            self._sleep(0.0)
            with guard:
                response = session.send(
                    session.prepare_request(
                        # The URL is complete in the signature's hands; this one only names the connection.
                        requests.Request(signed.method, f"{signed.scheme}://{signed.host}/", auth=Signature(signed))
                    ),
                    stream=True,
                    timeout=limit,
                    allow_redirects=False,
                    **self._environment(f"{signed.scheme}://{signed.host}/"),
                )
                with response:
                    body = _body(response, ANSWER_LIMIT)
        except ImagesError as error:
            if not guard.expired or error.kind != "answer":
                raise
        except Exception as error:  # pylint: disable=broad-except
            # requests lets OSError, ssl, urllib3 and LocationParseError through as well as its own exceptions.
            if self.deadline <= time.monotonic():
                raise self._out_of_time() from None
            raise _network_error(error, limit, guard.expired) from None
        finally:
            self._local.guard = None
            self._guards.remove(guard)
        if guard.expired:
            # What was cut may look whole: the end of the connection ends a head, and a body of no stated length.
            if self.deadline <= time.monotonic():
                raise self._out_of_time()
            raise _network_error(TimeoutError(), limit, True)
        members, objects, lists = (body.count(sign) for sign in (b",", b"{", b"["))
        with self._lock:
            self._received += len(body)
            # An object takes as much memory as three of its members, a list as two.
            self._values += members + 3 * objects + 2 * lists
            if self._received > TASK_LIMIT:
                raise _too_much(f"are larger than {TASK_LIMIT // 1024**2} MiB")
            if self._values > TASK_VALUES:
                raise _too_much("hold more than any list of images")
        return self._read(response, body, members + objects + lists, signed, now)

    def _read(
        self, response: requests.Response, body: bytes, values: int, signed: Request, now: float
    ) -> Dict[str, Any]:
        status = response.status_code
        skew = _skew(response.headers, now)
        document: Any = None
        problem = ""
        try:
            if values > MOST_VALUES:
                raise RecursionError
            document = decoded(body.decode("utf-8"))
            if b"\\ud" in body or b"\\uD" in body:
                # A lone surrogate is legal JSON, but no text: nothing downstream could print it.
                json.dumps(document, ensure_ascii=False).encode("utf-8")
            if not _is_shallow(document):
                raise RecursionError
        except RecursionError:
            problem = "JSON of more values, or nested deeper, than any page"
        except ValueError as error:
            problem = "text that is not UTF-8" if isinstance(error, UnicodeError) else "no JSON"
        if not problem and not isinstance(document, dict):
            problem = "JSON that is no object"
        failure = self._dialect.fault(Answer(status, document, skew)) if not problem else None
        if status != 200:
            general = _status_error(status)
            if failure is None:
                failure = general
            elif general.transient and not failure.transient and failure.kind != "throttled":
                # A gateway that speaks JSON but not in the cloud's own codes.
                failure.transient = True
                if failure.kind == "api":
                    failure.kind, failure.hint = general.kind, general.hint
        if failure is None and problem:
            kind = response.headers.get("content-type") or "no content type"
            failure = ImagesError(
                "answer",
                f"the answer (HTTP {status}, {self._clean(kind)[:80]}) holds {problem}",
                "Check that endpoint is the cloud's API and that no proxy or login page answers in its place.",
                http_status=status,
                transient=True,
            )
        if failure is None:
            if self._signature(signed).encode("utf-8") in body:
                # It would leave here as the request's ID, for example.
                failure = _unreadable("quotes the request's signature")
                failure.http_status = status
                raise failure
            return cast(Dict[str, Any], document)
        failure.http_status = status
        failure.message = self._clean(failure.message, signed)
        failure.code = failure.code and self._clean(failure.code, signed)
        failure.request_id = failure.request_id and self._clean(failure.request_id, signed)
        if failure.transient:
            failure.retry_after = _retry_after(response.headers, now - (skew or 0.0))
        raise failure

    def _clean(self, text: str, signed: Optional[Request] = None) -> str:
        """``text`` without secrets: a cloud may quote the request that it refused."""
        secrets = list(self._secrets)
        if signed is not None:
            secrets += [signed.headers.get("authorization", ""), self._signature(signed)]
        for secret in secrets:
            for form in _spellings(secret):
                text = text.replace(form, "********")
        # What is not printable could do something to a terminal, or turn the direction of what follows.
        return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:1000]

    @staticmethod
    def _signature(signed: Request) -> str:
        for name, value in signed.query:
            if name == "Signature":
                return value
        return signed.headers["authorization"].rpartition("Signature=")[2]

    # --- connections

    def _session(self) -> requests.Session:
        session: Optional[requests.Session] = getattr(self._local, "session", None)
        if session is None:
            session = _session(self._local, self._authorities)
            session.headers["User-Agent"] = self._user_agent
            self._local.session = session
            self._sessions.append(session)
        return session

    def _environment(self, url: str) -> Dict[str, Any]:
        """Proxies and certificate authorities: those of the environment where no option decides."""
        if self._settings is None:
            verify = self._verify
            if verify is True:
                verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
            self._settings = {"proxies": requests.utils.get_environ_proxies(url), "verify": verify}
        return self._settings


def fetch(url: str, seconds: float, limit: int) -> Tuple[int, bytes]:
    """Status and body of one plain request, neither signed nor sent by a proxy: a body of ``limit`` bytes at most.

    Raises ImagesError, after ``seconds`` at the latest.
    """
    local = threading.local()
    session = _session(local, Authorities())
    local.guard = guard = Guard(seconds)
    try:
        with guard, session.get(url, timeout=seconds, allow_redirects=False, stream=True) as response:
            body = _body(response, limit)
    except ImagesError:
        if not guard.expired:
            raise
    except Exception as error:  # pylint: disable=broad-except
        raise _network_error(error, seconds, guard.expired) from None
    finally:
        session.close()
    if guard.expired:
        raise _network_error(TimeoutError(), seconds, True)
    return response.status_code, body


class StayingSession(Session):
    """Without the redirect that requests prepares where none is followed: it would read the body whole for it."""

    def resolve_redirects(self, *dummy: Any, **options: Any) -> Any:
        return iter(())


def _session(local: threading.local, authorities: Authorities) -> requests.Session:
    session = StayingSession()
    # The environment is asked once for the task, see Transport._environment; a session asks it for every request.
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.clear()
    session.headers.update({"Accept-Encoding": "gzip", "Accept": "*/*"})
    adapter = GuardedAdapter(local, authorities)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def _understood(document: Dict[str, Any], read: Callable[[Dict[str, Any]], T]) -> T:
    try:
        return read(document)
    except ImagesError as error:
        error.http_status = 200  # with any other there is no document
        raise


class Signature(AuthBase):
    """Puts the signed request on the wire. An auth object, so that ``~/.netrc`` cannot put its own in place."""

    def __init__(self, signed: Request) -> None:
        self._signed = signed

    def __call__(self, prepared: Any) -> Any:
        prepared.url = self._signed.url
        prepared.headers.update(self._signed.headers)
        prepared.body = self._signed.body or None
        return prepared


class Guard:
    """Cuts the connection of one attempt when its time is up.

    A socket's timeout starts again with every byte, so a server that drips would hold an attempt for hours. The guard
    keeps a duplicate of the descriptor: shutting that one down wakes a thread that reads, whatever wraps the original.
    """

    def __init__(self, seconds: float) -> None:
        self.expired = False
        self._end = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._watched: Optional[socket.socket] = None
        self._timer = threading.Timer(seconds, self.cut)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *exception: object) -> None:
        self._timer.cancel()
        with self._lock:
            if self._watched is not None:
                self._watched.close()
                self._watched = None

    def left(self) -> float:
        return self._end - time.monotonic()

    def watch(self, descriptor: int) -> None:
        with self._lock:
            if self._watched is not None:
                self._watched.close()
            self._watched = socket.socket(fileno=os.dup(descriptor))
        if self.expired:
            self.cut()

    def cut(self) -> None:
        with self._lock:
            self.expired = True
            if self._watched is not None:
                with contextlib.suppress(OSError):  # the peer was quicker
                    self._watched.shutdown(socket.SHUT_RDWR)


class Authorities:
    """The certificate authorities, read once for all connections of a task: each would take 20 ms for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loaded: Dict[str, Optional[ssl.SSLContext]] = {}

    def loaded(self, file: Optional[str]) -> Optional[ssl.SSLContext]:
        """A context that trusts ``file``; None without one, and where urllib3 has to say what is wrong with it."""
        if not file:
            return None
        with self._lock:
            if file not in self._loaded:
                self._loaded[file] = None
                with contextlib.suppress(OSError):
                    context = urllib3.util.ssl_.create_urllib3_context()
                    context.load_verify_locations(file)
                    self._loaded[file] = context
            return self._loaded[file]


class GuardedAdapter(HTTPAdapter):
    """The adapter of ``requests`` with connections that tell the attempt's guard which socket they use."""

    def __init__(self, local: threading.local, authorities: Authorities) -> None:
        def watched(connection_class: Any) -> Any:
            class Watched(connection_class):
                _dns_host: str
                timeout: Any

                def connect(self) -> None:
                    known = authorities.loaded(getattr(self, "ca_certs", None))
                    # With a proxy that speaks TLS itself, ca_certs is what that one is checked by.
                    if known is not None and getattr(getattr(self, "proxy", None), "scheme", None) != "https":
                        self.ssl_context, self.ca_certs = known, None
                    super().connect()

                def _new_conn(self) -> Any:
                    made = self.connect_in_time()
                    # Before TLS and a proxy's tunnel are set up: these can drip too.
                    self.watch(made)
                    return made

                def connect_in_time(self) -> Any:
                    """Try the host's addresses in turn: urllib3 would let a dead one have all of the time."""
                    host, limit, guard = self._dns_host, self.timeout, local.guard
                    family = urllib3.util.connection.allowed_gai_family()
                    found = socket.getaddrinfo(host.strip("[]"), self.port, family, socket.SOCK_STREAM)
                    numeric = socket.NI_NUMERICHOST | socket.NI_NUMERICSERV
                    addresses = list(dict.fromkeys(socket.getnameinfo(place[4], numeric)[0] for place in found))
                    try:
                        for number, address in enumerate(addresses, 1):
                            self._dns_host = address
                            self.timeout = max(0.01, guard.left() / (1 if number == len(addresses) else 2))
                            try:
                                made = super()._new_conn()
                                made.settimeout(limit)
                                return made
                            except (OSError, urllib3.exceptions.HTTPError):
                                if number == len(addresses) or guard.left() <= 0:
                                    raise
                    finally:
                        self._dns_host, self.timeout = host, limit

                def request(self, *args: Any, **kwargs: Any) -> Any:
                    self.watch(self.sock)
                    return super().request(*args, **kwargs)

                def watch(self, used: Optional[socket.socket]) -> None:
                    if used is not None and local.guard is not None:
                        local.guard.watch(used.fileno())

            return Watched

        class HTTPPool(HTTPConnectionPool):
            ConnectionCls = watched(HTTPConnection)

        class HTTPSPool(HTTPSConnectionPool):
            ConnectionCls = watched(HTTPSConnection)

        self._pools = {"http": HTTPPool, "https": HTTPSPool}
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        if isinstance(manager, ProxyManager):  # and not one for SOCKS, which has connections of its own
            manager.pool_classes_by_scheme = self._pools
        return manager


class Pace:
    """When requests of the task may leave; shared by its threads.

    Nothing is held back until the cloud throttles. Then everybody pauses and one request probes whether the pause is
    over: so a long pause costs the others no attempts. After it requests leave at the rate that the cloud let through
    before, which creeps up again while no answer is throttled. What little came through before is only a guess: when
    others used up the quota, it says nothing about what there is for this task.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answered: Deque[float] = deque()
        self._rate = 0.0
        self._next = 0.0
        self._paused_at = 0.0
        self._pauses = 0
        self._probe = False
        self._first = False
        self._guess = False

    def turn(self) -> float:
        """0.0 if a request may leave now, which takes the turn; otherwise the seconds after which to ask again."""
        with self._lock:
            now = time.monotonic()
            if now < self._next:
                return self._next - now
            if self._probe:
                return PROBE_WAIT
            self._probe = self._pauses > 0
            if self._rate:
                self._next = now + 1.0 / self._rate
            return 0.0

    def answered(self, sent: float) -> None:
        with self._lock:
            now = time.monotonic()
            self._answered.append(now)
            self._forget(now)
            if sent <= self._paused_at:
                # It was under way when the pause began, so it belongs to what the cloud let through before.
                if self._first:
                    self._learn()
                return
            self._first = False
            self._pauses = 0
            self._probe = False
            quiet = (now - self._paused_at) / 5.0
            if self._rate and (self._guess or quiet > 1.0):
                self._rate += GROWTH if self._guess else CREEP * quiet  # the answers of a second together: a part of it

    def failed(self, sent: float) -> None:
        """An attempt ended without telling whether the account is throttled."""
        with self._lock:
            if sent > self._paused_at:  # an older one does not hold the turn of the probe
                self._probe = False

    def throttled(self, sent: float, attempt: int, retry_after: float) -> float:
        """Begin a pause, or join the one that began after the request was ``sent``; the seconds that it lasts."""
        with self._lock:
            now = time.monotonic()
            if sent > self._paused_at:
                self._pauses += 1
                self._probe = False
                self._paused_at = now
                self._forget(now)
                known = self._rate > 0.0
                if known and self._pauses == 1:  # not again for a pause that was too short
                    self._rate = max(1.0, 0.93 * self._rate)
                    self._guess = False
                elif not self._rate:
                    self._first = True
                    self._learn()
                # Where answers came within the last second the quota is one for each second: the next is not far.
                pause = _jittered(self._pauses if not self._rate else max(1, self._pauses - 3))
                # At a rate that was right until now a little less is enough; if not, the second pause is a whole one.
                self._next = now + (min(pause, 3.0 / self._rate) if known and self._pauses == 1 else pause)
            if attempt > 2:
                # Other tasks share the quota: each leaves room, the longer the fewer attempts are left.
                self._next = max(self._next, now + _jittered(attempt))
            self._next = max(self._next, now + retry_after)
            return self._next - now

    def _learn(self) -> None:
        if self._answered:
            # A little less, because a steady flow at the very limit is over it half of the time.
            self._rate = max(1.0, 0.95 * len(self._answered))
            self._guess = len(self._answered) < GUESSED

    def _forget(self, now: float) -> None:
        while self._answered and self._answered[0] <= now - 1.0:
            self._answered.popleft()


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no JSON")


def decoded(text: str) -> Any:
    """JSON without what Python would need minutes for; raises ValueError or RecursionError."""
    return json.loads(text, parse_constant=_no_number, parse_float=_finite, parse_int=_whole)


def _whole(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise ValueError("too many digits")
    return int(text)


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{text} is beyond every number")  # and would leave here as no JSON
    return number


def _is_shallow(document: Any) -> bool:
    """Whether others, who walk through the result by recursion, can follow."""
    level: List[Any] = [[document]]
    for dummy in range(DEEPEST + 1):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return True
    return False


def _jittered(attempt: int) -> float:
    return random.uniform(0, min(LONGEST_WAIT, FIRST_WAIT * 2.0**attempt))


def _retry_after(headers: Mapping[str, str], cloud_now: float) -> float:
    """Seconds that the header asks for in either of its two forms; 0 for none, the past and nonsense."""
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]+", value):
        return min(float(value), 1e9)  # any number of digits
    try:
        return max(0.0, _moment(value) - cloud_now)
    except (TypeError, ValueError, IndexError, OverflowError):
        return 0.0


def _skew(headers: Mapping[str, str], now: float) -> Optional[float]:
    try:
        return now - _moment(headers["date"])
    except (KeyError, TypeError, ValueError, IndexError, OverflowError):
        return None


def _moment(date: str) -> float:
    """Unix seconds of a date in a header, which is in UTC though it may not say so."""
    moment = parsedate_to_datetime(date)
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


def _body(response: requests.Response, limit: int) -> bytes:
    if 300 <= response.status_code < 400:
        return b""  # a redirect says all in its head
    response.raw.enforce_content_length = True  # urllib3 1.26 asks for it
    try:
        return b"".join(_unpacked(response, limit))
    except ImagesError as error:
        error.http_status = response.status_code
        raise


def _unpacked(response: requests.Response, limit: int) -> Iterator[bytes]:
    """The body in blocks, unpacked here because the libraries unpack a whole block at once, whatever it grows to."""
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("identity", "", "gzip"):
        raise _unreadable("is packed in a way that was not asked for")
    unpack = _Unpacked() if coding == "gzip" else None
    received = size = 0
    while True:
        # Not by stream(): there urllib3 reads the line before a chunk to its end, however long it is.
        block = response.raw.read(65536, decode_content=False)
        received += len(block)
        for piece in unpack.pieces(block) if unpack else (block,):
            size += len(piece)
            if max(received, size) > limit:
                raise _unreadable(f"is larger than {limit // 1024**2} MiB")
            yield piece
        if not block:
            return


class _Unpacked:
    """A gzip stream, which may have several members, taken apart in pieces of limited size."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)
        self._begun = False

    def pieces(self, block: bytes) -> Iterator[bytes]:
        """What ``block`` adds; an empty one is the end."""
        if not block and self._begun:
            raise _unreadable("is cut")
        while block:
            self._begun = True
            try:
                yield self._member.decompress(block, 1024 * 1024)
            except zlib.error:
                raise _unreadable("cannot be unpacked") from None
            block = self._member.unconsumed_tail
            if self._member.eof:
                block = self._member.unused_data
                self._member = zlib.decompressobj(wbits=31)
                self._begun = False


def _too_much(how: str) -> ImagesError:
    hint = "Narrow what is asked of the API, or check that endpoint is the cloud's API."
    return ImagesError("answer", f"the answers {how} together", hint)


def _unreadable(how: str) -> ImagesError:
    hint = "Check that endpoint is the cloud's API and that no proxy changes what it answers."
    return ImagesError("answer", f"the answer {how}", hint, transient=True)


def _status_error(status: int) -> ImagesError:
    if 300 <= status < 400:
        return ImagesError(
            "answer",
            f"the answer is a redirect (HTTP {status}), which is not followed",
            "Signed requests go to one host only: set endpoint to the host that is meant.",
        )
    if status == 407:
        return _proxy_login()
    if status == 429:
        return ImagesError("throttled", "HTTP 429, too many requests", "Try again later.", transient=True)
    hint = "Try again later." if status >= 500 else "Check endpoint, and any proxy on the way to it."
    if status == 401:
        hint = f"Check the keys. {hint}"
    kind = "not_found" if status == 404 else "credentials" if status == 401 else "api"
    return ImagesError(kind, f"HTTP {status} without an explanation", hint, transient=status in REPEATED_STATUS)


def _spellings(secret: str) -> Iterator[str]:
    """``secret`` as it stands, URL-encoded in every usual way, and in Base64 wherever in a longer text it may be."""
    if not secret:
        return
    yield secret
    for quoted in (encode(secret), quote(secret), quote_plus(secret)):
        yield quoted
        yield re.sub("%..", lambda code: code[0].lower(), quoted)
    data = secret.encode("utf-8")
    for before in range(3):
        # Three bytes are four letters: those letters are left out that the neighbours have a part in.
        packed = base64.b64encode(b"\0" * before + data).decode("ascii")
        letters = packed[(0, 2, 3)[before] : (before + len(data)) * 8 // 6]
        if len(letters) >= LEAST_BASE64:
            yield letters
            yield letters.replace("+", "-").replace("/", "_")


def _proxy_login() -> ImagesError:
    return ImagesError("network", "the proxy asks for a login (407)", "Put user and password into the proxy's URL.")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and those beneath it, as urllib3 and requests nest them, outermost first."""
    seen: List[int] = []
    pending: List[Any] = [error]
    while pending:
        cause = pending.pop(0)
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.append(id(cause))
            yield cause
            pending += [getattr(cause, "reason", None), *cause.args, cause.__cause__, cause.__context__]


def _network_error(error: BaseException, limit: float, expired: bool) -> ImagesError:
    """The words of exceptions are not shown: they can hold the URL with its signature, or a proxy's password."""
    causes = list(_causes(error))
    names = [type(cause).__name__ for cause in causes]
    words = " ".join(str(cause) for cause in causes)
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            reason = getattr(cause, "verify_message", "") or "it does not match the host"
            hint = CERTIFICATE_HINTS.get(getattr(cause, "verify_code", 0), CERTIFICATE_HINT)
            return ImagesError("tls", f"the certificate of the endpoint is refused: {reason}", hint)
    if "CertificateError" in names:  # of urllib3 before 2, which compares the names itself
        return ImagesError("tls", "the certificate of the endpoint is refused: Hostname mismatch", NAME_HINT)
    if "ProxyError" in names and " 407" in words:
        return _proxy_login()
    if expired or any("Timeout" in name for name in names):
        return ImagesError(
            "network",
            f"no complete answer within {limit:g} s",
            "Check the network and any proxy, or raise timeout.",
            transient=True,
        )
    if "gaierror" in names or "NameResolutionError" in names:
        return ImagesError(
            "network",
            "the name of the host cannot be resolved",
            "Check endpoint, any proxy and the DNS.",
            transient=True,
        )
    if "ConnectionRefusedError" in names:
        return ImagesError(
            "network", "the connection was refused", "Check endpoint and any proxy or firewall.", transient=True
        )
    final = ("WRONG_VERSION_NUMBER", "RECORD_LAYER", "ALERT", "UNSUPPORTED_PROTOCOL", "HTTP_REQUEST", "NO_PROTOCOLS")
    if any(isinstance(cause, ssl.SSLError) for cause in causes) and any(word in words.upper() for word in final):
        return ImagesError(
            "tls", "the endpoint does not speak TLS as expected", "Check the scheme and the port of endpoint."
        )
    if "InvalidSchema" in names and "SOCKS" in words:
        return ImagesError("network", "the environment names a SOCKS proxy", "Install the Python package PySocks.")
    if ("OSError" in names and "CA certificate" in words) or "X509" in words:
        return ImagesError(
            "tls",
            "the file of certificate authorities does not exist or holds none",
            "Correct ca_path, or REQUESTS_CA_BUNDLE in the environment.",
        )
    if "ProxyError" in names:
        hint = "Check the proxy's URL, and that it lets connections to the endpoint through."
        return ImagesError("network", "the proxy does not connect", hint, transient=True)
    if NO_HTTP.intersection(names):
        hint = "Check scheme, host and port of endpoint, and any proxy on the way."
        return ImagesError("answer", "what came is no answer in HTTP", hint, transient=True)
    return ImagesError(
        "network",
        f"the connection was lost ({names[-1]})",
        "Check the network and any proxy on the way.",
        transient=True,
    )
