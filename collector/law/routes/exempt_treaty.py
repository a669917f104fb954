"""国际条约、协定: a treaty that China has concluded or joined governs the export."""

from typing import Final

from collector.declarations import Basis
from collector.law.exemption import declared_exemption
from collector.law.instruments import NDR

ROUTE: Final = declared_exemption(
    Basis.TREATY, ("按照国际条约、协定的规定", "Under an international treaty or agreement"), NDR, "第三十六条"
)
