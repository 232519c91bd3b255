"""A response that is read while it arrives."""

from __future__ import annotations

import contextlib
import socket
from threading import Lock
from typing import Any, Callable, Iterator, Mapping, Optional

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

Check = Callable[[Any], None]


class Stream:
    """
    One request, over a connection of its own, and its response, read piece by piece. While nobody reads, TCP holds the server back.

    Any thread may close it, at any time: what the others wait for ends at once, with some exception.
    """

    status: int = 0
    headers: Mapping[str, str] = {}

    def __init__(self, pools: urllib3.PoolManager) -> None:
        pools.pool_classes_by_scheme = _pool_classes(self._connected)
        self._pools = pools
        self._lock = Lock()
        self._socket: Optional[Any] = None
        self._response: Optional[urllib3.BaseHTTPResponse] = None
        self._is_closed = False
        # Held by the thread that sends or reads: nobody else may touch the response meanwhile.
        self._use = Lock()

    def open(self, method: str, url: str, headers: Mapping[str, str], timeout: urllib3.Timeout) -> None:
        """Sends the request, and waits for the head of the response. Raises urllib3's exceptions."""
        with self._used():
            response = self._pools.request(
                method, url, headers=headers, timeout=timeout, redirect=False, preload_content=False
            )
            self.status, self.headers, self._response = response.status, response.headers, response

    def read(self, timeout: float) -> bytes:
        """Some bytes of the body, as soon as there are any; none at its end. Raises urllib3's exceptions."""
        with self._used():
            assert self._response is not None
            if self._socket is not None:
                self._socket.settimeout(timeout)
            return self._response.read1(65536, decode_content=False)

    def read_all(self) -> bytes:
        """The rest of the body. Raises urllib3's exceptions."""
        with self._used():
            assert self._response is not None
            return self._response.read(decode_content=False)

    def close(self) -> None:
        """Ends the request."""
        with self._lock:
            self._is_closed = True
            if self._socket is not None:
                _shut(self._socket)
        self._release()

    @contextlib.contextmanager
    def _used(self) -> Iterator[None]:
        try:
            with self._use:
                yield
        finally:
            if self._is_closed:
                self._release()

    def _release(self) -> None:
        """Closes everything, unless another thread is using it, which then does so when it has finished."""
        if self._use.acquire(blocking=False):
            try:
                if self._response is not None:
                    self._response.close()
                self._pools.clear()
            finally:
                self._use.release()

    def _connected(self, connection: Any) -> None:
        with self._lock:
            self._socket = connection
            if self._is_closed:
                _shut(connection)


def _shut(connection: Any) -> None:
    """Wakes the thread that reads, which closing alone would not."""
    with contextlib.suppress(OSError):
        # Not that of a TLS connection, which would touch what the other thread is using.
        socket.socket.shutdown(getattr(connection, "socket", connection), socket.SHUT_RDWR)


def _pool_classes(connected: Check) -> Any:
    class Connection(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            connected(self.sock)

    class SecureConnection(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            connected(self.sock)

    class Pool(urllib3.HTTPConnectionPool):
        ConnectionCls = Connection

    class SecurePool(urllib3.HTTPSConnectionPool):
        ConnectionCls = SecureConnection

    return {"http": Pool, "https": SecurePool}
