"""跨境人力资源管理: employees' information under lawful labour rules and a collective contract."""

from typing import Final

from collector.declarations import Basis
from collector.law.exemption import declared_exemption
from collector.law.instruments import CBDF

ROUTE: Final = declared_exemption(
    Basis.HR, ("实施跨境人力资源管理所必需", "Necessary for cross-border HR management"), CBDF, "第五条第一款第二项"
)
