"""The instruments that verdicts cite: full titles, days in force, and where each text was read.

Source keys are those of the project's law file: ``A`` the regulator's own pages article by article, ``A-004`` a
transcription of the assessment measures, ``A-cert`` the certification measures, ``P:`` an archived reprint. A key
that ends in ``, M`` marks wording that was not read in full.
"""

from datetime import date
from typing import Final

from msgspec import Struct

from collector.verdicts import Citation


class Instrument(Struct, frozen=True):
    """A law, regulation or set of measures."""

    title: str
    day: date
    """First day in force."""
    source: str
    is_day_known: bool = True
    """False where the day is only that of the archived text."""

    def article(self, article: str, source: str = "") -> Citation:
        """The citation of one of its articles."""
        return Citation(self.title, article, self.day.isoformat() if self.is_day_known else "", source or self.source)


CBDF: Final = Instrument("促进和规范数据跨境流动规定", date(2024, 3, 22), "A")
NDR: Final = Instrument("网络数据安全管理条例", date(2025, 1, 1), "P:2024-10-01 FreeBuf")
SAM: Final = Instrument("数据出境安全评估办法", date(2022, 9, 1), "A-004")
SCM: Final = Instrument("个人信息出境标准合同办法", date(2023, 6, 1), "A")
CERT: Final = Instrument("个人信息出境认证办法", date(2026, 1, 1), "A-cert")
GBA: Final = Instrument(
    "粤港澳大湾区（内地、澳门）个人信息跨境流动标准合同实施指引",
    date(2024, 9, 11),
    "P:2024-09-11_922692",
    is_day_known=False,
)

CSL: Final = Instrument("网络安全法", date(2026, 1, 1), "A")
"""As amended; its articles were numbered otherwise before."""
PIPL: Final = Instrument("个人信息保护法", date(2021, 11, 1), "A")
AUDIT: Final = Instrument("个人信息保护合规审计管理办法", date(2025, 5, 1), "P:2025-02-18_dc31f2")
AUTO: Final = Instrument("汽车数据安全管理若干规定（试行）", date(2021, 10, 1), "A-auto", is_day_known=False)

FIRST_DAY: Final = CBDF.day
"""Before it other thresholds held, and they are not on the shelf."""
