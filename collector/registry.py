"""The registry: what the exporters declared, read from one YAML file."""

from collections.abc import Iterator

from collector.book import Registry
from collector.registry_checks import faults_of
from collector.yaml_reader import Document
from wire.networks import Host, Network
from wire.places import place_of

__all__ = ["Registry", "hosts", "networks", "read_registry"]


def read_registry(content: bytes, name: str) -> Registry:
    """The registry in a YAML file.

    Args:
        content: the file's bytes.
        name: the file's name, for messages.

    Raises:
        ConfigurationError: anything wrong with it; up to twenty faults at once, each with file, line and key.
    """
    document = Document(content, name)
    registry = document.read(Registry)
    for keys, what in faults_of(registry):
        document.doubt(keys, what)
        if document.is_hopeless:
            break
    document.raise_faults()
    return registry


def networks(registry: Registry) -> tuple[Network, ...]:
    """Every declared network for the agent: exporters', recipients' and the far ends of dedicated lines."""
    return tuple(_networks(registry))


def hosts(registry: Registry) -> tuple[Host, ...]:
    """Every server name that belongs to an exporter."""
    return tuple(Host(host.lower(), each.organisation) for each in registry.exporters for host in each.hosts)


def _networks(registry: Registry) -> Iterator[Network]:
    for exporter in registry.exporters:
        for prefix in exporter.networks:
            yield Network(prefix, exporter.organisation)
    for recipient in registry.recipients:
        for prefix in recipient.networks:
            yield Network(prefix, place=place_of(recipient.country))
    for line in registry.lines:
        for prefix in line.far_networks:
            yield Network(prefix, place=place_of(line.far_country), line=line.id)
