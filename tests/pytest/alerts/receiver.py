"""A receiver of alerts on this machine, which answers as it is told and keeps what it took."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = "T0KEN-of-the-receiver"
#: Not an answer: take the alert, then break off.
BREAK_OFF = -1
#: Not an answer: take the alert, then say nothing for longer than the sender waits.
HANG = -2


class Receiver:
    """What a local server was told to answer, and what it was sent.

    Attributes:
        script: answers of the next requests, in order; then 200. A pair adds headers.
        posts: (path, headers, body, answer) of every request.
    """

    def __init__(self) -> None:
        self.script: list[int | tuple[int, dict[str, str]]] = []
        self.posts: list[tuple[str, Message, dict, int]] = []
        self.hang_seconds = 0.5
        self.address = ""

    @property
    def taken(self) -> list[str]:
        """Alert ids that were answered with 2xx, in order."""
        return [body["alert_id"] for _, _, body, answer in self.posts if 200 <= answer < 300]

    @property
    def asked(self) -> list[str]:
        """Alert ids of all requests, in order."""
        return [body["alert_id"] for _, _, body, _ in self.posts]

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        told = self.script.pop(0) if self.script else 200
        answer, headers = told if isinstance(told, tuple) else (told, {})
        self.posts.append((handler.path, handler.headers, body, answer))
        if answer == HANG:
            time.sleep(self.hang_seconds)
        if answer < 0:
            handler.close_connection = True
            return
        handler.send_response(answer)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Serve on a free port of 127.0.0.1."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.handle(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.address = f"http://127.0.0.1:{server.server_address[1]}/hook/{SECRET}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
