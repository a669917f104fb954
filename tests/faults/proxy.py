"""A TCP proxy in user space that does to a connection what networks do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
import itertools
import socket
import struct
from threading import Event, Thread
import time

from msgspec import Struct


class Fault(Struct, frozen=True):
    """What happens to one connection."""

    delay_s: float = 0.0
    """Before each piece, in both directions."""
    piece: int = 65_536
    """Bytes that go on at a time."""
    cut_after: int = -1
    """Bytes towards the collector after which the connection is reset; -1: never."""
    is_mute: bool = False
    """Accepted, read, and nothing goes on: a half-open connection."""
    is_reply_lost: bool = False
    """What the collector answers never comes, and the connection is reset."""
    is_reply_doubled: bool = False
    """What the collector answers comes twice."""


NONE = Fault()


@contextmanager
def faulty(port: int, plan: Callable[[int], Fault]) -> Iterator[int]:
    """The port of a proxy in front of a port of loopback.

    Args:
        port: where connections go.
        plan: number of the connection from 0 -> what happens to it.
    """
    stopping = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)

        def accept() -> None:
            for number in itertools.count():
                while not stopping.is_set():
                    with suppress(TimeoutError):
                        client = server.accept()[0]
                        Thread(target=_serve, args=(client, port, plan(number), stopping), daemon=True).start()
                        break
                if stopping.is_set():
                    return

        thread = Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            stopping.set()
            thread.join()


def _serve(client: socket.socket, port: int, fault: Fault, stopping: Event) -> None:
    with client, socket.create_connection(("127.0.0.1", port)) as upstream, suppress(OSError):
        client.settimeout(0.02)
        upstream.settimeout(0.02)
        passed = 0
        while not stopping.is_set():
            request = _read(client, fault.piece)
            passed += len(request)
            if request and not fault.is_mute:
                time.sleep(fault.delay_s)
                upstream.sendall(request)
            reply = _read(upstream, fault.piece)
            if 0 <= fault.cut_after <= passed or (reply and fault.is_reply_lost):
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closed by a reset
                return
            if reply:
                time.sleep(fault.delay_s)
                client.sendall(reply * (2 if fault.is_reply_doubled else 1))


def _read(side: socket.socket, most: int) -> bytes:
    """What is there, which may be nothing."""
    try:
        content = side.recv(most)
    except TimeoutError:
        return b""
    if not content:
        raise ConnectionResetError
    return content
