"""CVV、卡片有效期 beside a card number in the same record."""

import re
from typing import Final

from detectors.checks import luhn
from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import SENSITIVE
from detectors.masks import nothing
from wire.kinds import Kind

_NUMBER: Final = re.compile(rb"(?<![0-9])\d{4}(?:[ -]?\d{4}){2,3}(?:[ -]?\d{1,3})?(?![0-9])")
_REACH: Final = 300


def check(candidate: Candidate) -> float:
    """Belief where a number with a right check digit stands close by; alone three digits are nothing."""
    around = candidate.before(_REACH) + b"\n" + candidate.after(_REACH)
    numbers = (found[0].translate(None, b" -") for found in _NUMBER.finditer(around))
    return 0.5 if any(luhn(number) and len(set(number)) > 3 for number in numbers) else 0.0


DETECTOR: Final = Detector(
    kind=Kind("payment.card_verification"),
    title="银行卡安全码、有效期",
    title_en="Card verification code or expiry date",
    grades=SENSITIVE,
    values=(r"\d{3,4}|(?:0[1-9]|1[0-2])[/-]?(?:20)?[2-4]\d|20[2-4]\d[/-]?(?:0[1-9]|1[0-2])",),
    check=check,
    canonical=bytes.strip,
    mask=nothing,
    fields=tuple(
        "cvv cvv2 cvc cvc2 cvn cvn2 security_code card_expiry card_exp expiry_date exp_date valid_thru "
        "kyxq 安全码 卡有效期 卡片有效期".split()
    ),
    needs_context=True,
    identifies=False,
    law="GB/T 45574-2025 附录A 金融账户 (账号及密码、验证信息); JR/T 0171-2020 C3类信息",
    examples=(
        Example('{"cardNo":"6222021234567890128","cvv2":"123"}', "json"),
        Example('{"cardNo":"4514611234567894","expiryDate":"12/28"}', "json"),
    ),
    lookalikes=(
        Example('{"cvv":"123"}', "json"),
        Example('{"sku":"4514611234567895","expiryDate":"12/28"}', "json"),
        Example('{"cardNo":"6222021234567890128","cvv":"***"}', "json"),
    ),
)
