"""社会保障号、社保卡号: taken only under its own name; where it is the resident ID number, that is told instead."""

from typing import Final

from detectors.checks import identity_number
from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import STRICTLY_SENSITIVE
from detectors.masks import keep
from wire.kinds import Kind


def check(candidate: Candidate) -> float:
    """Belief by shape; an identity number is one whatever it is called."""
    text = candidate.text.upper()
    is_identity = len(text) == 18 and text[:17].isdigit() and identity_number(text, b"2099") > 0
    return 0.0 if is_identity or len(set(text)) < 3 else 0.4


DETECTOR: Final = Detector(
    kind=Kind("cn.social_security"),
    title="社会保障号码、社保卡号",
    title_en="Social security or card number",
    grades=STRICTLY_SENSITIVE,
    values=(r"[A-Za-z]{0,2}\d{8,18}[0-9Xx]?",),
    check=check,
    canonical=bytes.upper,
    mask=keep(0, 4),
    fields=tuple(
        "sbh sbkh shbzh shebao social_security social_insurance 社保号 社保卡 社会保障号 社会保障卡 社保编号".split()
    ),
    needs_context=True,
    law="中华人民共和国社会保险法 第五十八条; GB/T 35273-2020 附录B 个人身份信息 (社保卡)",
    examples=(
        Example('{"socialSecurityNo":"A12345678"}', "json"),
        Example("社保卡号：0123456789"),
        Example("sbkh=K98765432", "form"),
    ),
    lookalikes=(
        Example("A12345678"),
        Example('{"socialSecurityNo":"11010519491231002X"}', "json"),
        Example('{"socialSecurityNo":"A1234****"}', "json"),
    ),
)
