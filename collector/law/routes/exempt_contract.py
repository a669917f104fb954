"""订立、履行个人作为一方当事人的合同: shopping, delivery, payment, booking, visa and the like."""

from typing import Final

from collector.declarations import Basis
from collector.law.exemption import declared_exemption
from collector.law.instruments import CBDF

ROUTE: Final = declared_exemption(
    Basis.CONTRACT, ("订立、履行合同所必需", "Necessary for a contract with the person"), CBDF, "第五条第一款第一项"
)
