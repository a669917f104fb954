"""紧急情况: to protect life, health and property."""

from typing import Final

from collector.declarations import Basis
from collector.law.exemption import declared_exemption
from collector.law.instruments import CBDF

ROUTE: Final = declared_exemption(
    Basis.EMERGENCY,
    ("紧急情况下保护生命健康和财产安全所必需", "Necessary in an emergency for life, health or property"),
    CBDF,
    "第五条第一款第三项",
)
