"""Sockets that are bound before anything heavy starts, so that a taken port is told at once."""

import socket

from wire.faults import ConfigurationError


def listening_at(host: str, port: int) -> socket.socket:
    """A socket of ours; the server has only to listen.

    Raises:
        ConfigurationError: the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except (OSError, OverflowError) as error:
        listening.close()
        raise ConfigurationError(
            f"cannot listen on {host}:{port}: {error}", cure="choose another with --port, or --port 0 for any free one"
        ) from error
    return listening


def address_of(listening: socket.socket, scheme: str = "http") -> str:
    """Where it listens, as a person types it."""
    host, port = listening.getsockname()[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
