"""The only list of Prometheus series. What is not here can be neither emitted nor drawn."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate, product
import re
from typing import Final

from msgspec import Struct

from wire.kinds import Grade, Kind

Labels = tuple[str, ...]
"""One value for each label of a series, in its order."""


class Shape(StrEnum):
    """What kind of instrument a series is."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Open(Struct, frozen=True):
    """Values of a label that are not known beforehand, bounded in form and number."""

    most: int
    pattern: str = r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}"


class Series(Struct, frozen=True, eq=False):
    """One series: no label may hold an address, a name, a person or anything else that grows without bound."""

    name: str
    shape: Shape
    help: str
    labels: dict[str, tuple[str, ...] | Open] = {}
    """Label name to every value it may take; a value outside the list is refused."""
    bounds: tuple[float, ...] = ()
    """Upper bounds of a histogram's buckets, without the last one, which is infinite."""

    @property
    def children(self) -> tuple[Labels, ...]:
        """Every combination of labels that exists from the start; none where a label's values are open."""
        closed = [values for values in self.labels.values() if not isinstance(values, Open)]
        return tuple(product(*closed)) if len(closed) == len(self.labels) else ()

    @property
    def most(self) -> int:
        """How many samples it has at most."""
        children = len(self.bounds) + 3 if self.bounds else 1
        for values in self.labels.values():
            children *= values.most if isinstance(values, Open) else len(values)
        return children

    def samples(self, values: Mapping[Labels, float]) -> Iterator[tuple[Labels, float]]:
        """Each child with its value, 0 where it has none yet.

        Raises:
            ValueError: a label value that the series does not allow. What is emitted is code, so it is our own fault.
        """
        values = dict(values)  # whoever counts may go on meanwhile
        if len(values) > self.most or not all(_allows(self, labels) for labels in values):
            raise ValueError(f"{self.name} is given a label value that it does not have, or too many")
        return iter({**dict.fromkeys(self.children, 0.0), **values}.items())


@lru_cache(maxsize=8_192)
def _allows(series: Series, labels: Labels) -> bool:
    """Remembered, because every scrape asks for all of them again."""
    return len(labels) == len(series.labels) and all(
        re.fullmatch(values.pattern, label) is not None if isinstance(values, Open) else label in values
        for label, values in zip(labels, series.labels.values(), strict=True)
    )


