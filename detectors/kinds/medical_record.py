"""医疗记录 in the formats that only hospitals use: HL7 v2, FHIR resources of patients, DICOM images."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import SENSITIVE
from detectors.masks import nothing
from wire.kinds import Kind

_PREAMBLE: Final = 128


def check(candidate: Candidate) -> float:
    """Belief by the marker; that of DICOM stands behind a preamble of 128 bytes."""
    return 0.8 if candidate.text != b"DICM" or candidate.start == _PREAMBLE else 0.0


DETECTOR: Final = Detector(
    kind=Kind("medical.record"),
    title="医疗健康记录（HL7、FHIR、DICOM）",
    title_en="Medical record (HL7, FHIR, DICOM)",
    grades=SENSITIVE,
    patterns=(
        r"MSH\|\^~\\&",
        (
            r"resourceType\" ?: ?\""
            r"(?:Patient|Observation|Condition|Encounter|DiagnosticReport|MedicationRequest|MedicationStatement"
            r"|AllergyIntolerance|Immunization|ImagingStudy|FamilyMemberHistory)\""
        ),
        r"DICM",
    ),
    check=check,
    canonical=bytes.strip,
    mask=nothing,
    fields=tuple("fhir hl7 dicom 病历 病案".split()),
    identifies=False,
    law="中华人民共和国个人信息保护法 第二十八条 (医疗健康); GB/T 45574-2025 附录A 医疗健康信息; HL7; DICOM PS3.10",
    examples=(
        Example("MSH|^~\\&|HIS|H1|LIS|H2|20261120||ORU^R01|1|P|2.5\rPID|1||1^^^H1||^\r"),
        Example('{"resourceType":"Observation","id":"1"}', "json"),
    ),
    lookalikes=(
        Example("PID|1||1"),
        Example('{"resourceType":"AWS::EC2::Instance"}', "json"),
        Example('{"resourceType":"CapabilityStatement"}', "json"),
        Example("DICM"),
    ),
)
