"""A registry as YAML, such as ``read_registry`` takes it: what is not declared is not written."""

from datetime import date
from typing import Any, Final

import msgspec
from typing_extensions import override
import yaml

from collector.book import Registry
from collector.registry_diff import SECTIONS, SINGLES

_WIDTH: Final = 110


class _Dumper(yaml.SafeDumper):
    """Every value is written out: an alias would be refused when it is read."""

    @override
    def ignore_aliases(self, data: Any) -> bool:
        return True


def registry_text(registry: Registry) -> bytes:
    """The file's bytes; reading them gives the same registry."""
    document: dict[str, Any] = {}
    for section in SINGLES:
        said = _declared(getattr(registry, section))
        if said:
            document[section] = said
    for section in SECTIONS:
        entries = [_declared(entry) for entry in getattr(registry, section)]
        if entries:
            document[section] = entries
    text = yaml.dump(
        document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=None, width=_WIDTH
    )
    return str(text).encode()


def _declared(entry: msgspec.Struct) -> dict[str, Any]:
    fields = msgspec.structs.fields(type(entry))
    said = {each.name: getattr(entry, each.name) for each in fields if getattr(entry, each.name) != each.default}
    written: dict[str, Any] = _listed(msgspec.to_builtins(said, builtin_types=(date,)))
    return written


def _listed(value: Any) -> Any:
    """Tuples as lists: YAML has no other."""
    if isinstance(value, dict):
        return {key: _listed(each) for key, each in value.items()}
    return [_listed(each) for each in value] if isinstance(value, list | tuple) else value
