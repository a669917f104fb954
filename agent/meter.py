"""What reading costs and where it fails: counted here, told by ``agent.telemetry``."""

from collections.abc import Callable, Iterable
from datetime import date

from msgspec.structs import replace

from agent.sighting import Payload
from detectors.detector import Detector
from detectors.finding import Finding
from wire.faults import MalformedError
from wire.metrics import SCAN_SECONDS, Histogram

Scan = Callable[[Payload, date], Iterable[Finding]]
_WITHHELD = "***"


class Meter:
    """Counts of one agent; its one thread writes, any thread reads."""

    def __init__(self) -> None:
        self.scans = Histogram(SCAN_SECONDS)
        self.scanned_bytes = 0
        self.scan_errors = 0
        self.masking_failures = 0

    def timed(self, scan: Scan, clock_ns: Callable[[], int]) -> Scan:
        """The scan, counted. A detector's own fault becomes a MalformedError: that content was not read."""

        def measured(payload: Payload, on: date) -> Iterable[Finding]:
            begun_ns = clock_ns()
            try:
                return scan(payload, on)
            except Exception as error:  # noqa: BLE001  # whatever a rule's code raises, the agent goes on and says so
                self.scan_errors += 1
                raise MalformedError(f"a scan failed: {type(error).__name__}") from None
            finally:
                self.scans.observe((clock_ns() - begun_ns) / 1e9)
                self.scanned_bytes += len(payload.content)

        return measured

    def guarded(self, detector: Detector) -> Detector:
        """The detector with a mask that shows nothing where its own fails or would show an identifier whole."""

        def mask(value: bytes) -> str:
            try:
                shown = detector.mask(value)
            except Exception:  # noqa: BLE001  # as above; nothing of the value may go into a message
                shown = None
            if shown is None or (detector.identifies and shown == value.decode(errors="replace")):
                self.masking_failures += 1
                return _WITHHELD
            return shown

        return replace(detector, mask=mask)
