"""What the law is said to hold and was not read: shown, never enforced."""

from functools import cache
from importlib.resources import files
from typing import Final

import msgspec
from msgspec import Struct

from collector.law.terms import Term

_FILE: Final = "unverified_terms.toml"


class _Table(Struct, frozen=True, forbid_unknown_fields=True):
    terms: tuple[Term, ...]


@cache
def unverified_terms() -> tuple[Term, ...]:
    """The terms of the package's own table; a reviewer may have marked some as verified since."""
    content = files("collector.law").joinpath(_FILE).read_bytes()
    return msgspec.toml.decode(content, type=_Table).terms
