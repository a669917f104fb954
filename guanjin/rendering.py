"""Behind ``guanjin monitoring render``."""

from pathlib import Path

from dashboards.site import CHATS, Site
from wire.faults import ConfigurationError


def write_files(out: Path, site: Site) -> int:
    """Write every file for a site; gives how many.

    Raises:
        ConfigurationError: Grafana's SDK is missing, the folder cannot be written, or there is no such chat.
    """
    strange = set(site.chats) - set(CHATS)
    if strange:
        raise ConfigurationError(f"no such chat: {', '.join(sorted(strange))}", cure=f"known: {', '.join(CHATS)}")
    try:
        from dashboards.render import render  # noqa: PLC0415  # an extra of its own, and heavy
    except ModuleNotFoundError as error:
        raise ConfigurationError(f"not installed: {error.name}", cure="pip install 'guanjin[boards]'") from error
    files = render(site)
    try:
        for name, content in files.items():
            path = out / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"cannot write: {error.strerror}", at=str(out), cure="name another --out") from error
    return len(files)
