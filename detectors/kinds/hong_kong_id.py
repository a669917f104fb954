"""香港居民身份证: one or two letters, six digits and a check character in brackets."""

from typing import Final

from detectors.checks import hong_kong_identity
from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import STRICTLY_SENSITIVE
from detectors.masks import keep
from detectors.names import DOCUMENT
from wire.kinds import Kind


def canonical(text: bytes) -> bytes:
    """Letters and digits, without brackets."""
    return text.translate(None, b"() ").upper()


def check(candidate: Candidate) -> float:
    """Belief by the check character, which one number in eleven has by chance; a passport's may look the same."""
    text = canonical(candidate.text)
    is_passport_like = len(text) == 9 and b"E" in text[:2] and b"(" not in candidate.text
    return 0.0 if not hong_kong_identity(text) else 0.3 if is_passport_like else 0.5


DETECTOR: Final = Detector(
    kind=Kind("hk.identity_card"),
    title="香港居民身份证号码",
    title_en="Hong Kong identity card number",
    grades=STRICTLY_SENSITIVE,
    patterns=(r"[A-Z]{1,2}\d{6}\([0-9A]\)",),
    values=(r"[A-Za-z]{1,2}\d{6} ?(?:\([0-9Aa]\)|[0-9Aa])",),
    check=check,
    canonical=canonical,
    mask=keep(1, 0, hidden=5),
    fields=(
        *DOCUMENT,
        *"hkid hk_id hong_kong_id xgsfz xgsfzh 香港身份证 香港身份證".split(),
    ),
    cues=("香港居民", "香港永久"),
    needs_context=True,
    law="香港法例第177章 人事登记条例; GB/T 35273-2020 附录B 个人身份信息",
    examples=(
        Example('{"hkid":"A123456(3)"}', "json"),
        Example("香港身份证号码为A123456(3)"),
        Example("hkid=A1234563", "form"),
    ),
    lookalikes=(
        Example('{"hkid":"A123456(4)"}', "json"),
        Example("A123456(3)"),
        Example('{"sku":"A1234563"}', "json"),
        Example('{"hkid":"A12****(*)"}', "json"),
    ),
)
