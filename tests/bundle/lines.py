"""A line protocol of nobody's standard: ``send`` names the server and sends a file, ``receive`` says OK to each."""

from pathlib import Path
import socket
import sys


def send(host: str, port: str, client_port: str, file: str) -> None:
    """Look the name up as any program does, then send the lines."""
    address = socket.gethostbyname(host)
    with socket.create_connection((address, int(port)), source_address=("", int(client_port))) as line:
        line.sendall(Path(file).read_bytes())
        line.shutdown(socket.SHUT_WR)
        while line.recv(4096):
            pass


def receive(address: str, port: str) -> None:
    """Take one connection."""
    with socket.create_server((address, int(port))) as server:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        line, _ = server.accept()
        with line, line.makefile("rwb") as stream:
            for _ in stream:
                stream.write(b"OK\n")
            stream.flush()


if __name__ == "__main__":
    if sys.argv[1] == "send":
        send(*sys.argv[2:])
    else:
        receive(*sys.argv[2:])
