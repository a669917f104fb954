"""From places to addresses: neighbours are joined, numbers taken in, levels counted."""

import re
from typing import Final

_NUMBER: Final = "(?:[0-9０-９A-Za-z]{1,6}|[一二三四五六七八九十百甲乙丙丁]{1,4})"
_UNIT: Final = "(?:号院|号楼|号店|号线|号|号铺|栋|幢|座|单元|楼|层|室|弄|段|组|队|社|房|门|期|区|村|巷|街坊|\\#)"
_TAIL: Final = re.compile(
    f"(?:第?{_NUMBER}(?:[-－—]{_NUMBER}){{0,2}}{_UNIT}(?:之{_NUMBER})?)+(?:[0-9]{{2,4}}(?![0-9\u4e00-\u9fff.]))?"
    "|[0-9]{1,4}(?:-[0-9]{1,4}){1,3}(?![0-9])"
)
_SPOT: Final = re.compile(
    "[\u4e00-\u9fff]{0,3}?(?:商务区|艺术村|开发区|保税区|工业园区?|产业园区?|科技园|会展中心|体育中心|体育馆|球场|步行街|商业街|大厦|广场|小区|花园|"
    "家园|公寓|街道|大道|交界处|路口|立交桥|大桥|火车站|机场|境内|地区|海域|市场|[东西南北][路街]|[路街村镇乡县])"
)
_LEVEL: Final = re.compile(
    "省|自治区|特别行政区|自治州|[市州盟区县旗镇乡村屯庄]|街道|社区|大道|胡同|[路街巷弄里]|小区|花园|大厦|广场|公寓|新村|家园|[苑城园]|"
    "[0-9０-９一二三四五六七八九十]+(?:号|栋|幢|座|单元|楼|层|室|组)"
)
_SHORTEST: Final = 6


def reach(text: str, end: int) -> int:
    """Where a place ends whose first name ends here: the spot it names (丽泽 as 丽泽商务区), then house and room."""
    spot = _SPOT.match(text, end, end + 9)
    end = spot.end() if spot else end
    tail = _TAIL.match(text, end, end + 60)
    return tail.end() if tail else end


def levels(text: str) -> int:
    """How many levels of an address a text names: province, city, county, town, road, house, room."""
    return len(_LEVEL.findall(text))


def is_address(text: str) -> bool:
    """Whether a place is an address: long enough and of at least two levels. A city alone is nobody's."""
    return len(text) >= _SHORTEST and levels(text) >= 2
