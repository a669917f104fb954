"""Behind ``guanjin monitoring render``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dashboards.render import render
from dashboards.site import Site
from wire.faults import ConfigurationError

_CHATS = ("wecom", "dingtalk", "feishu")


def write_files(out: Path, given: Mapping[str, Any]) -> int:
    """Write every file for a site; gives how many.

    Raises:
        ConfigurationError: the folder cannot be written, or there is no such chat.
    """
    strange = set(given.get("chats", ())) - set(_CHATS)
    if strange:
        raise ConfigurationError(f"no such chat: {', '.join(sorted(strange))}", cure=f"known: {', '.join(_CHATS)}")
    files = render(Site(**given))
    try:
        for name, content in files.items():
            path = out / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"cannot write: {error.strerror}", at=str(out), cure="name another --out") from error
    return len(files)
