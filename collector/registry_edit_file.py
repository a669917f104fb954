"""A registry's file written anew: whole or not at all, what it was beside it, the comment at its head kept."""

import os
from pathlib import Path
from shutil import copymode

from collector.book import Registry
from collector.registry_text import registry_text
from wire.faults import ConfigurationError


def put_registry(path: Path, registry: Registry) -> None:
    """Write the registry; what stood there is kept as ``.bak``.

    Raises:
        ConfigurationError: it cannot be written; it is as it was.
    """
    head = b""
    if path.exists():
        before = _bytes(path)
        head = _head_comment(before)
        write_whole(path.with_name(f"{path.name}.bak"), before, like=path)
    write_whole(path, head + registry_text(registry), like=path)


def write_whole(path: Path, content: bytes, *, like: Path | None = None) -> None:
    """The whole file or none of it, readable by whom the file ``like`` is.

    Raises:
        ConfigurationError: it cannot be written.
    """
    fresh = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if like is not None and like.exists():
            copymode(like, fresh)
        fresh.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    except OSError as error:
        raise ConfigurationError(f"cannot write: {error.strerror}", at=str(path)) from error


def _head_comment(content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    count = next((place for place, line in enumerate(lines) if line.strip() and not line.startswith(b"#")), len(lines))
    return b"".join(lines[:count])


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"cannot read: {error.strerror}", at=str(path)) from error
