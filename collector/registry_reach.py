"""Whether a registry's entries claim no more of the Internet than one owner can have, in codes that exist."""

from collections.abc import Iterator
from contextlib import suppress
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final

from collector.book import Registry
from wire.titles import country_title

Fault = tuple[tuple[str | int, ...], str]

_WIDEST: Final = {4: 8, 6: 16}
"""No registry of the Internet gives one owner more."""
_MAPPED: Final = IPv6Network("::ffff:0:0/96")
_NETWORKS: Final = (("exporters", "networks"), ("recipients", "networks"), ("lines", "far_networks"))
_COUNTRIES: Final = (("recipients", "country"), ("lines", "far_country"))


def reach_faults(registry: Registry) -> Iterator[Fault]:
    """Networks and domains by which strangers would be taken for an owner, and countries that are none."""
    for section, key in _NETWORKS:
        for place, entry in enumerate(getattr(registry, section)):
            for item, text in enumerate(getattr(entry, key)):
                what = _width(text)
                if what:
                    yield (section, place, key, item), what
    yield from _no_countries(registry)
    yield from _wide_domains(registry)


def _no_countries(registry: Registry) -> Iterator[Fault]:
    for section, key in _COUNTRIES:
        for place, entry in enumerate(getattr(registry, section)):
            code = getattr(entry, key)
            if country_title(code) == code:
                yield (section, place, key), f"{code!r} is no code of ISO 3166-1"
    for place, filing in enumerate(registry.filings):
        for item, code in enumerate(filing.countries):
            if country_title(code) == code or code == "CN":
                yield ("filings", place, "countries", item), f"{code!r} is no code of a place outside the mainland"


def _width(text: str) -> str:
    if "%" in text:
        return f"{text!r} names an interface of one machine"
    with suppress(ValueError):
        network: IPv4Network | IPv6Network = ip_network(text)
        if network.prefixlen < _WIDEST[network.version]:
            return f"{text!r} is too wide to be one owner's"
        if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
            return f"{text!r} is an IPv4 network: write it as such"
    return ""


def _wide_domains(registry: Registry) -> Iterator[Fault]:
    for place, recipient in enumerate(registry.recipients):
        for item, host in enumerate(recipient.hosts):
            if "." not in host.removeprefix("*."):
                yield ("recipients", place, "hosts", item), f"{host!r} would cover every name under it: name a domain"