class Histogram:
    """Counts of a histogram series, by one thread at a time."""

    def __init__(self, series: Series) -> None:
        self._bounds = series.bounds
        self._counts = [0] * (len(series.bounds) + 1)
        self.sum = 0.0

    def observe(self, value: float) -> None:
        """Count one value."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self.sum += value

    @property
    def buckets(self) -> list[tuple[str, float]]:
        """Upper bound as Prometheus writes it, and how many values were not above it."""
        return list(zip((*map(str, self._bounds), "+Inf"), accumulate(self._counts), strict=True))


VERDICTS: Final = (
    "not_export", "covered", "exempt", "below_threshold", "unfiled", "expired", "not_yet_effective",
    "out_of_scope", "over_volume", "wrong_route", "content_unseen", "recipient_unknown", "undetermined",
)  # fmt: skip
FLAGGED: Final = ("unfiled", "expired", "not_yet_effective", "out_of_scope", "over_volume", "wrong_route")
PATHS: Final = ("security_assessment", "standard_contract", "certification", "exempt", "below_threshold", "none")
LEVELS: Final = ("none", *(grade.value for grade in Grade))
PRIORITIES: Final = ("high", "medium", "low", "unweighed")
CATEGORIES: Final = (
    "account", "biometric", "contact", "credential", "custom", "device", "finance", "health", "identity", "important",
    "location", "minor", "person", "secret", "vehicle",
)  # fmt: skip
PARTS: Final = ("capture", "flow", "stream", "protocol", "log", "file")
OTHER: Final = "other"
UNKNOWN: Final = "unknown"
MOST_DESTINATIONS: Final = 250
"""Countries and regions; ISO 3166-1 has 249. Beyond it: ``other``."""
MOST_FILINGS: Final = 60
"""Those nearest to their limit or their end; the others stand in the store and the console."""
_DESTINATION: Final = Open(MOST_DESTINATIONS, r"[A-Z]{2}|other|unknown")
_FILING: Final = Open(MOST_FILINGS, r".{1,200}")
_C, _G, _H = Shape.COUNTER, Shape.GAUGE, Shape.HISTOGRAM

AGENT_BUILD: Final = Series(
    "guanjin_agent_build_info", _G, "Always 1; version of the product and digest of its detectors.",
    {"version": Open(1), "ruleset": Open(1)},
)  # fmt: skip
AGENT_PACKETS: Final = Series("guanjin_agent_capture_packets_total", _C, "Packets read.")
AGENT_CAPTURE_BYTES: Final = Series("guanjin_agent_capture_bytes_total", _C, "Bytes of packets and log lines read.")
AGENT_DROPPED: Final = Series("guanjin_agent_capture_dropped_packets_total", _C, "Packets that the kernel dropped.")
AGENT_LINES: Final = Series("guanjin_agent_log_records_total", _C, "Log records read.")
AGENT_LINE_FAULTS: Final = Series("guanjin_agent_log_parse_errors_total", _C, "Log records that could not be read.")
AGENT_FAULTS: Final = Series(
    "guanjin_agent_faults_total", _C,
    "Items that could not be read or were dropped, by part; the reasons stand in the coverage record.",
    {"part": PARTS},
)  # fmt: skip
AGENT_CONVERSATIONS: Final = Series(
    "guanjin_agent_conversations_total", _C, "Conversations by where they went.",
    {"scope": ("domestic", "outbound", "unknown")},
)  # fmt: skip
AGENT_OUTBOUND_BYTES: Final = Series(
    "guanjin_agent_outbound_bytes_total", _C, "Bytes sent abroad by how much of them was read.",
    {"content": ("seen", "partial", "unseen")},
)  # fmt: skip
AGENT_EVENTS: Final = Series("guanjin_agent_events_total", _C, "Transfer events made.")
AGENT_LAST_RECORD: Final = Series(
    "guanjin_agent_source_last_record_timestamp_seconds", _G,
    "When the newest packet or line was read, Unix time; 0 while none was.", {"source": ("capture", "log")},
)  # fmt: skip
AGENT_SENT: Final = Series(
    "guanjin_agent_events_sent_total", _C, "Events that a sink has acknowledged.",
    {"sink": ("embedded", "http", "kafka")},
)  # fmt: skip
AGENT_SEND_FAILURES: Final = Series(
    "guanjin_agent_events_send_failures_total", _C, "Attempts to deliver that failed.",
    {"sink": ("embedded", "http", "kafka")},
)  # fmt: skip
SPOOL_BYTES: Final = Series("guanjin_agent_spool_bytes", _G, "Bytes that wait on disk to be delivered.")
SPOOL_LIMIT: Final = Series("guanjin_agent_spool_limit_bytes", _G, "Bytes that may wait; 0 where nothing is spooled.")
SPOOL_OLDEST: Final = Series(
    "guanjin_agent_spool_oldest_event_timestamp_seconds", _G, "Unix time of the oldest event that waits; 0 if none."
)
SPOOL_DROPPED: Final = Series("guanjin_agent_spool_dropped_events_total", _C, "Events that the full spool let go of.")
MASKING_FAILURES: Final = Series(
    "guanjin_agent_masking_failures_total", _C, "Examples withheld because their mask failed. Must stay 0."
)
GEO_BUILT: Final = Series(
    "guanjin_geoip_database_build_timestamp_seconds", _G, "Day of the IP-to-country database, Unix time; 0 if unknown."
)
FINDINGS: Final = Series(
    "guanjin_detector_findings_total", _C, "What was found in transfers abroad.",
    {"category": CATEGORIES, "level": LEVELS[1:]},
)  # fmt: skip
SCAN_SECONDS: Final = Series(
    "guanjin_detector_scan_duration_seconds", _H, "Time to scan one piece of content.",
    bounds=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0),
)  # fmt: skip
SCANNED_BYTES: Final = Series("guanjin_detector_scanned_bytes_total", _C, "Bytes of content scanned.")
DETECTOR_ERRORS: Final = Series(
    "guanjin_detector_errors_total", _C, "Pieces of content whose scan failed; they count as not read."
)

COLLECTOR_BUILD: Final = Series(
    "guanjin_collector_build_info", _G, "Always 1; version of the product.", {"version": Open(1)}
)
COLLECTOR_RECEIVED: Final = Series(
    "guanjin_collector_events_received_total", _C, "Events received, repeated ones included.",
    {"transport": ("embedded", "http", "kafka")},
)  # fmt: skip
COLLECTOR_REPEATED: Final = Series(
    "guanjin_collector_events_repeated_total", _C, "Events received more than once and counted once."
)
COLLECTOR_REJECTED: Final = Series(
    "guanjin_collector_events_rejected_total", _C, "Events or batches refused, by reason.",
    {"reason": ("full", "malformed", "schema", "signature", "slow", "stranger", "too_large")},
)  # fmt: skip
EVENT_AGE: Final = Series(
    "guanjin_collector_event_age_seconds", _H,
    "From the end of a transfer until its verdict was kept; transfers more than a day old (files) are left out.",
    bounds=(0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 180.0, 300.0, 600.0, 1800.0),
)  # fmt: skip
COLLECTOR_WAITING: Final = Series("guanjin_collector_waiting_events", _G, "Events read and not judged yet.")
COLLECTOR_LAG: Final = Series(
    "guanjin_collector_consumer_lag_records", _G, "Records of the broker that this group has not read yet.",
    {"partition": Open(32, r"[0-9]{1,4}")},
)  # fmt: skip
AGENTS: Final = Series(
    "guanjin_collector_agents", _G, "Agents by when they were last heard of: 2 minutes, 10 minutes, longer.",
    {"state": ("online", "stale", "offline")},
)  # fmt: skip
REGISTRY_READ: Final = Series(
    "guanjin_collector_last_registry_import_timestamp_seconds", _G, "When the registry in use was read; 0 without one."
)
STORED: Final = Series(
    "guanjin_stored_transfers", _G, "Transfers in the store by their verdict now, re-judged ones by the newest.",
    {"verdict": VERDICTS},
)  # fmt: skip
TRANSFERS: Final = Series(
    "guanjin_transfers_total", _C, "Judged transfers by verdict, and by the route held or else required.",
    {"verdict": VERDICTS, "path": PATHS},
)  # fmt: skip
TRANSFER_BYTES: Final = Series(
    "guanjin_transfer_bytes_total", _C, "Bytes of judged transfers by country or region and by the gravest data found.",
    {"destination": _DESTINATION, "level": LEVELS},
)  # fmt: skip
FLAGGED_TRANSFERS: Final = Series(
    "guanjin_flagged_transfers_total", _C, "Flagged transfers by verdict and by country or region.",
    {"verdict": FLAGGED, "destination": _DESTINATION},
)  # fmt: skip
IMPORTANT_TRANSFERS: Final = Series(
    "guanjin_important_data_transfers_total", _C, "Transfers with suspected important data.", {"verdict": VERDICTS}
)
FILING_SUBJECTS: Final = Series(
    "guanjin_filing_subjects", _G, "Persons of this year sent to the recipients of a filing, at least.",
    {"filing": _FILING},
)  # fmt: skip
FILING_LIMIT: Final = Series(
    "guanjin_filing_subject_limit", _G, "Persons a year that a filing declares.", {"filing": _FILING}
)
FILING_EXPIRY: Final = Series(
    "guanjin_filing_expiry_timestamp_seconds", _G, "End of a filing's last day, Unix time.", {"filing": _FILING}
)
THRESHOLD_LIMIT: Final = Series(
    "guanjin_threshold_limit_subjects", _G, "Persons from which the law asks for more, as the law stands now.",
    {"threshold": ("contract", "assessment", "assessment_sensitive")},
)  # fmt: skip
THRESHOLD_ENTITIES: Final = Series(
    "guanjin_threshold_entities", _G, "Exporters by how near they are to the next legal threshold this year.",
    {"kind": ("general", "sensitive"), "band": ("lt50", "50to80", "80to100", "ge100")},
)  # fmt: skip
CASES: Final = Series(
    "guanjin_cases", _G, "Cases by state and by the risk weighed for them.",
    {"state": ("found", "judged", "notified", "rectifying", "rechecked"), "priority": PRIORITIES},
)  # fmt: skip
CASES_OPENED: Final = Series("guanjin_cases_opened_total", _C, "Cases opened since the process started.")
CASES_CLOSED: Final = Series(
    "guanjin_cases_closed_total", _C, "Cases ended since the process started.", {"outcome": ("closed", "dismissed")}
)
CASES_OVERDUE: Final = Series(
    "guanjin_cases_overdue", _G, "Open cases with a deadline that has passed.", {"priority": PRIORITIES}
)
CASE_UNTRIAGED: Final = Series(
    "guanjin_case_oldest_untriaged_timestamp_seconds", _G,
    "When the oldest case that nobody took was first seen by this collector, Unix time; 0 if there is none.",
    {"priority": PRIORITIES},
)  # fmt: skip
INCIDENTS: Final = Series(
    "guanjin_incidents_awaiting_notification", _G, "Incidents whose first report is due.",
    {"level": ("extreme", "major", "considerable")},
)  # fmt: skip
INCIDENT_DEADLINE: Final = Series(
    "guanjin_incident_next_deadline_timestamp_seconds", _G, "The next first report is due by, Unix time; 0 if none."
)
SPOT_CHECKS: Final = Series(
    "guanjin_spot_checks", _G, "Transfers drawn for a spot check by what was found.",
    {"state": ("consistent", "inconsistent", "unclear", "pending")},
)  # fmt: skip

AGENT: Final = (
    AGENT_BUILD, AGENT_PACKETS, AGENT_CAPTURE_BYTES, AGENT_DROPPED, AGENT_LINES, AGENT_LINE_FAULTS, AGENT_FAULTS,
    AGENT_CONVERSATIONS, AGENT_OUTBOUND_BYTES, AGENT_EVENTS, AGENT_LAST_RECORD, AGENT_SENT, AGENT_SEND_FAILURES,
    SPOOL_BYTES, SPOOL_LIMIT, SPOOL_OLDEST, SPOOL_DROPPED, MASKING_FAILURES, GEO_BUILT, FINDINGS, SCAN_SECONDS,
    SCANNED_BYTES, DETECTOR_ERRORS,
)  # fmt: skip
"""What an agent emits."""
COLLECTOR: Final = (
    COLLECTOR_BUILD, COLLECTOR_RECEIVED, COLLECTOR_REPEATED, COLLECTOR_REJECTED, EVENT_AGE, COLLECTOR_WAITING,
    COLLECTOR_LAG, AGENTS, REGISTRY_READ, STORED, TRANSFERS, TRANSFER_BYTES, FLAGGED_TRANSFERS, IMPORTANT_TRANSFERS,
    FILING_SUBJECTS, FILING_LIMIT, FILING_EXPIRY, THRESHOLD_LIMIT, THRESHOLD_ENTITIES, CASES, CASES_OPENED,
    CASES_CLOSED, CASES_OVERDUE, CASE_UNTRIAGED, INCIDENTS, INCIDENT_DEADLINE, SPOT_CHECKS,
)  # fmt: skip
"""What a collector emits."""
ALL: Final = AGENT + COLLECTOR

_KINDS: Final = {
    "email": "contact", "cn.mobile": "contact", "cn.landline": "contact", "cn.bank_account": "finance",
    "cn.bank_card": "finance", "person.credit_record": "finance", "account.securities": "finance",
    "cn.medical_insurance": "health", "person.disability": "health", "person.under_14": "minor",
    "person.guardian": "minor", "cn.plate": "vehicle", "cn.vin": "vehicle",
}  # fmt: skip
_FAMILIES: Final = {
    "account": "account", "biometric": "biometric", "cn": "identity", "hk": "identity", "mo": "identity",
    "tw": "identity", "credential": "credential", "device": "device", "network": "device", "important": "important",
    "location": "location", "medical": "health", "payment": "finance", "person": "person", "state": "secret",
}  # fmt: skip


def category_of(kind: Kind) -> str:
    """The category under which findings of a kind are counted; ``custom`` for a rule of the user's own."""
    return _KINDS.get(kind) or _FAMILIES.get(kind.partition(".")[0], "custom")
