"""A network that loses responses after the server has done what it was asked."""

import http.client
import threading
from collections import Counter
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
