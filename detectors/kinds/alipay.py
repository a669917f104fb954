"""支付宝账号 of its own form (2088 and twelve digits), taken only under its own name."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import STRICTLY_SENSITIVE
from detectors.masks import keep
from wire.kinds import Kind


def check(_candidate: Candidate) -> float:
    """A mailbox or a telephone used as the account is told as what it is."""
    return 0.5


DETECTOR: Final = Detector(
    kind=Kind("account.alipay"),
    title="支付宝账号",
    title_en="Alipay account",
    grades=STRICTLY_SENSITIVE,
    values=(r"2088\d{12}",),
    check=check,
    canonical=bytes.strip,
    mask=keep(4, 4),
    fields=tuple("alipay zfb zfbzh zhifubao 支付宝 支付寶 支付宝账号 支付宝账户".split()),
    against=("alipay_trade_no", "seller_id", "partner", "商户号"),
    needs_context=True,
    law="GB/T 45574-2025 附录A 金融账户; GB/T 35273-2020 附录B 个人财产信息 (虚拟财产、账号)",
    examples=(
        Example('{"alipayUserId":"2088102123456789"}', "json"),
        Example("支付宝账号：2088302123456780"),
    ),
    lookalikes=(
        Example("2088102123456789"),
        Example('{"sellerId":"2088102123456789"}', "json"),
        Example('{"alipayTradeNo":"2088102123456789"}', "json"),
    ),
)
