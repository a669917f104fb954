"""Arguments of the command line -> registry and the agent's settings."""

from argparse import Namespace
from importlib.metadata import version
from pathlib import Path

from agent.config import AgentConfig
from agent.geo import EMBEDDED
from collector.outlets.chat import Robot, robots_of
from collector.registry import Registry, hosts, networks, read_registry
from guanjin.rules_files import rules_of
from wire.faults import ConfigurationError
from wire.kinds import Profile


def registry_of(arguments: Namespace) -> Registry:
    """The registry that was named, or an empty one.

    Raises:
        ConfigurationError: it cannot be read, or holds a fault; file, line and key are named.
    """
    if arguments.registry is None:
        return Registry()
    try:
        content = arguments.registry.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"cannot read the registry: {error.strerror}", at=str(arguments.registry)) from error
    return read_registry(content, str(arguments.registry))


def robots_at(path: Path | None) -> tuple[Robot, ...]:
    """The chat robots in a file; none without one.

    Raises:
        ConfigurationError: it cannot be read, or holds a fault.
    """
    if path is None:
        return ()
    try:
        return robots_of(path.read_bytes(), str(path))
    except OSError as error:
        raise ConfigurationError(f"cannot read the robots: {error.strerror}", at=str(path)) from error


def agent_config(arguments: Namespace, registry: Registry, *, name: str, key: bytes) -> AgentConfig:
    """The agent's settings.

    Raises:
        ConfigurationError: a rate outside 0 to 1.
    """
    if not 0.0 < arguments.rate <= 1.0:
        raise ConfigurationError(f"--rate {arguments.rate} is no share", cure="give a number above 0 and up to 1")
    profile = Profile(arguments.profile) if arguments.profile else registry.settings.profile
    return AgentConfig(
        name=name,
        key=key,
        version=version("guanjin"),
        seed=int.from_bytes(key[:8], "little"),
        organisation=arguments.organisation,
        profile=profile,
        rate=arguments.rate,
        geo=arguments.geo or EMBEDDED,
        networks=networks(registry),
        hosts=hosts(registry),
        custom=rules_of(arguments.rules),
    )
