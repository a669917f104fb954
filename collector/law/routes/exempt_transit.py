"""过境数据: personal information from abroad, processed here and sent out again, nothing domestic added."""

from typing import Final

from collector.declarations import Basis
from collector.law.exemption import declared_exemption
from collector.law.instruments import CBDF

ROUTE: Final = declared_exemption(Basis.TRANSIT, ("过境数据", "Data in transit"), CBDF, "第四条")
