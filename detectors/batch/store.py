"""Tables on disk beside the compiled loops: what takes seconds is done once, when the product is installed.

They are found again only by what they were made from: every source and table of this package, numba and the processor.
"""

from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
import platform
import tempfile
from typing import Final

import numpy as np

from detectors.batch.bytes import Array

_PACKAGE: Final = Path(__file__).parents[1]
_SOURCES: Final = ("*.py", "batch/*.py", "kinds/*.py", "engines/*.py", "tables/*.py", "tables/*.txt")


@cache
def digest() -> str:
    """What the tables and the loops are made from."""
    state = blake2b(digest_size=10)
    for path in sorted(path for pattern in _SOURCES for path in _PACKAGE.glob(pattern)):
        state.update(path.name.encode() + b"\0" + path.read_bytes())
    state.update(f"{version('numba')} {version('numpy')} {platform.python_version()} {platform.machine()}".encode())
    return state.hexdigest()


def folder() -> Path:
    """Where numba keeps what it compiled, and the tables too."""
    from numba import config  # noqa: PLC0415 - heavy

    return Path(getattr(config, "CACHE_DIR", "") or Path(__file__).parent / "__pycache__")


def load() -> tuple[Array, Array, Array] | None:
    """The tables; None if they were not made for what is installed."""
    try:
        with np.load(_path(), allow_pickle=False) as kept:
            return kept["table"], kept["words"], kept["constants"]
    except (OSError, ValueError, KeyError):
        return None


def save(table: Array, words: Array, constants: Array) -> Path:
    """Keep them, whole or not at all; those of other installations make way."""
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in path.parent.glob("guanjin-batch-*.npz"):
        old.unlink(missing_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        np.savez(file, table=table, words=words, constants=constants)
    Path(file.name).replace(path)
    return path


def forget_compiled() -> None:
    """Take away loops compiled from other sources: numba notices only changes in the file of the outermost one."""
    for path in folder().rglob("run.look_at_all-*.nb[ic]"):
        path.unlink(missing_ok=True)


def _path() -> Path:
    return folder() / f"guanjin-batch-{digest()}.npz"


def kept() -> bool:
    """Whether there are tables for what is installed."""
    return _path().exists()
