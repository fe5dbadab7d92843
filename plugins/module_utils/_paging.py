# SPDX-FileCopyrightText: 2026 cncloud.images contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# This module_utils is PRIVATE to the collection: it may change or vanish in any release.
"""Fetches lists page by page, in parallel after the first, in the API's order, and proves them complete.

It knows no cloud: a ``Listing`` is a function that fetches one window.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Any, Callable, Deque, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, TypeVar

from ansible_collections.cncloud.images.plugins.module_utils._errors import ImagesError

PAGE_SIZE = 100
"""Images a page: the most that each of the APIs allows."""

IN_FLIGHT = 8

Image = Dict[str, Any]
T = TypeVar("T")


class Window(NamedTuple):
    """``size`` images after the first ``offset``."""

    offset: int
    size: int


class Page(NamedTuple):
    """``total`` is what the API says matches in all; ``request_id`` is None where the API has none."""

    images: List[Image]
    total: int
    request_id: Optional[str]


Listing = Callable[[Window], Page]


class Listed(NamedTuple):
    """``complete``: the unique images are as many as the API's total, on the first page and on the last.

    ``twice_the_same``: they are not, though the list was read twice and did not change.
    """

    images: List[Image]
    total: int
    complete: bool
    request_ids: List[str]
    twice_the_same: bool = False


class Workers:
    """At most IN_FLIGHT threads, started as work arrives; the first error ends the work of all.

    The caller's thread only waits: so the deadline holds even where a call cannot be interrupted (name resolution).
    """

    def __init__(self, deadline: float, on_stop: Callable[[], None]) -> None:
        self._deadline = deadline
        self._on_stop = on_stop
        self._changed = threading.Condition()
        self._jobs: Deque[Any] = deque()
        self._idle = 0
        self._stopped = False
        self._threads: List[threading.Thread] = []

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *exception: object) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._on_stop()
        patience = time.monotonic() + 0.5
        for thread in self._threads:
            # A thread that waits for the resolver cannot be woken; as a daemon it does not hold up the process's end.
            thread.join(max(0.0, patience - time.monotonic()))

    def run(self, calls: Iterable[Callable[[], T]]) -> Iterator[T]:
        """The results in the order of ``calls``, which are taken only as places become free."""
        under_way: Deque[List[Any]] = deque()
        waiting = iter(calls)
        while True:
            while len(under_way) < IN_FLIGHT:
                call = next(waiting, None)
                if call is None:
                    break
                under_way.append(self._start(call))
            if not under_way:
                return
            yield self._finish(under_way)

    def _start(self, call: Callable[[], T]) -> List[Any]:
        job: List[Any] = [call, None, None]
        with self._changed:
            self._jobs.append(job)
            if self._idle >= len(self._jobs) or len(self._threads) == IN_FLIGHT:
                self._changed.notify_all()
            else:
                thread = threading.Thread(target=self._work, daemon=True)
                try:
                    thread.start()
                    self._threads.append(thread)
                except RuntimeError:
                    if not self._threads:
                        raise ImagesError(
                            "option",
                            "this machine lets the task start no thread",
                            "Raise the limit of processes of the user or container.",
                        ) from None
        return job

    def _finish(self, under_way: Deque[List[Any]]) -> Any:
        """The result of the oldest job; an error of any of them ends the wait."""
        with self._changed:
            while True:
                for job in under_way:
                    if job[2] is not None:
                        raise job[2]
                if under_way[0][0] is None:
                    return under_way.popleft()[1]
                # The transport ends in time by itself; this is for what it cannot interrupt.
                left = self._deadline + 1.0 - time.monotonic()
                if left <= 0:
                    raise ImagesError(
                        "deadline",
                        "no answer within total_timeout",
                        "Check the DNS and the network, or raise total_timeout.",
                    )
                self._changed.wait(left)

    def _work(self) -> None:
        job: List[Any] = []
        result: Any = None
        failure: Optional[BaseException] = None
        while True:
            with self._changed:
                if job:
                    job[:] = [None, result, failure]
                    self._changed.notify_all()
                self._idle += 1
                while not self._jobs and not self._stopped:
                    self._changed.wait()
                self._idle -= 1
                if self._stopped:
                    return
                job = self._jobs.popleft()
            try:
                result, failure = job[0](), None
            except BaseException as error:  # pylint: disable=broad-except
                result, failure = None, error  # raised again in the caller's thread


def one_window(listing: Listing, window: Window, key: Callable[[Image], str], workers: Workers) -> Listed:
    """Exactly the images that the API has in ``window``."""
    page = next(workers.run([lambda: listing(window)]))
    images = _unique(page.images, key)
    return Listed(images, page.total, len(images) == page.total, _request_ids([page]))


def _unique(images: Iterable[Image], key: Callable[[Image], str]) -> List[Image]:
    found: Dict[str, Image] = {}
    for image in images:
        found.setdefault(key(image), image)
    return list(found.values())


def everything(listings: Sequence[Listing], key: Callable[[Image], str], workers: Workers) -> Listed:
    """All images of all ``listings``, each once; a list that changed while it was read is read once more."""
    listed = _read(listings, key, workers)
    if listed.complete:
        return listed
    again = _read(listings, key, workers)
    return again._replace(
        request_ids=listed.request_ids + again.request_ids,
        twice_the_same=again.total == listed.total and list(map(key, again.images)) == list(map(key, listed.images)),
    )


def _read(listings: Sequence[Listing], key: Callable[[Image], str], workers: Workers) -> Listed:
    first = list(workers.run(_at(listing, 0) for listing in listings))
    further = [_Further(listing, key, page) for listing, page in zip(listings, first)]
    later = iter(list(workers.run(call for rest in further for call in rest.calls())))
    pages: List[Page] = []
    totals_agree = True
    total = 0
    for page, rest in zip(first, further):
        run = [page] + [next(later) for number in range(rest.asked)]
        pages += run
        total += run[-1].total
        totals_agree = totals_agree and run[0].total == run[-1].total
    images = _unique((image for page in pages for image in page.images), key)
    return Listed(images, total, totals_agree and len(images) == total, _request_ids(pages))


class _Further:
    """The pages after the first of one listing, asked for until they cover the total or one brings nothing new."""

    def __init__(self, listing: Listing, key: Callable[[Image], str], first: Page) -> None:
        self._listing = listing
        self._key = key
        self._seen = {key(image) for image in first.images}
        self._total = first.total if first.images else 0
        self.asked = 0

    def calls(self) -> Iterator[Callable[[], Page]]:
        while (self.asked + 1) * PAGE_SIZE < self._total:
            self.asked += 1
            yield self._fetch(self.asked * PAGE_SIZE)

    def _fetch(self, offset: int) -> Callable[[], Page]:
        def fetch() -> Page:
            page = self._listing(Window(offset, PAGE_SIZE))
            identifiers = {self._key(image) for image in page.images}
            if identifiers <= self._seen:
                # A total that promises more than there is would otherwise be followed to its end.
                self._total = 0
            self._seen |= identifiers
            return page

        return fetch


def _at(listing: Listing, offset: int) -> Callable[[], Page]:
    return lambda: listing(Window(offset, PAGE_SIZE))


def _request_ids(pages: Iterable[Page]) -> List[str]:
    return [page.request_id for page in pages if page.request_id]
