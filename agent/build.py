"""Settings -> a running agent: the only place where its parts are put together."""

from collections.abc import Callable
from functools import lru_cache
from time import perf_counter_ns

from agent import decoders, logs
from agent.capture import CaptureReader
from agent.config import AgentConfig
from agent.decoder import Decoder
from agent.dissect import Dissector
from agent.evidence import Tokeniser, tokeniser_of, year_key
from agent.geo import Located, MmdbLocator
from agent.log_format import LogFormat
from agent.meter import Meter
from agent.names import Names
from agent.pipeline import Agent
from agent.ports import Bench
from agent.sighting import Party
from detectors import build_scanner
from detectors.catalogue import catalogue
from detectors.custom import ruleset
from wire.places import Place, Region
from wire.shelf import collect

_MOST_READ = 4_096
"""Conversations read at the same time: each may hold a piece of text, so this bounds the memory; more are unseen."""


def log_formats() -> tuple[LogFormat, ...]:
    """The shelf of log formats, the most particular first."""
    return tuple(sorted(collect(logs, "FORMAT", LogFormat), key=lambda item: item.order))


def protocol_decoders() -> tuple[Decoder, ...]:
    """The shelf of protocols, the catch-all last."""
    return tuple(sorted(collect(decoders, "DECODER", Decoder), key=lambda item: item.order))


def build_agent(config: AgentConfig, *, started_ns: int) -> Agent:
    """An agent after these settings.

    Raises:
        ConfigurationError: the database cannot be read, or a network is no prefix.
    """
    locator = MmdbLocator(config.geo, config.networks)
    names = Names()
    locate = _locate(locator, {host.name.lower(): host.organisation for host in config.hosts})
    scanner = build_scanner(custom=config.custom)
    meter = Meter()
    bench = Bench(
        agent=config.name,
        organisation=config.organisation,
        profile=config.profile,
        rate=config.rate,
        window_ns=config.window_ns,
        geo=locator.source,
        ruleset=ruleset(config.custom),
        detectors={detector.kind: meter.guarded(detector) for detector in (*catalogue(), *config.custom)},
        locate=locate,
        scan=meter.timed(
            lambda payload, on: scanner.scan(payload.content, payload.media, payload.where, on), perf_counter_ns
        ),
        meter=meter,
        tokeniser=_tokenisers(config.key),
        name_of=names.of,
        wants_domestic=_allowance(config.most_domestic),
    )
    capture = CaptureReader(
        locate,
        Dissector(protocol_decoders(), _MOST_READ),
        names,
        rate=config.rate,
        most_domestic=config.most_domestic,
        seed=config.seed,
    )
    return Agent(bench, capture, started_ns=started_ns, version=config.version)


def _locate(locator: MmdbLocator, hosts: dict[str, str]) -> Callable[[Party], Located]:
    """An endpoint's place; one without an address wrote the log, and stands in the mainland."""

    def locate(party: Party) -> Located:
        located = locator.locate(party.address) if party.address else Located(Place(Region.MAINLAND, "CN"))
        owner = located.organisation or hosts.get(party.host, "")
        return located if owner == located.organisation else Located(located.place, owner, located.line)

    return locate


def _tokenisers(master: bytes) -> Callable[[str, int], Tokeniser]:
    @lru_cache(maxsize=4_096)
    def tokeniser(organisation: str, year: int) -> Tokeniser:
        return tokeniser_of(year_key(master, organisation, year))

    return tokeniser


def _allowance(most: int) -> Callable[[], bool]:
    """Says yes ``most`` times."""
    left = iter(range(most))
    return lambda: next(left, None) is not None
