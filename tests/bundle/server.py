"""The web server at one end of a capture: takes uploads, hands out one file. Runs as a program of its own."""

import argparse
import gzip
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
import socket
import sys
from typing import Any, ClassVar

from typing_extensions import override

PIECE = 4096


class Handler(BaseHTTPRequestHandler):
    """A POST is read and thanked for; a GET gets the file, in chunks, compressed if the client takes that."""

    protocol_version = "HTTP/1.1"
    served: ClassVar[bytes] = b""
    media: ClassVar[str] = "text/plain"

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length", "0"))
        self.rfile.read(size)
        self._answer(201, b'{"status":"accepted"}\n')

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", self.media)
        self.send_header("Transfer-Encoding", "chunked")
        content = self.served
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            self.send_header("Content-Encoding", "gzip")
            content = gzip.compress(content, mtime=0)
        self.end_headers()
        for start in range(0, len(content), PIECE):
            piece = content[start : start + PIECE]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: standard output is for ``ready`` only."""

    def _answer(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class Server(ThreadingHTTPServer):
    """One that also binds IPv6 addresses."""

    def __init__(self, address: str, port: int) -> None:
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        super().__init__((address, port), Handler)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("port", type=int)
    parser.add_argument("--serve", type=Path)
    parser.add_argument("--media", default="text/plain")
    given = parser.parse_args()
    Handler.served = given.serve.read_bytes() if given.serve else b""
    Handler.media = given.media
    with Server(given.address, given.port) as server:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main()
