"""为履行法定职责或者法定义务: a lawful condition of export that stands in the network data regulations only."""

from typing import Final

from collector.declarations import Basis
from collector.law.exemption import declared_exemption
from collector.law.instruments import NDR

ROUTE: Final = declared_exemption(
    Basis.STATUTORY_DUTY,
    ("为履行法定职责或者法定义务", "To perform a statutory duty or obligation"),
    NDR,
    "第三十五条第六项",
)
