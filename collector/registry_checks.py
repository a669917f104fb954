"""What must hold between the registry's entries: check characters, references, dates, networks."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final, Protocol

from collector.book import Registry
from collector.registry_days import day_faults
from collector.registry_lists import list_faults
from collector.registry_reach import reach_faults
from wire.places import Region, place_of

Keys = tuple[str | int, ...]
Fault = tuple[Keys, str]

_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015: no I, O, S, V, Z."""


def faults_of(registry: Registry) -> Iterator[Fault]:
    """Everything that the types alone cannot refuse, each with the key where it stands."""
    yield from _codes(registry)
    yield from _repeated(registry)
    yield from _unknown(registry)
    yield from _days(registry)
    yield from day_faults(registry)
    yield from _places(registry)
    yield from _networks(registry)
    yield from _domains(registry)
    yield from reach_faults(registry)
    yield from list_faults(registry)


def has_check_character(code: str) -> bool:
    """Whether the last character of a 统一社会信用代码 fits the others.

    Law:
        GB 32100-2015: weights 3^i mod 31, check character (31 - sum mod 31) mod 31.
    """
    if len(code) != 18 or not set(code) <= set(_ALPHABET):
        return False
    total = sum(_ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(code[:-1]))
    return _ALPHABET[-total % 31] == code[-1]


def _codes(registry: Registry) -> Iterator[Fault]:
    for place, exporter in enumerate(registry.exporters):
        if not has_check_character(exporter.organisation):
            yield ("exporters", place, "organisation"), "the check character of the 统一社会信用代码 does not fit"


def _repeated(registry: Registry) -> Iterator[Fault]:
    yield from _twice("exporters", "organisation", [each.organisation for each in registry.exporters])
    yield from _twice("recipients", "id", [each.id for each in registry.recipients])
    yield from _twice("filings", "number", [each.number for each in registry.filings])
    yield from _twice("lines", "id", [each.id for each in registry.lines])
    yield from _twice("lists", "id", [each.id for each in registry.lists])
    yield from _twice("list_rows", "row", [f"{each.list_id} {each.row}" for each in registry.list_rows])


def _twice(section: str, key: str, values: Sequence[str]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for place, value in enumerate(values):
        if first.setdefault(value, place) != place:
            yield (section, place, key), f"{value!r} stands already in {section}[{first[value]}]"


def _unknown(registry: Registry) -> Iterator[Fault]:
    exporters = {each.organisation for each in registry.exporters}
    recipients = {each.id for each in registry.recipients}
    numbers = {each.number for each in registry.filings}
    for section in ("filings", "exemptions", "lines"):
        for place, entry in enumerate(getattr(registry, section)):
            yield from _refers((section, place, "organisation"), [entry.organisation], exporters, "exporter")
    for section in ("filings", "exemptions"):
        for place, entry in enumerate(getattr(registry, section)):
            yield from _refers((section, place, "recipients"), entry.recipients, recipients, "recipient")
    for section, key, known, what in (
        ("recipients", "onward", recipients, "recipient"),
        ("lines", "filings", numbers, "filing"),
        ("filings", "covers", exporters, "exporter"),
    ):
        for place, entry in enumerate(getattr(registry, section)):
            yield from _refers((section, place, key), getattr(entry, key), known, what)


def _refers(keys: Keys, names: Iterable[str], known: set[str], what: str) -> Iterator[Fault]:
    for name in names:
        if name not in known:
            close = get_close_matches(name, sorted(known), 1) if len(known) <= _FEW else []
            yield keys, f"there is no {what} {name!r}" + (f"; did you mean {close[0]}?" if close else "")


_FEW: Final = 300
"""Names among which a meant one is looked for: comparing costs microseconds each."""


class _Dated(Protocol):
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_until(self) -> date: ...


def _days(registry: Registry) -> Iterator[Fault]:
    sections: tuple[tuple[str, Sequence[_Dated]], ...] = (
        ("filings", registry.filings),
        ("exemptions", registry.exemptions),
    )
    for section, entries in sections:
        for place, entry in enumerate(entries):
            if entry.valid_until < entry.valid_from < date.max:
                yield (section, place, "valid_until"), f"{entry.valid_until} is before valid_from {entry.valid_from}"


def _places(registry: Registry) -> Iterator[Fault]:
    for place, recipient in enumerate(registry.recipients):
        if place_of(recipient.country).region is Region.MAINLAND:
            yield ("recipients", place, "country"), "a recipient in the mainland is no overseas recipient (境外接收方)"
    for place, line in enumerate(registry.lines):
        if place_of(line.far_country).region is Region.MAINLAND:
            yield ("lines", place, "far_country"), "a line that ends in the mainland is no international line"


class _Claim:
    """A network that an entry says is its own."""

    def __init__(self, keys: Keys, owner: str, network: IPv4Network | IPv6Network) -> None:
        self.keys: Final = keys
        self.owner: Final = owner
        self.network: Final = network


def _networks(registry: Registry) -> Iterator[Fault]:
    claims: list[_Claim] = []
    for section, key, owner_of in _NETWORKED:
        for place, entry in enumerate(getattr(registry, section)):
            for item, text in enumerate(getattr(entry, key)):
                keys: Keys = (section, place, key, item)
                try:
                    claims.append(_Claim(keys, owner_of(entry), ip_network(text)))
                except ValueError:
                    yield keys, f"{text!r} is not a network{_masked(text)}"
    yield from _overlaps(claims)


_NETWORKED: Final[tuple[tuple[str, str, Callable[[object], str]], ...]] = (
    ("exporters", "networks", lambda each: f"exporter {getattr(each, 'organisation', '')}"),
    ("recipients", "networks", lambda each: f"recipient {getattr(each, 'id', '')}"),
    ("lines", "far_networks", lambda each: f"line {getattr(each, 'id', '')}"),
)


def _masked(text: str) -> str:
    try:
        return f"; did you mean {ip_network(text, strict=False)}?"
    except ValueError:
        return " (such as 203.0.113.0/24)"


def _overlaps(claims: Iterable[_Claim]) -> Iterator[Fault]:
    """Sorted by first address, a network can only overlap those still open before it."""
    held: list[_Claim] = []
    for claim in sorted(claims, key=lambda each: (each.network.version, each.network.network_address.packed)):
        held = [each for each in held if _covers(each, claim)]
        for each in held:
            if each.owner != claim.owner and _clash(each, claim):
                yield claim.keys, f"{claim.network} of {claim.owner} overlaps {each.network} of {each.owner}"
                break
        if not any(each.owner == claim.owner and each.network == claim.network for each in held):
            held.append(claim)


def _covers(outer: _Claim, inner: _Claim) -> bool:
    same = outer.network.version == inner.network.version
    return same and outer.network.broadcast_address.packed >= inner.network.network_address.packed


def _clash(outer: _Claim, inner: _Claim) -> bool:
    """A smaller network inside a larger one is plain between different sections: the longest prefix wins."""
    return outer.keys[0] == inner.keys[0] or outer.network == inner.network


def _domains(registry: Registry) -> Iterator[Fault]:
    for section in ("exporters", "recipients"):
        owners: dict[str, int] = {}
        for place, entry in enumerate(getattr(registry, section)):
            for item, host in enumerate(entry.hosts):
                if owners.setdefault(host.lower(), place) != place:
                    yield (
                        (section, place, "hosts", item),
                        f"{host!r} stands already in {section}[{owners[host.lower()]}]",
                    )
