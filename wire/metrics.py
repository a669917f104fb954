"""The only list of Prometheus series. What is not here can be neither emitted nor drawn."""

from enum import StrEnum
from typing import Final

from msgspec import Struct


class Shape(StrEnum):
    """What kind of instrument a series is."""

    COUNTER = "counter"
    GAUGE = "gauge"


class Series(Struct, frozen=True):
    """One series: no label may hold an address, a name, a person or anything else that grows without bound."""

    name: str
    shape: Shape
    help: str
    labels: dict[str, tuple[str, ...]] = {}
    """Label name to every value it may take; a value outside the list is refused."""


_STATUSES: Final = (
    "not_export", "covered", "exempt", "below_threshold", "unfiled", "expired", "not_yet_effective",
    "out_of_scope", "over_volume", "wrong_route", "content_unseen", "recipient_unknown", "undetermined",
)  # fmt: skip

AGENT_PACKETS: Final = Series("guanjin_agent_capture_packets_total", Shape.COUNTER, "Packets read.")
AGENT_CAPTURE_BYTES: Final = Series(
    "guanjin_agent_capture_bytes_total", Shape.COUNTER, "Bytes of packets and log lines read."
)
AGENT_LINES: Final = Series("guanjin_agent_log_records_total", Shape.COUNTER, "Log records read.")
AGENT_FAULTS: Final = Series(
    "guanjin_agent_faults_total",
    Shape.COUNTER,
    "Items that could not be read or were dropped; the reasons stand in the coverage record.",
)
AGENT_CONVERSATIONS: Final = Series(
    "guanjin_agent_conversations_total", Shape.COUNTER, "Conversations by where they went.",
    {"scope": ("domestic", "outbound", "unknown")},
)  # fmt: skip
AGENT_OUTBOUND_BYTES: Final = Series(
    "guanjin_agent_outbound_bytes_total", Shape.COUNTER, "Bytes sent abroad by how much of them was read.",
    {"content": ("seen", "partial", "unseen")},
)  # fmt: skip
AGENT_EVENTS: Final = Series("guanjin_agent_events_total", Shape.COUNTER, "Transfer events made.")
AGENT_LAST_RECORD: Final = Series(
    "guanjin_agent_last_record_timestamp_seconds", Shape.GAUGE, "When the newest packet or line was read, Unix time."
)
GEO_BUILT: Final = Series(
    "guanjin_geoip_database_build_timestamp_seconds", Shape.GAUGE, "Day of the IP-to-country database, Unix time."
)
COLLECTOR_RECEIVED: Final = Series(
    "guanjin_collector_events_received_total", Shape.COUNTER, "Events received, repeated ones included."
)
COLLECTOR_REPEATED: Final = Series(
    "guanjin_collector_events_repeated_total", Shape.COUNTER, "Events received more than once and counted once."
)
TRANSFERS: Final = Series(
    "guanjin_transfers_total", Shape.COUNTER, "Judged transfers by verdict.", {"verdict": _STATUSES}
)
TRANSFER_BYTES: Final = Series(
    "guanjin_transfer_bytes_total", Shape.COUNTER, "Bytes of judged transfers by verdict.", {"verdict": _STATUSES}
)
THRESHOLD_ENTITIES: Final = Series(
    "guanjin_threshold_entities", Shape.GAUGE, "Exporters by how near they are to the next legal threshold this year.",
    {"kind": ("general", "sensitive"), "band": ("lt50", "50to80", "80to100", "ge100")},
)  # fmt: skip

ALL: Final = (
    AGENT_PACKETS, AGENT_CAPTURE_BYTES, AGENT_LINES, AGENT_FAULTS, AGENT_CONVERSATIONS, AGENT_OUTBOUND_BYTES,
    AGENT_EVENTS, AGENT_LAST_RECORD, GEO_BUILT, COLLECTOR_RECEIVED, COLLECTOR_REPEATED, TRANSFERS, TRANSFER_BYTES,
    THRESHOLD_ENTITIES,
)  # fmt: skip
