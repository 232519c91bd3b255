"""One HTTP request and its response."""

from __future__ import annotations

import re
from typing import Mapping, NamedTuple, Optional, Tuple, Union
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3

from latchkey_client._errors import LatchkeyError, NoAnswer, TimedOut
from latchkey_client._stream import Stream

Timeout = Union[None, float, Tuple[float, float]]
"""Seconds to connect and between two bytes: a pair, or one number for both. None is the default of the client."""


# The same in all our clients: http or https, host, port and path; no credentials, and no query or fragment, which would swallow the paths.
_ADDRESS = re.compile(
    r"https?://(?:\[[0-9a-f:.]+\]|[^\x00-\x20\x7f/?#@:\[\]\\%]+)(?::([0-9]{1,5}))?(?:/[^\x00-\x20\x7f?#\\]*)?", re.IGNORECASE
)


class Request(NamedTuple):
    """The request; `target` is the path with its query, `label` is its name in messages, without private data such as a key."""

    label: str
    method: str
    target: str
    headers: Mapping[str, str]
    body: Optional[bytes]


class Answer(NamedTuple):
    """A complete response."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Http:
    """Connections to one server, kept open; any number of threads may send at once."""

    def __init__(self, url: str, timeout: Timeout) -> None:
        address = _ADDRESS.fullmatch(url)
        if address is None or not 0 < int(address[1] or 1) < 65536:
            raise ValueError(f"{url!r} is no address of a server. It has to be one such as http://localhost:3000")
        parts = urlsplit(url)
        self.base = url.rstrip("/")
        self._timeout = timeout
        proxy = getproxies().get(parts.scheme)
        self._proxy = proxy if proxy and not proxy_bypass(parts.hostname or "") else None
        self._pools = self._new_pools(16)

    def _new_pools(self, size: int) -> urllib3.PoolManager:
        # The caller knows what may be retried; and a redirect must not take a token elsewhere.
        if self._proxy:
            return urllib3.ProxyManager(self._proxy, maxsize=size, retries=False)
        return urllib3.PoolManager(maxsize=size, retries=False)

    def send(self, request: Request, timeout: Timeout) -> Answer:
        """Sends it once. Raises NoAnswer or TimedOut if there is no complete response."""
        limits = self._timeout if timeout is None else timeout
        try:
            response = self._pools.request(
                request.method,
                self.base + request.target,
                body=request.body,
                headers=request.headers,
                timeout=_limits(limits),
                redirect=False,
            )
        except urllib3.exceptions.HTTPError as failure:
            raise _unanswered(request, limits, failure) from failure
        return Answer(response.status, response.headers, response.data)

    def stream(self) -> Stream:
        """A request that is yet to be sent, with `open`, and to be closed in any case."""
        return Stream(self._new_pools(1))

    def open(self, stream: Stream, request: Request, limits: Tuple[float, float]) -> None:
        """Sends it, and waits for the head of its response. Raises NoAnswer or TimedOut if there is none."""
        try:
            stream.open(request.method, self.base + request.target, request.headers, _limits(limits))
        except urllib3.exceptions.HTTPError as failure:
            raise _unanswered(request, limits, failure) from failure

    def close(self) -> None:
        """Closes the idle connections."""
        self._pools.clear()


def _unanswered(request: Request, timeout: Timeout, failure: urllib3.exceptions.HTTPError) -> LatchkeyError:
    # Some versions of urllib3 report a refused connection as a timeout.
    refused = isinstance(failure, urllib3.exceptions.NewConnectionError)
    connecting = refused or isinstance(failure, urllib3.exceptions.ConnectTimeoutError)
    warning = "" if connecting or request.method == "GET" else " It may have been done all the same."
    if isinstance(failure, urllib3.exceptions.TimeoutError) and not refused:
        limit = timeout[0 if connecting else 1] if isinstance(timeout, tuple) else timeout
        return TimedOut(f"{request.label}: no {'connection' if connecting else 'answer'} within {limit:g} seconds.{warning}")
    return NoAnswer(f"{request.label}: no answer ({failure}).{warning}")


def _limits(timeout: Timeout) -> urllib3.Timeout:
    if isinstance(timeout, tuple):
        return urllib3.Timeout(connect=timeout[0], read=timeout[1])
    return urllib3.Timeout(total=timeout)
