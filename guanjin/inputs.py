"""Paths that a person names -> the captures and logs behind them, recognised by content."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from agent.inlets.pcap import CaptureFile, is_capture
from agent.log_file import LogFile, first_bytes, recognise
from agent.log_format import LogFormat
from wire.faults import ConfigurationError, UnavailableError


class Input(Struct, frozen=True):
    """One file to be read."""

    source: str
    """What the file is called in events and messages: its name, or its path below the folder that was named."""
    file: CaptureFile | LogFile


class Stranger(Struct, frozen=True):
    """A file that is not read."""

    source: str
    what: str
    is_named: bool
    """Whether a person asked for this very file, so that passing it over is an error."""


def inputs_of(paths: Iterable[Path], formats: Sequence[LogFormat]) -> Iterator[Input | Stranger]:
    """Every file behind the paths; folders are walked in the order of names, hidden files left out.

    Raises:
        ConfigurationError: a path does not exist.
    """
    for path in paths:
        if not path.exists():
            raise ConfigurationError(f"no such file or folder: {path}", cure="name a capture, a log or a folder")
        if path.is_dir():
            for inner in sorted(path.rglob("*")):
                source = inner.relative_to(path).as_posix()
                if inner.is_file() and not any(part.startswith(".") for part in inner.relative_to(path).parts):
                    yield _opened(inner, source, formats, is_named=False)
        else:
            yield _opened(path, path.name, formats, is_named=True)


def _opened(path: Path, source: str, formats: Sequence[LogFormat], *, is_named: bool) -> Input | Stranger:
    try:
        with path.open("rb") as file:
            start = file.read(4_096)
        if is_capture(start):
            return Input(source, CaptureFile(path))
        log_format = recognise(first_bytes(path), formats)
    except OSError as error:
        return Stranger(source, f"cannot be read: {error.strerror}", is_named=True)
    except UnavailableError as error:
        return Stranger(source, str(error), is_named=True)
    if log_format is None:
        what = "the file is empty" if not start else "neither a capture nor a log of a known format (read from byte 0)"
        return Stranger(source, what, is_named=is_named)
    return Input(source, LogFile(path, log_format))
