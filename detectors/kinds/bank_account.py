"""银行账号 that is no card number: taken only under its own name."""

from typing import Final

from detectors.checks import luhn
from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import STRICTLY_SENSITIVE
from detectors.masks import keep
from wire.kinds import Kind

_CARD_LENGTHS: Final = range(15, 20)


def canonical(text: bytes) -> bytes:
    """The digits."""
    return text.translate(None, b" -")


def check(candidate: Candidate) -> float:
    """Belief by shape. What looks like a card is one, rightly or wrongly written."""
    number = canonical(candidate.text)
    is_card = len(number) in _CARD_LENGTHS and (number.startswith(b"62") or luhn(number))
    return 0.0 if is_card or len(set(number)) < 3 else 0.3


DETECTOR: Final = Detector(
    kind=Kind("cn.bank_account"),
    title="银行账号",
    title_en="Bank account number",
    grades=STRICTLY_SENSITIVE,
    values=(r"\d{9,30}|\d{4}(?:[ -]\d{4}){2,6}(?:[ -]\d{1,3})?",),
    check=check,
    canonical=canonical,
    mask=keep(4, 4, hidden=5),
    fields=tuple(
        "bank_account bank_acct payee_account payer_account yhzh khzh skzh fkzh gzzh iban 银行账号 "
        "银行帐号 銀行帳號 开户账号 收款账号 付款账号 结算账号 工资账号".split()
    ),
    against=("bank_account_name", "bank_account_type", "对公", "账号名称"),
    needs_context=True,
    law="GB/T 45574-2025 附录A 金融账户 (账号及密码); GB/T 35273-2020 附录B 个人财产信息 (银行账号)",
    examples=(
        Example('{"bankAccountNo":"0200001234567890123456"}', "json"),
        Example("收款账号：110912345610101"),
        Example("yhzh=44201532700052500123", "form"),
    ),
    lookalikes=(
        Example("0200001234567890123456"),
        Example('{"bankAccount":"6222021234567890129"}', "json"),
        Example('{"bankAccount":"6222021234567890128"}', "json"),
        Example('{"account":"0200001234567890123456"}', "json"),
    ),
)
