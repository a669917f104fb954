"""证券账户、基金账户: taken only under its own name."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import STRICTLY_SENSITIVE
from detectors.masks import keep
from wire.kinds import Kind


def check(candidate: Candidate) -> float:
    """Belief by shape: a number of one digit only is a placeholder."""
    return 0.4 if len(set(candidate.text)) > 2 else 0.0


DETECTOR: Final = Detector(
    kind=Kind("account.securities"),
    title="证券账户、基金账户",
    title_en="Securities or fund account",
    grades=STRICTLY_SENSITIVE,
    values=(r"[A-Fa-f]?\d{8,14}",),
    check=check,
    canonical=bytes.upper,
    mask=keep(2, 0),
    fields=tuple(
        "securities_account security_account stock_account shareholder_code shareholder_account "
        "fund_account futures_account trading_account zqzh gdzh gddm zjzh jjzh 证券账号 证券账户 "
        "股东账号 股东账户 股东代码 资金账号 资金账户 基金账号 基金账户".split()
    ),
    against=("stock_code", "fund_code", "股票代码", "基金代码", "账户名称"),
    needs_context=True,
    law="GB/T 45574-2025 附录A 金融账户 (证券、基金账号及密码); GB/T 35273-2020 附录B 个人财产信息",
    examples=(
        Example('{"stockAccount":"A123456789"}', "json"),
        Example("资金账号：310012345678"),
        Example("gddm=0123456789", "form"),
    ),
    lookalikes=(
        Example("A123456789"),
        Example('{"stockCode":"600000000"}', "json"),
        Example('{"fundAccount":"00000000"}', "json"),
    ),
)
