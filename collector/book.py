"""The registry in memory: its entries, found by what a transfer shows of them."""

from collections.abc import Iterator
from functools import cached_property
from hashlib import blake2b
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import msgspec
from msgspec import Struct

from collector.declarations import Calendar, Exemption, Exporter, Filing, Line, Recipient, Settings
from collector.negative_lists import Listed, ListRow, NegativeList, assembled, reaching
from collector.workdays import PUBLISHED, Workdays
from wire.events import Endpoint


class Registry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """The declarations of all exporters."""

    settings: Settings = Settings()
    exporters: tuple[Exporter, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    filings: tuple[Filing, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    lines: tuple[Line, ...] = ()
    lists: tuple[NegativeList, ...] = ()
    list_rows: tuple[ListRow, ...] = ()
    calendar: Calendar = Calendar()

    def exporter(self, organisation: str) -> Exporter | None:
        """The exporter of that credit code."""
        return self._exporters.get(organisation)

    def filings_of(self, organisation: str) -> tuple[Filing, ...]:
        """All filings of an exporter, its own and those that its group filed for it, whatever their state and dates."""
        return self._filings.get(organisation, ())

    def exemptions_of(self, organisation: str) -> tuple[Exemption, ...]:
        """All exemptions that an exporter declared."""
        return self._exemptions.get(organisation, ())

    def recipient(self, recipient_id: str) -> Recipient | None:
        """The recipient of that id."""
        return self._recipients.get(recipient_id)

    def line(self, line_id: str) -> Line | None:
        """The dedicated line of that id."""
        return self._lines.get(line_id)

    def onward_of(self, recipient: Recipient) -> tuple[Recipient, ...]:
        """Everyone to whom a recipient supplies the data in turn, and they, and so on."""
        known = self._recipients
        found: dict[str, Recipient] = {}
        waiting = list(recipient.onward)
        while waiting:
            name = waiting.pop()
            if name not in found and name != recipient.id:
                found[name] = known[name]
                waiting += known[name].onward
        return tuple(found[name] for name in sorted(found))

    def lists_of(self, organisation: str) -> tuple[Listed, ...]:
        """The negative lists that are open to an exporter, whatever the day: the registry's and the package's."""
        return self._lists.get(organisation, ())

    @cached_property
    def version(self) -> str:
        """Digest of everything declared."""
        return blake2b(msgspec.json.encode(self, order="deterministic"), digest_size=8).hexdigest()

    @cached_property
    def workdays(self) -> Workdays:
        """The working days by which its clocks run."""
        return PUBLISHED.with_calendar(self.calendar)

    def recipient_at(self, target: Endpoint) -> Recipient | None:
        """Who stands there: by the most specific domain, else by the narrowest network, else by its own ASN.

        The far end of a dedicated line is its recipient's network where all filings tied to the line name one only.
        """
        found = self._by_host(target.host.rstrip(".").lower()) or self._by_address(target.address)
        return found or self._asns.get(target.place.asn)

    def _by_host(self, host: str) -> Recipient | None:
        while host:
            if host in self._domains:
                return self._domains[host]
            _, _, host = host.partition(".")
        return None

    def _by_address(self, text: str) -> Recipient | None:
        try:
            address = ip_address(text)
        except ValueError:
            return None
        address = getattr(address, "ipv4_mapped", None) or address
        value, bits = int(address), address.max_prefixlen
        for length in self._lengths[address.version]:
            found = self._networks.get((address.version, length, value >> (bits - length)))
            if found:
                return found
        return None

    @cached_property
    def _lists(self) -> dict[str, tuple[Listed, ...]]:
        known = assembled(self.lists, self.list_rows)
        found = {each.organisation: reaching(known, each) for each in self.exporters}
        return {organisation: lists for organisation, lists in found.items() if lists}

    @cached_property
    def _recipients(self) -> dict[str, Recipient]:
        return {each.id: each for each in self.recipients}

    @cached_property
    def _exporters(self) -> dict[str, Exporter]:
        return {each.organisation: each for each in self.exporters}

    @cached_property
    def _lines(self) -> dict[str, Line]:
        return {each.id: each for each in self.lines}

    @cached_property
    def _filings(self) -> dict[str, tuple[Filing, ...]]:
        found: dict[str, tuple[Filing, ...]] = {}
        for filing in self.filings:
            for organisation in dict.fromkeys((filing.organisation, *filing.covers)):
                found[organisation] = (*found.get(organisation, ()), filing)
        return found

    @cached_property
    def _exemptions(self) -> dict[str, tuple[Exemption, ...]]:
        found: dict[str, tuple[Exemption, ...]] = {}
        for exemption in self.exemptions:
            found[exemption.organisation] = (*found.get(exemption.organisation, ()), exemption)
        return found

    @cached_property
    def _domains(self) -> dict[str, Recipient]:
        return {host.lower().removeprefix("*."): each for each in self.recipients for host in each.hosts}

    @cached_property
    def _asns(self) -> dict[int, Recipient]:
        return {asn: each for each in self.recipients for asn in each.asns}

    @cached_property
    def _networks(self) -> dict[tuple[int, int, int], Recipient]:
        found = {_key(text): end for line, end in self._ends() for text in line.far_networks}
        return found | {_key(text): each for each in self.recipients for text in each.networks}

    def _ends(self) -> Iterator[tuple[Line, Recipient]]:
        """The lines at whose far end one recipient stands."""
        tied = {filing.number: filing.recipients for filing in self.filings}
        recipients = self._recipients
        for line in self.lines:
            ends = {each for number in line.filings for each in tied.get(number, ())}
            if len(ends) == 1:
                yield line, recipients[ends.pop()]

    @cached_property
    def _lengths(self) -> dict[int, list[int]]:
        """Prefix lengths that occur, longest first, by IP version."""
        lengths = {(version, length) for version, length, _ in self._networks}
        return {
            version: sorted((length for each, length in lengths if each == version), reverse=True) for version in (4, 6)
        }


def _key(text: str) -> tuple[int, int, int]:
    network = ip_network(text)
    address: IPv4Address | IPv6Address = network.network_address
    return network.version, network.prefixlen, int(address) >> (address.max_prefixlen - network.prefixlen)
