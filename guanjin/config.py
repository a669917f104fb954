"""The only reader of the environment and of the wall clock."""

import atexit
from contextlib import suppress
import os
from pathlib import Path
import secrets
import shutil
import tempfile
import time

from wire.faults import ConfigurationError

LANGUAGES = ("zh", "en")


def language() -> str:
    """``GUANJIN_LANG``, Chinese where it is not set."""
    wanted = os.environ.get("GUANJIN_LANG", "zh")
    return wanted if wanted in LANGUAGES else "zh"


def is_debugging() -> bool:
    """Whether ``GUANJIN_DEBUG`` asks for tracebacks."""
    return bool(os.environ.get("GUANJIN_DEBUG"))


def settings_file() -> Path | None:
    """``GUANJIN_CONFIG``: the file of settings, where it is not ``guanjin.toml`` in the folder one runs in."""
    named = os.environ.get("GUANJIN_CONFIG", "")
    return Path(named) if named else None


def environment() -> dict[str, str]:
    """The variables that are ours."""
    return {name: value for name, value in os.environ.items() if name.startswith("GUANJIN_")}


def prepare_compiled_code() -> None:
    """See that compiled kernels have a folder of our own to lie in: numba refuses to work without one.

    Where the product is installed read-only and there is no home, they are compiled anew for each process: a shared
    folder would let others put code there.
    """
    if os.environ.get("NUMBA_CACHE_DIR") or os.access(Path(__file__).parent, os.W_OK):
        return
    kept = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "guanjin"
    try:
        kept.mkdir(parents=True, exist_ok=True)
        os.environ["NUMBA_CACHE_DIR"] = str(kept)
    except OSError:
        folder = tempfile.mkdtemp(prefix="guanjin-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ["NUMBA_CACHE_DIR"] = folder


def now_ns() -> int:
    """The clock: UTC nanoseconds since 1970."""
    return time.time_ns()


def fresh_key() -> bytes:
    """A master key for one run: tokens under it can be joined with no other run's."""
    return secrets.token_bytes(32)


def _keep(key: bytes, path: Path) -> None:
    """The whole key or none of it, for good before anything is counted under it; of two who try one's key stands."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    number, fresh = tempfile.mkstemp(prefix=path.name, dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        Path(fresh).unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def kept_key(path: Path) -> bytes:
    """The master key in a file, made at the first call and readable by its owner only.

    Counts under another key cannot be joined with those before it, so the key stays beside what was counted.

    Raises:
        ConfigurationError: the file is not a key, or its folder cannot be written.
    """
    try:
        if not path.exists():
            _keep(fresh_key(), path)
        key = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"cannot keep the token key: {error.strerror}", str(path), "name a folder that can be written"
        ) from error
    if len(key) != 32:
        raise ConfigurationError(
            "the token key is damaged",
            at=str(path),
            cure="restore it, or remove it and what was counted, and begin anew",
        )
    return key
