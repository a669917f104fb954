"""What a field's name says about its value: for which detectors it speaks, and against which.

A name is cut into known words (camelCase, separators, Han); the last one decides, as in 订单联系电话 (a telephone) and
手机订单号 (an order). A name is looked up once and remembered.
"""

from collections.abc import Iterator, Sequence
import re
from typing import Final

from msgspec import Struct

from detectors.detector import Detector

FOR: Final = 20.0
AGAINST: Final = 0.05
_WEAK: Final = 0.25
_OTHER: Final = 0.3
"""Odds are multiplied by these. A name that speaks for another kind weighs less than one that is no person's at all:
``card_no`` may hold an identity number."""

DOCUMENT: Final = tuple(
    "cert_no cert_num cert_number cert_id cert_code certificate_no certificate_number certi_no credential_no "
    "credential_number id_no id_num id_number id_code document_no document_number zjh zjhm zjbh 证件号 證件號 "
    "证件编号 证号 證號".split()
)
"""Names under which the number of any identity document may stand."""

_AGAINST_WORDS: Final = (
    "order trade trans transaction serial sn seq sequence ts time timestamp millis epoch created updated expire "
    "expires member imei imsi iccid meid trace span request session token sign signature hash md5 sha sha1 sha256 "
    "nonce uuid guid digest checksum version build size length len bytes count cnt amount amt price total balance "
    "port pid tid thread offset lat lng lon latitude longitude tracking waybill express logistics parcel sku "
    "barcode ean isbn batch invoice ticket coupon voucher msg_id message_id snowflake user_agent device serial_no "
    "flow_no out_trade_no txn isrc issn doi score rate ratio width height duration elapsed latency ms ns us usec "
    "nsec iphone ddh lsh jyh ydh 订单 訂單 流水 运单 運單 快递 快遞 物流 批次 序列 会员编号 會員編號 发票 發票 "
    "交易 时间 時間 时间戳 金额 金額 余额 餘額 数量 數量 版本 批号 批號 条码 條碼 追踪 单号 單號 设备 設備 合同 "
    "凭证 憑證 工单 商品 型号 型號 耗时 哈希 签名 令牌"
).split()
_WEAK_WORDS: Final = (
    "id no num number key code uid user_id user_name login value data seqno index 编号 編號 序号 序號".split()
)

_PIECES: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[\u3400-\u9fff]+")
_PLAIN: Final = re.compile(r"[A-Za-z_@$][A-Za-z0-9_.$\[\]-]{0,39}")
_LONG_NUMBER: Final = re.compile(r"[0-9]{5}")
_REMEMBERED: Final = 8_192
_LONGEST: Final = 64
"""Bytes of a name that are read."""


class Name(Struct, frozen=True):
    """A field's name, looked up."""

    shown: str
    """What may be told of it: a plain identifier, or the known word in it; empty if it could be a value itself."""
    odds: tuple[float, ...]
    """By detector: what to multiply the odds of a candidate under this name with."""
    speaks_for: tuple[int, ...]
    """Numbers of the detectors whose kind it names."""


class Vocabulary:
    """The field names of some detectors, and the common ones that speak against."""

    def __init__(self, detectors: Sequence[Detector]) -> None:
        self._count: Final = len(detectors)
        self._words: dict[str, set[int]] = {}
        self._against: dict[str, set[int]] = {}
        self._remembered: dict[bytes, Name] = {}
        for number, detector in enumerate(detectors):
            for word in detector.fields:
                self._words.setdefault(word.replace("_", ""), set()).add(number)
            for word in detector.against:
                self._against.setdefault(word.replace("_", ""), set()).add(number)
        everyone = set(range(self._count))
        for word in _AGAINST_WORDS:
            self._against.setdefault(word.replace("_", ""), set()).update(everyone)
        self._weak: Final = frozenset(word.replace("_", "") for word in _WEAK_WORDS)
        self._all: Final = self._weak | self._words.keys() | self._against.keys()
        self._longest: Final = max(map(len, self._all))

    def look_up(self, name: bytes) -> Name:
        """What a name says."""
        found = self._remembered.get(name)
        if found is None:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            found = self._remembered[name] = self._read(name[:_LONGEST].decode("utf-8", "replace"))
        return found

    def _read(self, text: str) -> Name:
        joined, edges = _joined(text)
        words = list(self._known(joined, edges))
        strong = [word for word in words if word not in self._weak]
        if strong:
            odds = tuple(self._odds(strong[-1], number) for number in range(self._count))
        else:
            odds = (_WEAK if words else 1.0,) * self._count
        return Name(_shown(text, words), odds, tuple(number for number, factor in enumerate(odds) if factor == FOR))

    def _known(self, joined: str, edges: frozenset[int]) -> Iterator[str]:
        """The known words of a name from left to right, the longest at each place."""
        start = 0
        while start < len(joined):
            for end in range(min(len(joined), start + self._longest), start, -1):
                word = joined[start:end]
                if word in self._all and (_is_free(word) or (start in edges and end in edges)):
                    yield word
                    start = end - 1
                    break
            start += 1

    def _odds(self, word: str, number: int) -> float:
        if number in self._words.get(word, ()):
            return FOR
        if number in self._against.get(word, ()):
            return AGAINST
        return _OTHER if word in self._words else 1.0


def _is_free(word: str) -> bool:
    """Whether a word counts within a longer one: Han words do, and Latin ones of five letters and more."""
    return not word.isascii() or len(word) >= 5


def _joined(text: str) -> tuple[str, frozenset[int]]:
    edges = {0}
    joined = ""
    for piece in _PIECES.findall(text):
        joined += piece.lower()
        edges.add(len(joined))
    return joined, frozenset(edges)


def _shown(text: str, words: Sequence[str]) -> str:
    if _PLAIN.fullmatch(text) and not _LONG_NUMBER.search(text):
        return text
    return words[-1] if words else ""
