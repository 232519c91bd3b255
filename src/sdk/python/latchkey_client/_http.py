"""One HTTP request and its answer."""

from __future__ import annotations

from typing import Mapping, NamedTuple, Optional, Tuple, Union
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3

Timeout = Union[None, float, Tuple[float, float]]
"""Seconds to connect and between two bytes: a pair, or one number for both. None is what the client has."""


class Request(NamedTuple):
    """What is sent; `target` is the path with its query."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: Optional[bytes]


class Answer(NamedTuple):
    """What came back, whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Http:
    """Connections to one server, kept open; any number of threads may send at once."""

    def __init__(self, url: str, timeout: Timeout) -> None:
        parts = urlsplit(url)
        # A query would swallow the paths.
        if parts.scheme not in ("http", "https") or not parts.hostname or "?" in url or "#" in url:
            raise ValueError(f"not an http or https URL: {url}")
        self._base = url.rstrip("/")
        self._timeout = timeout
        proxy = getproxies().get(parts.scheme)
        # Whoever calls knows what may be repeated; and no token follows a redirect elsewhere.
        if proxy and not proxy_bypass(parts.hostname):
            self._pools: urllib3.PoolManager = urllib3.ProxyManager(proxy, maxsize=16, retries=False)
        else:
            self._pools = urllib3.PoolManager(maxsize=16, retries=False)

    def send(self, request: Request, timeout: Timeout) -> Answer:
        """Sends it once. Raises ConnectionError, or TimeoutError, if there is no whole answer."""
        try:
            response = self._pools.request(
                request.method,
                self._base + request.target,
                body=request.body,
                headers=request.headers,
                timeout=_limits(self._timeout if timeout is None else timeout),
                redirect=False,
            )
        except urllib3.exceptions.HTTPError as failure:
            # A refused connection is a timeout to some versions of urllib3.
            timed_out = isinstance(failure, urllib3.exceptions.TimeoutError) and not isinstance(
                failure, urllib3.exceptions.NewConnectionError
            )
            kind = TimeoutError if timed_out else ConnectionError
            raise kind(f"{request.method} {self._base}: {failure}") from failure
        return Answer(response.status, response.headers, response.data)

    def close(self) -> None:
        """Closes the connections that nobody uses."""
        self._pools.clear()


def _limits(timeout: Timeout) -> urllib3.Timeout:
    if isinstance(timeout, tuple):
        return urllib3.Timeout(connect=timeout[0], read=timeout[1])
    return urllib3.Timeout(total=timeout)
