"""Behind ``guanjin config show`` and ``guanjin completion``: what the front door itself knows."""

from argparse import Namespace
from pathlib import Path
import sys
from typing import Any

from guanjin import config
from guanjin.__main__ import parser_of
from guanjin.command import Exit, Speech
from guanjin.layers import FILE, Shown, apply, layers_of, shown
from wire.codec import json_line
from wire.faults import ConfigurationError


def show_settings(arguments: Namespace) -> Exit:
    """Print options with their values."""
    parser = parser_of(arguments.lang)
    layers = layers_of(config.settings_file(), config.environment())
    apply(parser, layers)
    found = [each for each in shown(parser, layers) if arguments.only in ("", each.command)]
    if arguments.only and not found:
        cure = "guanjin --help lists the commands; cases.list is one within another"
        raise ConfigurationError(f"no command {arguments.only!r} with settings", cure=cure)
    rows = [each for each in found if arguments.all or each.origin]
    if arguments.json:
        for each in rows:
            sys.stdout.buffer.write(json_line(_record(each)) + b"\n")
        return Exit.CLEAN
    if not rows:
        print(_nothing().said(arguments.lang))
    for each in rows:
        print(_line(each, arguments))
    return Exit.CLEAN


def print_completion(arguments: Namespace) -> Exit:
    """Print the script by which a shell completes guanjin's words."""
    import shtab  # noqa: PLC0415  # only this answer needs it

    sys.stdout.write(shtab.complete(parser_of(arguments.lang), arguments.shell))
    return Exit.CLEAN


def _nothing() -> Speech:
    named = config.settings_file() or Path(FILE)
    return Speech(
        f"全部为内置默认值（未找到 {named}，也没有 GUANJIN_命令__选项 形式的环境变量）。--all 列出全部选项。",
        f"everything has its built-in default (no {named}, no variable like GUANJIN_UP__PORT); --all lists all.",
    )


def _line(each: Shown, arguments: Namespace) -> str:
    text = f"{each.command}.{each.option} = {_said(each.value)}"
    default = Speech("内置默认值", "built-in default").said(arguments.lang)
    return f"{text}    # {each.origin or default}" if arguments.origin else text


def _record(each: Shown) -> dict[str, Any]:
    value = [str(one) for one in each.value] if isinstance(each.value, list) else _plain(each.value)
    return {"command": each.command, "option": each.option, "value": value, "origin": each.origin or "default"}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(_said, value))}]"
    return "-" if value in (None, "") else f"{value}"
