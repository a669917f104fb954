"""个人信息出境认证 before the measures of its own: named beside the standard contract, and lawful as such.

Law:
    促进和规范数据跨境流动规定 第八条, in force 2024-03-22; from 2026-01-01 个人信息出境认证办法 says how.
"""

from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from collector.law.certified import certification_under
from collector.law.instruments import CBDF, CERT
from collector.law.routes.certification import ROUTE as SUCCESSOR

_EIGHTH: Final = CBDF.article("第八条")

ROUTE: Final = replace(
    SUCCESSOR,
    citation=_EIGHTH,
    in_force_from=CBDF.day,
    in_force_until=CERT.day - timedelta(days=1),
    applies=certification_under(_EIGHTH),
)
