"""Names and addresses in running text beside an identified person: what the tagger says of segments that call for it.

A segment is read where an identifier stands in it, or where it is free text (备注, message, content) or announces
someone (收件人, 我叫) not far from one. What is told so has little belief and is told in company only: by itself it
never makes a transfer one of personal information, and it counts no person.
"""

from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from detectors.finding import Finding
from detectors.tables import surnames
from wire.kinds import Kind

if TYPE_CHECKING:
    from detectors.prose import Span  # which needs numpy, and a scanner without a tagger does not

Tagger = Callable[[str], "Sequence[Span]"]
"""Text in, spans out."""

MOST_BELIEF: Final = 0.7
"""What is told of running text is not surer than this."""
PERSON: Final = Kind("person.name")
_KINDS: Final[dict[str, Kind]] = {"PERSON": PERSON, "ADDRESS": Kind("person.address")}
_REACH: Final = 600
"""Bytes to either side of an identifier or a cue that its segment may have."""
_NEAR: Final = 2_000
"""Bytes between a free text or a cue and the identifier whose company it is in."""
_MOST_SEGMENTS: Final = 512
"""Segments of one content that are read, with identifiers and without."""
_FEWEST_HAN: Final = 2
"""Han characters that a segment must have."""
_MOST_MARKS: Final = 2
"""Names with a mark that a segment of running text may have: what has more is a sheet or a log."""
_LONGEST_NAME: Final = 4
_HAN: Final = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}")
_EDGES: Final = re.compile(rb"[\"{}<>\r\n\\]")
_FORM_EDGES: Final = re.compile(rb"[\"{}<>\r\n\\&=;]")
_CELL_EDGES: Final = re.compile(rb"[\"'{}<>\r\n\\,;|\t]")
_BOUNDARY: Final = re.compile(rb"[{}\r\n]")
_MARK: Final = re.compile(
    rb"[A-Za-z_\x80-\xff][0-9A-Za-z_.\]\x80-\xff-]{0,40}[ \t]?(?:=|:(?!/)|\xef\xbc\x9a)[ \t\[]{0,2}"
)
_BEHIND: Final = re.compile(rb"[,;|&\]]|\xef\xbc\x8c|\xef\xbc\x9b|\x20[A-Za-z_]{1,40}[=:]")
"""A name and its mark, as logs and sheets write them, and what ends its value."""
_FREE_TEXT: Final = (
    "remark memo note message msg content comment desc detail reason feedback text question answer reply 备注 備註 "
    "留言 消息 内容 內容 说明 說明 描述 反馈 评论 病程 主诉 附言 摘要 咨询 投诉"
).split()
_ANNOUNCING: Final = "我叫 我是 本人 收件人 收货人 寄件人 联系人 患者 病人 被告 原告 户主 家住 住在 住址 地址".split()


def _calling(free_text: Sequence[str], announcing: Sequence[str]) -> re.Pattern[bytes]:
    """One branch a first byte, by which ``re`` skips what can begin none; a group is set behind free text's names."""
    behind = rb"""[0-9A-Za-z_]{0,12}["']?[ \t]?[:=>][ \t]?["']?()"""
    words = [(word.encode(), behind) for word in free_text] + [(word.encode(), b"") for word in announcing]
    firsts = sorted({word[:1] for word, _ in words})
    branches = (
        first + b"(?:" + b"|".join(word[1:] + tail for word, tail in words if word[:1] == first) + b")"
        for first in firsts
    )
    return re.compile(b"|".join(branches))


_CALLING: Final = _calling(_FREE_TEXT, _ANNOUNCING)
"""Names of free text, and words that announce somebody."""
_CALLED: Final = re.compile(
    "(?:车主|户主|报案人|报名人|被告人?|原告|旅客|乘客|客户|患者|病人|本人|学生|学员|孩子|家长|员工|收件人|寄件人|收货人|联系人|"
    "持卡人|申请人|投保人|被保险人|当事人|我是|我叫|姓名|户名|备注写|请|找|给)(?P<name>[\u4e00-\u9fff]{2,3}?)"
    "(?=[，,。；;、（(/！!]|女士|先生|您好|同学|[的于已来][^\\s]|$)"
    "|(?:^|[：:，,。！；])(?P<titled>[\u4e00-\u9fff]{2,3})(?=女士|先生|您好|同学|老师|医生)"
)
"""Words that a name follows without a mark, and titles behind one."""
_NOT_IN_NAMES: Final = frozenset("的了是我你他她它这那您们请和就也都还再到在有没不人个与及或")


_WHERE: Final = ("ADDRESS", "LOCATION")
_WITHIN: Final = re.compile("[0-9A-Za-z一-鿿]{0,6}")
"""What may stand between two parts of an address."""

_Place = tuple[int, int, str, float]
"""Start, end, label, score."""


class _Segment(Struct, frozen=True):
    start: int
    end: int
    record: int


