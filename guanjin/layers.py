"""Settings from a file, the environment and flags, in that order, and where each value came from (ADR 0033).

``guanjin.toml`` has a table a command (``[up]``, ``[cases.list]``) and a table ``[all]`` for what many commands share;
``GUANJIN_UP__PORT=9000`` says the same as ``port = 9000`` under ``[up]``. Flags of the command line win.
"""

from argparse import SUPPRESS, Action, ArgumentError, ArgumentParser, ArgumentTypeError, _SubParsersAction
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
import re
import tomllib
from typing import Any, Final

from msgspec import Struct

from wire.faults import ConfigurationError

SHARED: Final = "all"
FILE: Final = "guanjin.toml"
_PREFIX: Final = "GUANJIN_"
_NOT_SETTINGS: Final = frozenset({"GUANJIN_LANG", "GUANJIN_DEBUG", "GUANJIN_CONFIG"})
_LARGEST: Final = 1 << 20
_TABLE: Final = re.compile(r"\s*\[\s*([A-Za-z0-9_.\- ]+?)\s*\]")
_KEY: Final = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")


class Setting(Struct, frozen=True):
    """A value as it was written, and where."""

    value: Any
    at: str
    """``guanjin.toml line 12, up.port`` or ``environment GUANJIN_UP__PORT``."""


class Layers(Struct, frozen=True):
    """All that was said before the command line, by command and option: ``("up", "port")``."""

    settings: Mapping[tuple[str, str], Setting] = {}

    def of(self, command: str, option: str) -> Setting | None:
        """What holds for an option of a command: its own table before the shared one."""
        return self.settings.get((command, option)) or self.settings.get((SHARED, option))


class Shown(Struct, frozen=True):
    """One option as it will be used, for ``guanjin config show``."""

    command: str
    option: str
    value: Any
    origin: str
    """Empty: the built-in default."""


def layers_of(path: Path | None, environment: Mapping[str, str]) -> Layers:
    """Read the file and the environment; the environment wins.

    Args:
        path: the file that was named; None: ``guanjin.toml`` where one runs, if it is there.
        environment: names and values, such as ``os.environ``.

    Raises:
        ConfigurationError: the file cannot be read or is no TOML of tables.
    """
    found: dict[tuple[str, str], Setting] = {}
    wanted = path or Path(FILE)
    if path is not None or wanted.is_file():
        found |= _in_file(wanted)
    for name, value in environment.items():
        if name.startswith(_PREFIX) and "__" in name and name not in _NOT_SETTINGS:
            *tables, option = name.removeprefix(_PREFIX).lower().split("__")
            found[".".join(tables), option] = Setting(value, f"environment {name}")
    return Layers(found)


def apply(parser: ArgumentParser, layers: Layers) -> None:
    """Make every setting the default of its option, checked as the flag would be.

    Raises:
        ConfigurationError: a table or key that no command has, or a value that the option does not take.
    """
    commands = dict(_commands(parser))
    _refuse_strangers(commands, layers)
    for name, command in commands.items():
        for action in _options(command):
            setting = layers.of(name, action.dest)
            if setting is not None:
                action.default = _checked(command, action, setting)
                action.required = False


def shown(parser: ArgumentParser, layers: Layers) -> Iterator[Shown]:
    """Every option of every command as it will be used, after ``apply``."""
    for name, command in _commands(parser):
        for action in _options(command):
            setting = layers.of(name, action.dest)
            yield Shown(name, action.dest, action.default, setting.at if setting else "")


def _in_file(path: Path) -> dict[tuple[str, str], Setting]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"cannot read the settings: {error.strerror}", str(path)) from error
    if len(content) > _LARGEST:
        raise ConfigurationError(f"settings of more than {_LARGEST:,} bytes", str(path))
    try:
        text = content.decode("utf-8-sig")
        tables = tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"the settings are no TOML: {error}", str(path)) from error
    lines = dict(_lines(text))
    return {
        (table, key): Setting(value, f"{path.name} line {lines.get((table, key), '?')}, {table}.{key}")
        for table, key, value in _leaves("", tables, path)
    }


def _leaves(table: str, content: dict[str, Any], path: Path) -> Iterator[tuple[str, str, Any]]:
    for key, value in content.items():
        if isinstance(value, dict):
            yield from _leaves(f"{table}.{key}" if table else key, value, path)
        elif table:
            yield table, key.replace("-", "_"), value
        else:
            cure = f"put it below a table: [{SHARED}] or the command's own, such as [up]"
            raise ConfigurationError(f"{key!r} stands in no table", str(path), cure)


def _lines(text: str) -> Iterator[tuple[tuple[str, str], int]]:
    """On which line each key stands: for people, so a key in an inline table may go without."""
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if head := _TABLE.match(line):
            table = head[1].replace(" ", "")
        elif key := _KEY.match(line):
            yield (table, key[1].replace("-", "_")), number


def _commands(parser: ArgumentParser, above: str = "") -> Iterator[tuple[str, ArgumentParser]]:
    for action in parser._actions:  # noqa: SLF001  # argparse has no public list of its actions
        if isinstance(action, _SubParsersAction):
            for name, command in action.choices.items():
                path = f"{above}.{name}" if above else name
                yield path, command
                yield from _commands(command, path)


def _options(command: ArgumentParser) -> Iterator[Action]:
    for action in command._actions:  # noqa: SLF001  # see _commands
        if action.option_strings and action.dest not in ("help", "version", "lang") and action.default is not SUPPRESS:
            yield action


def _refuse_strangers(commands: Mapping[str, ArgumentParser], layers: Layers) -> None:
    options = {name: {action.dest for action in _options(command)} for name, command in commands.items()}
    options[SHARED] = set().union(*options.values())
    for (table, key), setting in layers.settings.items():
        known = options.get(table)
        if known is None:
            raise ConfigurationError(f"no command {table!r}", setting.at, _near(table, options))
        if key not in known:
            raise ConfigurationError(f"{table} has no option {key!r}", setting.at, _near(key, known))


def _near(word: str, known: Any) -> str:
    close = get_close_matches(word, known, 1)
    return f"did you mean {close[0]}?" if close else f"known: {', '.join(sorted(known)) or 'none'}"


def _checked(command: ArgumentParser, action: Action, setting: Setting) -> Any:
    is_list = isinstance(action.default, list) or action.nargs in ("*", "+")
    values = setting.value if is_list and isinstance(setting.value, list) else [setting.value]
    try:
        found = [_one(command, action, each) for each in values]
    except (ArgumentError, ArgumentTypeError, TypeError, ValueError) as error:
        said = error.message if isinstance(error, ArgumentError) else str(error)
        cure = f"guanjin {' '.join(command.prog.split()[1:])} --help"
        raise ConfigurationError(f"{action.dest} cannot be {setting.value!r}: {said}", setting.at, cure) from error
    return found if is_list else found[0]


def _one(command: ArgumentParser, action: Action, value: Any) -> Any:
    if action.nargs == 0:
        return _yes(value)
    if isinstance(value, bool | list | dict):
        raise TypeError("one text or number is wanted")
    found = command._get_value(action, str(value))  # noqa: SLF001  # the check that the flag itself would pass
    if action.choices is not None and found not in action.choices:
        raise ValueError(f"one of {', '.join(map(str, action.choices))}")
    return found


def _yes(value: Any) -> bool:
    words = {True: True, False: False, "true": True, "false": False, "1": True, "0": False}
    key = value.lower() if isinstance(value, str) else value
    if not isinstance(key, bool | str) or key not in words:
        raise ValueError("true or false")
    return words[key]
