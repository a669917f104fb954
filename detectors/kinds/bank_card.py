"""银行卡号: Luhn, issuer prefix and length; a bare number needs a name, a grouped one does not."""

from typing import Final

from detectors.checks import luhn
from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.masks import keep
from detectors.tables import card_prefixes
from wire.kinds import Grade, Kind, Profile

_PREFIX_LENGTHS: Final = range(5, 11)
_LENGTHS: Final = (13, 14, 15, 16, 19)
_NETWORKS: Final = (
    b"62",
    b"4",
    b"51",
    b"52",
    b"53",
    b"54",
    b"55",
    b"2",
    b"34",
    b"37",
    b"35",
    b"60",
    b"65",
    b"81",
    b"9",
)
"""First digits of the networks that issue or are taken in China (ISO/IEC 7812)."""


def canonical(text: bytes) -> bytes:
    """The digits."""
    return text.translate(None, b" -")


def check(candidate: Candidate) -> float:
    """Belief by Luhn, prefix and length. Luhn alone passes one number in ten."""
    text = candidate.text
    bare = canonical(text)
    if not luhn(bare) or len(set(bare)) < 4:
        return 0.0
    prefixes = card_prefixes().get(len(bare), frozenset())
    if any(bare[:length] in prefixes for length in _PREFIX_LENGTHS):
        return 0.6 if len(text) == len(bare) else 0.9
    return 0.22 if len(bare) in _LENGTHS and bare.startswith(_NETWORKS) else 0.0


DETECTOR: Final = Detector(
    kind=Kind("cn.bank_card"),
    title="银行卡号",
    title_en="Bank card number",
    grades={Profile.GBT45574_2025: Grade.GENERAL, Profile.STRICT_35273: Grade.SENSITIVE},
    patterns=(
        r"62\d{14,17}",
        r"[345]\d{15}(?:\d{3})?",
        r"[3-9]\d{3}(?: \d{4}){3}(?: \d{1,3})?",
        r"[3-9]\d{3}(?:-\d{4}){3}(?:-\d{1,3})?",
    ),
    check=check,
    canonical=canonical,
    mask=keep(6, 4, hidden=5),
    fields=tuple(
        "card card_no card_num card_number card_id bank_card bank_no bank_account bank_acct bank_acc "
        "account_no account_num account_number acct acct_no acct_num acct_nbr acct_number acc_no acc_num "
        "acc_nbr acc_number recv_account recv_acct receive_account settle_account draw_acct_no draw_account "
        "withdraw_account opp_acct_no opp_account cust_acct card_pan pan_no main_card main_card_no "
        "sub_card_no account a_c_no credit_card debit_card pan iban_no settle_acct settlement_account "
        "bank_card_no bank_card_num bankn bkkto aae010 aae053 payee_account payer_account payee_acct "
        "payer_acct unionpay visa mastercard primary_account_number yhk yhkh yhzh khzh skzh fkzh zhzh "
        "zhanghao yhkhm yinhangka yinhangkahao yinhangzhanghao kahao jjk xyk 银行卡 銀行卡 银行账 銀行帳 "
        "银行帐 卡号 卡號 账号 帳號 帐号 储蓄卡 儲蓄卡 借记卡 信用卡 收款账号 付款账号 结算账号 开户账号 "
        "工资账号 银行账号 银行帐号 银行帐户 收款账户 付款账户 开户账户 结算账户 结算卡 工资卡".split()
    ),
    cues=("尾号", "汇款", "转账", "轉帳", "开户行", "card number"),
    against=(
        "sim_card",
        "card_id_no",
        "jzkh",
        "jkkh",
        "hykh",
        "card_type",
        "会员卡",
        "會員卡",
        "购物卡",
        "就诊卡",
        "校园卡",
        "iccid",
    ),
    law="GB/T 45574-2025 附录A 金融账户 (账号及密码); GB/T 35273-2020 附录B 个人财产信息; ISO/IEC 7812-1",
    examples=(
        Example('{"bankCard":"6222021234567890128"}', "json"),
        Example("卡号：6222 0212 3456 7890 128"),
        Example("6222 0212 3456 7890 128"),
        Example("yhkh=4514611234567894", "form"),
    ),
    lookalikes=(
        Example("6222021234567890128"),
        Example('{"bankCard":"6222021234567890129"}', "json"),
        Example('{"tradeNo":"6222021234567890128"}', "json"),
        Example('{"bankCard":"6222********30006"}', "json"),
        Example('{"iccid":"89860000191997734908"}', "json"),
    ),
)