def spoken(
    view: bytes, told: Sequence[Finding], persons: Sequence[Finding], tag: Tagger, form: str
) -> Iterator[Finding]:
    """What stands in running text near identified persons and is not told yet.

    Args:
        view: the content.
        told: the findings so far, by place.
        persons: those of them that stand for one person, by place.
        tag: what reads a segment.
        form: how the content is written: table, form, or else.
    """
    edges = {"form": _FORM_EDGES, "table": _CELL_EDGES}.get(form, _EDGES)
    starts = [finding.start for finding in told]
    for segment in _segments(view, persons, edges):
        inside = told[max(0, bisect(starts, segment.start) - 1) : bisect(starts, segment.end)]
        for each in _read(view, segment, tag):
            if not any(other.start < each.end and each.start < other.end for other in inside):
                yield each


def is_spoken(finding: Finding) -> bool:
    """Whether a finding is one of these: told by what the tagger saw, not by a field."""
    return finding.kind in _KINDS.values() and not finding.field and finding.belief <= MOST_BELIEF


def _segments(view: bytes, persons: Sequence[Finding], edges: re.Pattern[bytes]) -> list[_Segment]:
    """The segments that are worth reading, each once."""
    segments: dict[int, _Segment] = {}
    loose = (person for person in persons if not _fills(view, person, edges))
    for person in islice(loose, _MOST_SEGMENTS):
        segment = _around(view, (person.start, person.end), person.record, edges)
        segments.setdefault(segment.start, segment)
    for place, record in islice(_called(view, persons), _MOST_SEGMENTS):
        segment = _around(view, (place, place), record, edges)
        segments.setdefault(segment.start, segment)
    return [each for each in segments.values() if len(_HAN.findall(view, each.start, each.end)) >= _FEWEST_HAN]


def _fills(view: bytes, person: Finding, edges: re.Pattern[bytes]) -> bool:
    """Whether nothing else stands in its segment."""
    return bool(edges.match(view, person.end) and edges.match(view, max(0, person.start - 1)))


def _called(view: bytes, persons: Sequence[Finding]) -> Iterator[tuple[int, int]]:
    """Where free text and what cues announce begin, and the record of the person whose company they are in."""
    starts = [person.start for person in persons]
    for call in _CALLING.finditer(view, max(0, starts[0] - _NEAR), starts[-1] + _NEAR):
        at = bisect(starts, call.start())
        around = persons[max(0, at - 1) : at + 1]
        person = min(around, key=lambda each: abs(each.start - call.start()))
        low, high = sorted((call.start(), person.start))
        is_same = high - low <= _NEAR and _BOUNDARY.search(view, low, high) is None
        if is_same or (high - low <= _NEAR and call.lastindex is None):
            yield call.end(), person.record if is_same else -1


def _around(view: bytes, place: tuple[int, int], record: int, edges: re.Pattern[bytes]) -> _Segment:
    """The segment that a place stands in, cut between characters; of a sheet or a log, one value."""
    low, high = max(0, place[0] - _REACH), min(len(view), place[1] + _REACH)
    before = [edge.end() for edge in edges.finditer(view, low, place[0])]
    behind = edges.search(view, place[1], high)
    start, end = before[-1] if before else low, behind.start() if behind else high
    marks = [mark.end() for mark in _MARK.finditer(view, start, end)]
    if len(marks) > _MOST_MARKS:
        start = max((mark for mark in marks if mark <= place[0]), default=start)
        behind = _BEHIND.search(view, max(place[1], start), end)
        end = behind.start() if behind else end
    while start < end and view[start] & 0xC0 == 0x80:
        start += 1
    while end > start and end < len(view) and view[end] & 0xC0 == 0x80:
        end -= 1
    return _Segment(start, end, record)


def _read(view: bytes, segment: _Segment, tag: Tagger) -> Iterator[Finding]:
    text = view[segment.start : segment.end].decode("utf-8", "replace")
    places = list(_joined(text, [(each.start, each.end, each.label, each.score) for each in tag(text)]))
    names = [(*found.span(found.lastgroup or 0), "PERSON", MOST_BELIEF) for found in _CALLED.finditer(text)]
    places += [each for each in names if not any(start < each[1] and each[0] < end for start, end, *_ in places)]
    for start, end, label, score in places:
        kind = _KINDS.get(label)
        if kind and (label == "ADDRESS" or _is_name(text[start:end])):
            begin = segment.start + len(text[:start].encode())
            value = text[start:end].encode()
            yield Finding(kind, begin, begin + len(value), value, min(score, MOST_BELIEF), segment.record, "")


def _joined(text: str, places: Sequence[_Place]) -> Iterator[_Place]:
    """The places, those of one address in one: 盛世名邸 between a road and a house may be no place of its own."""
    held: _Place | None = None
    for start, end, label, score in places:
        if held and label in _WHERE and held[2] in _WHERE and _WITHIN.fullmatch(text, held[1], start):
            held = (held[0], end, "ADDRESS", max(held[3], score))
            continue
        if held:
            yield held
        held = (start, end, label, score)
    if held:
        yield held


def _is_name(text: str) -> bool:
    """Whether a Chinese name begins with a surname, or a transcribed one has its dot."""
    has_surname = text[:1] in surnames() or text[:2] in surnames()
    return "·" in text or (len(text) <= _LONGEST_NAME and has_surname and _NOT_IN_NAMES.isdisjoint(text))
