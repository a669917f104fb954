"""YAML into typed records, every fault with its file, line and key, all of them at once.

Read by the target's types, never by YAML's guesses: ``NO`` is a country where a country is asked for, and a credit
code of digits is a string. Aliases and tags are refused, so a small file cannot become a large tree.
"""

from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from enum import Enum
from functools import cache
from itertools import takewhile
from types import NoneType, UnionType
from typing import Annotated, Any, Final, TypeVar, Union, get_args, get_origin
from unicodedata import category

import msgspec
from msgspec import Meta, Struct
import yaml

from wire.faults import ConfigurationError

T = TypeVar("T", bound=Struct)
Keys = tuple[str | int, ...]
"""The way to a value: ``("exporters", 0, "networks", 2)``."""

_MOST_FAULTS: Final = 20
_MOST_NOTED: Final = 500
"""Faults that are kept; a file with more is not what it should be, and the rest are only counted."""
_MOST_BYTES: Final = 64 << 20
_DEEPEST: Final = 32
_MOST_PIECES: Final = 1_000_000
"""Keys, values and lists: a value of three bytes takes a thousand of memory."""
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL: Final = "tag:yaml.org,2002:null"
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories that no name, number or day is written with: what is read would not be what is seen."""
_PLAIN: Final = "tag:yaml.org,2002:"
_fields: Final = cache(msgspec.structs.fields)
"""msgspec reads the annotations anew each time."""


class Document:
    """One YAML file while it is read: where each value stands, and what is wrong so far."""

    def __init__(self, content: bytes, name: str) -> None:
        self._name = name
        self._lines: dict[Keys, int] = {}
        self._faults: list[tuple[int, Keys, str]] = []
        self._further = 0
        self._root = self._composed(content)

    def read(self, record: type[T]) -> T:
        """The document as a record; where something is wrong, a stand-in, so that all the rest can be checked too.

        ``raise_faults`` has to be asked before the record is used.
        """
        if self._root is None:
            return self._built({}, record, ())
        return self._record(self._root, record, ())

    @property
    def is_hopeless(self) -> bool:
        """Whether so much is wrong that looking for more is of no use."""
        return len(self._faults) >= _MOST_NOTED

    def doubt(self, keys: Keys, what: str) -> None:
        """Note a fault at a key, unless what stands there is known to be wrong already."""
        if not any(keys[: len(known)] == known[: len(keys)] for _, known, _ in self._faults):
            self.fault(keys, what)

    def fault(self, keys: Keys, what: str) -> None:
        """Note a fault at a key."""
        if self.is_hopeless:
            self._further += 1
            return
        at = keys
        while at not in self._lines and at:
            at = at[:-1]
        self._faults.append((self._lines.get(at, 1), keys, what))

    def raise_faults(self) -> None:
        """Raise what was noted, if anything was.

        Raises:
            ConfigurationError: with every fault up to twenty, in the order of the lines.
        """
        if not self._faults:
            return
        faults = sorted(self._faults, key=lambda fault: fault[0])
        shown = [f"{self._name}:{line}: {_written(keys)}{what}" for line, keys, what in faults[:_MOST_FAULTS]]
        if len(faults) > _MOST_FAULTS:
            shown.append(f"... and {len(faults) + self._further - _MOST_FAULTS} more")
        line, keys, _ = faults[0]
        raise ConfigurationError(
            "\n".join(shown),
            at=f"{self._name}, line {line}" + (f", key {_path(keys)}" if keys else ""),
            cure="docs/reference/registry.md lists every key, registry.schema.json checks it in an editor",
        )

    def _composed(self, content: bytes) -> yaml.Node | None:
        if len(content) > _MOST_BYTES:
            raise ConfigurationError(f"larger than {_MOST_BYTES >> 20} MiB", at=self._name)
        text = self._decoded(content)
        try:
            self._refuse_tricks(text)
            return yaml.compose(text, _LOADER)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = min(mark.line + 1, len(text.splitlines())) if mark else 1
            what = f"{self._name}:{line}: not YAML: {error.problem or error.context}"
            raise ConfigurationError(what, at=f"{self._name}, line {line}") from None
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            what = f"{self._name}:{line}: not YAML: a control character"
            raise ConfigurationError(what, at=f"{self._name}, line {line}") from None

    def _decoded(self, content: bytes) -> str:
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            what = f"{self._name}:{line}: not UTF-8 text"
            raise ConfigurationError(what, at=f"{self._name}, line {line}") from None

    def _refuse_tricks(self, text: str) -> None:
        """Look at the stream before a tree is built from it: depth, aliases and tags."""
        depth = 0
        for count, event in enumerate(yaml.parse(text, _LOADER)):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            what = _trick(event, depth) if count < _MOST_PIECES else f"more than {_MOST_PIECES:,} keys and values"
            if what:
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise ConfigurationError(f"{self._name}:{line}: {what}", at=f"{self._name}, line {line}")

    def _value(self, node: yaml.Node, expected: Any, keys: Keys) -> Any:
        self._lines.setdefault(keys, node.start_mark.line + 1)
        expected, meta = _bare(expected)
        optional = _optional(expected)
        if optional is not None:
            return None if node.tag == _NULL else self._value(node, optional, keys)
        if isinstance(expected, type) and issubclass(expected, Struct):
            return self._record(node, expected, keys)
        if get_origin(expected) is tuple:
            return self._items(node, expected, meta, keys)
        return self._scalar(node, Annotated[expected, meta] if meta else expected, keys)

    def _record(self, node: yaml.Node, record: type[T], keys: Keys) -> T:
        if not isinstance(node, yaml.MappingNode):
            self.fault(keys, f"expected keys and values ({', '.join(_names(record))}), found {_shape(node)}")
            stand_in: T = _stand_in("", record)
            return stand_in
        fields = {field.name: field for field in _fields(record)}
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            self._lines[(*keys, name)] = key.start_mark.line + 1
            if name in found:
                self.fault((*keys, name), "given twice")
            elif name not in fields:
                self.fault((*keys, name), f"unknown key{_meant(name, list(fields))}")
            else:
                found[name] = self._value(value, fields[name].type, (*keys, name))
        return self._built(found, record, keys)

    def _built(self, found: dict[str, Any], record: type[T], keys: Keys) -> T:
        for field in _fields(record):
            if field.required and field.name not in found:
                self.fault((*keys, field.name), "missing")
                found[field.name] = _stand_in("", field.type)
        return record(**found)

    def _items(self, node: yaml.Node, expected: Any, meta: Meta | None, keys: Keys) -> tuple[Any, ...]:
        if not isinstance(node, yaml.SequenceNode):
            self.fault(keys, f"expected a list, found {_shape(node)}")
            return ()
        if meta is not None and meta.min_length and len(node.value) < meta.min_length:
            self.fault(keys, "may not be empty")
        inner = get_args(expected)[0]
        sound = takewhile(lambda _: not self.is_hopeless, enumerate(node.value))
        return tuple(self._value(item, inner, (*keys, place)) for place, item in sound)

    def _scalar(self, node: yaml.Node, expected: Any, keys: Keys) -> Any:
        if not isinstance(node, yaml.ScalarNode):
            self.fault(keys, f"expected one value, found {_shape(node)}")
            return _stand_in("", expected)
        value, what = scalar("" if node.tag == _NULL and not node.style else str(node.value), expected)
        if what:
            self.fault(keys, what)
        return value


def scalar(text: str, expected: Any) -> tuple[Any, str]:
    """What a text stands for where that type is expected, and what is wrong with it; then the value is a stand-in."""
    strange = next((character for character in text if category(character) in _UNSEEN), "")
    if strange:
        return _stand_in("", expected), f"holds a character that cannot be seen (U+{ord(strange):04X})"
    try:
        return msgspec.convert(text, expected, strict=False), ""
    except msgspec.ValidationError:
        return _stand_in(text, expected), _complaint(text, expected)


def _stand_in(text: str, expected: Any) -> Any:
    """A value of the type, for a record that will be refused: the text as it stands, so that references still meet."""
    kind, _ = _bare(expected)
    if get_origin(kind) is tuple:
        return ()
    if issubclass(kind, Struct):
        required = [field for field in _fields(kind) if field.required]
        return kind(**{field.name: _stand_in("", field.type) for field in required})
    if issubclass(kind, Enum):
        return next(iter(kind))
    return {date: date.max, str: text}.get(kind, 0)


def _trick(event: yaml.Event, depth: int) -> str:
    if depth > _DEEPEST:
        return f"nested deeper than {_DEEPEST} levels"
    if isinstance(event, yaml.AliasEvent):
        return "aliases (*name) are refused here: write the value out"
    tag = getattr(event, "tag", None)
    if tag and not str(tag).startswith(_PLAIN):
        return "tags (!name) are refused here"
    return ""


def _bare(expected: Any) -> tuple[Any, Meta | None]:
    if get_origin(expected) is Annotated:
        kind, *notes = get_args(expected)
        return kind, next((note for note in notes if isinstance(note, Meta)), None)
    return expected, None


def _optional(expected: Any) -> Any:
    """X of ``X | None``, else None."""
    if get_origin(expected) not in (Union, UnionType):
        return None
    return next(part for part in get_args(expected) if part is not NoneType)


def _names(record: type[Struct]) -> Iterator[str]:
    return (field.name for field in _fields(record))


def _shape(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return "nothing" if node.tag == _NULL else "one value"
    return "a list" if isinstance(node, yaml.SequenceNode) else "keys and values"


def _meant(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, 1)
    return f"; did you mean {close[0]}?" if close else f"; known here: {', '.join(known)}"


def _complaint(text: str, expected: Any) -> str:
    kind, meta = _bare(expected)
    shown = f"{text[:60]!r}"
    members = getattr(kind, "__members__", None)
    if members:
        values = [str(member.value) for member in members.values()]
        return f"{shown} is not one of {', '.join(values)}" + (
            _meant(text, values) if get_close_matches(text, values) else ""
        )
    what = f"{shown} is not {_PLAINLY.get(kind, kind.__name__)}"
    return f"{what}: {meta.description}" if meta is not None and meta.description else what


_PLAINLY: Final[dict[type, str]] = {
    date: "a day (YYYY-MM-DD)",
    bool: "true or false",
    int: "a whole number in range",
    str: "what is asked for",
}


def _path(keys: Keys) -> str:
    text = ""
    for key in keys:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text


def _written(keys: Keys) -> str:
    return f"{_path(keys)}: " if keys else ""
