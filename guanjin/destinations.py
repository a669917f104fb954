"""Where an agent sends: ``--to`` and what goes with it -> an outlet."""

from argparse import Namespace
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from agent.outlets.https import HttpsOutlet, HttpsSettings
from agent.outlets.outlet import Outlet
from wire.faults import ConfigurationError

_TOPIC = "guanjin.transfers"
_CURE = "give https://HOST:PORT, kafkas://HOST:PORT[,HOST:PORT...][/TOPIC], or kafka:// within one machine"


def outlet_of(arguments: Namespace, agent: str) -> Outlet | None:
    """The outlet that the arguments ask for; None: the spool only.

    Raises:
        ConfigurationError: an address of no known kind, one without TLS that is not of this machine, or a file that
            cannot be read.
    """
    if not arguments.to:
        return None
    try:
        address = urlsplit(arguments.to)
    except ValueError as error:
        raise ConfigurationError(f"--to {arguments.to}: {error}", cure=_CURE) from error
    if address.scheme not in {"http", "https", "kafka", "kafkas"} or not address.netloc or "@" in address.netloc:
        raise ConfigurationError(f"--to {arguments.to} is no address", cure=_CURE)
    if not address.scheme.endswith("s") and not all(_is_here(server) for server in address.netloc.split(",")):
        raise ConfigurationError(f"--to {arguments.to} would leave this machine in the clear", cure=_CURE)
    if address.scheme.startswith("http"):
        return HttpsOutlet(
            HttpsSettings(
                url=arguments.to,
                agent=agent,
                authority=arguments.ca,
                certificate=arguments.cert,
                key=arguments.key,
                token=_secret(arguments.token_file),
            )
        )
    return _kafka(address, arguments, agent)


def _kafka(address: SplitResult, arguments: Namespace, agent: str) -> Outlet:
    from agent.outlets.kafka import KafkaOutlet, KafkaSettings  # noqa: PLC0415  # 0.5 s that HTTPS need not pay

    return KafkaOutlet(
        KafkaSettings(
            servers=tuple(address.netloc.split(",")),
            topic=address.path.strip("/") or _TOPIC,
            agent=agent,
            is_tls=address.scheme == "kafkas",
            authority=arguments.ca,
            certificate=arguments.cert,
            key=arguments.key,
            user=arguments.user or "",
            password=_secret(arguments.password_file),
        )
    )


def _is_here(server: str) -> bool:
    host = urlsplit(f"//{server}").hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _secret(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        return path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError("cannot read a secret", at=str(path)) from error
