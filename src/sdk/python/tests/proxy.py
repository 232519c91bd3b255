"""Networks that lose responses after the server has done what it was asked, or break in the middle of them."""

import http.client
import socket
import threading
from collections import Counter
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Callable
from urllib.parse import urlsplit

_PASSED_ON = ("Authorization", "Content-Type", "If-Match", "If-None-Match", "Idempotency-Key")


class CuttingProxy:
    """Runs until the test ends. `is_cut` says which of the responses to each client are lost; the first of a new one is 1."""

    def __init__(self, test, server: str, is_cut: Callable[[int], bool], unavailable: bool = False) -> None:
        self.cuts = 0
        proxy = self
        lock = threading.Lock()
        numbers = Counter()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                _, client, target = self.path.split("/", 2)
                connection = http.client.HTTPConnection(urlsplit(server).netloc)
                headers = {name: self.headers[name] for name in _PASSED_ON if name in self.headers}
                connection.request(self.command, f"/{target}", body or None, headers)
                response = connection.getresponse()
                content = response.read()
                connection.close()
                with lock:
                    numbers[client] += 1
                    cut = is_cut(int(client) + numbers[client])
                    proxy.cuts += cut
                if cut and not unavailable:
                    self.close_connection = True
                    return
                if cut:
                    content = b""
                self.send_response(503 if cut else response.status)
                for name in ("Content-Type", "ETag", "Retry-After"):
                    if not cut and response.headers[name]:
                        self.send_header(name, response.headers[name])
                if response.status != 304:
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def log_message(self, *arguments) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

        self._server = Server(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        test.addCleanup(self._server.server_close)
        test.addCleanup(thread.join)
        test.addCleanup(self._server.shutdown)

    def url(self, before: int) -> str:
        """The address for a client, whose responses are counted for themselves, as if it had had so many before."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/{before}"


class BreakingProxy:
    """Runs until the test ends. Each connection breaks after so many bytes of the server."""

    def __init__(self, test, server: str, length: Callable[[], int]) -> None:
        self.breaks = 0
        self._server = (urlsplit(server).hostname, urlsplit(server).port)
        self._length = length
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        test.addCleanup(self._listener.close)
        test.addCleanup(self._listener.shutdown, socket.SHUT_RDWR)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                behind = socket.create_connection(self._server)
                threading.Thread(target=self._pass, args=(client, behind, 1 << 40), daemon=True).start()
                threading.Thread(target=self._pass, args=(behind, client, self._length()), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, left: int) -> None:
        with suppress(OSError):
            while left and (piece := source.recv(min(left, 8192))):
                target.sendall(piece)
                left -= len(piece)
            self.breaks += not left
        for side in (source, target):
            with suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
        source.close()
