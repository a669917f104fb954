"""What a field's name says about its value: for which detectors it speaks, and against which.

A name is cut into known words: at capitals and separators, in Han, and within what people run together (``mobileno``,
``bingrencsrq``, ``lxrdh``), where words count only if they make up the whole of it. The last telling word decides, as
in 订单联系电话 (a telephone) and 手机订单号 (an order). A name is looked up once and remembered.
"""

from collections.abc import Iterator, Sequence
import re
from typing import Final

from msgspec import Struct

from detectors.detector import Detector

FOR: Final = 20.0
AGAINST: Final = 0.05
_HINT: Final = 8.0
WEAK: Final = 0.25
_OTHER: Final = 0.3
"""Odds are multiplied by these. A name that speaks for another kind weighs less than one that is no person's at all:
``card_no`` may hold an identity number. Two Latin letters (``dh``, ``zd``) are a hint: they abbreviate many things."""

TELEPHONE: Final = tuple(
    "phone phone_no phone_number phone_num tel tel_no tel_num tel_number telephone telephone_no "
    "telephone_number telephone_num telphone tele tele_phone contact contact_no contact_number contact_phone "
    "contact_tel contact_way contact_info link_phone link_tel telecom telf telf1 telf2 telnr tel_nbr "
    "phone_nbr telefon telefono phn linkman_phone call_back callback_number aae005 dh dhh dhhm dianhua "
    "dianhuahaoma lianxidianhua lianxifangshi lxdh lxfs jtdh 电话 電話 联系方式 聯絡方式 聯繫方式 联络方式".split()
)
"""Names under which any telephone's number may stand; AAE005 is the 联系电话 of 社会保险业务."""

IDENTITY: Final = tuple(
    "id_card idcard_no id_card_no id_card_num id_card_number id_card_code idcard_num card_id_no "
    "identity_card identity_card_no identity_no identity_num identity_number identity_code identity_id "
    "identify_no identify_num identify_number identify_code ident_no ident_num ident_number iden_no "
    "citizen_id citizen_no citizen_card resident_id resident_no national_id national_no national_identity "
    "personal_id personal_no person_id_no government_id gov_id legal_id idnt_no idt_no id_value sfzjh sfzjhm "
    "sfzjhao sfzmhm 身份证 身份證 身分證 身份号码 身份號碼 身份证件 身份证明".split()
)
"""Names of identity numbers under which those of other documents stand as well."""

DOCUMENT: Final = tuple(
    "doc_no doc_number docs_no cert cert_value certificates_no certificate_code credential_id "
    "credential_code papers id_document id_document_no zhengjianbianhao zjhao 证件 證件 有效证件 cred_no "
    "cred_num cred_code licno lic_no travel_doc travel_doc_no travel_document_no travel_document id_doc_no "
    "id_doc_number idcardcode passenger_id_no holder_id_no identity cert_no cert_num cert_number cert_id "
    "cert_code cer_no cer_num cer_number certificate_no certificate_num certificate_number certificate "
    "certi_no certi_num certif_id certif_no credential_no credential_num credential_number credentials_no "
    "credential credentials doc_id doc_num document_id id_no id_num id_number id_code id_doc identity_doc "
    "identity_document identification_no identification_num identification_number identification_id "
    "identification_code document_no document_number paper_no papers_no papers_number mdtrt_cert_no zj zjh "
    "zjhm zjbh zhengjian zhengjianhao zhengjianhaoma 证件号 證件號 证件编号 证件号码 证号 證號 aac147 aae135".split()
)
"""Names under which the number of any identity document may stand; the last two are those of 社会保险业务 (AAC147
证件号码, AAE135 身份证件号码), the one before them of 国家医疗保障信息平台."""

_AGAINST_WORDS: Final = (
    "order trade trans transaction serial sn seq sequence ts time timestamp millis epoch created updated "
    "expire expires member imei imsi iccid meid trace span request session token sign signature hash md5 sha "
    "sha1 sha256 nonce uuid guid digest checksum version build size length len bytes count cnt amount amt "
    "price total balance port pid tid thread offset lat lng lon latitude longitude tracking waybill express "
    "logistics parcel sku barcode ean isbn batch invoice ticket coupon voucher msg_id message_id snowflake "
    "user_agent device serial_no flow_no out_trade_no txn isrc issn doi score rate ratio width height "
    "duration elapsed latency ms ns us usec nsec iphone contract ddh lsh jyh ydh dingdan liushui kunnr lifnr "
    "pernr belnr vbeln ebeln matnr aufnr 订单 訂單 流水 运单 運單 快递 快遞 物流 批次 序列 会员编号 會員編號 "
    "发票 發票 交易 时间 時間 时间戳 金额 金額 余额 餘額 数量 數量 版本 批号 批號 条码 條碼 追踪 单号 單號 "
    "设备 設備 合同 凭证 憑證 工单 商品 型号 型號 耗时 哈希 签名 令牌"
).split()
_COUNTERS: Final = frozenset(("sn", "seq", "index"))
"""Said of a number behind the word for what is numbered (``vin_sn``), against persons where they stand alone."""
_WEAK_WORDS: Final = (
    "id no num number nbr key code uid user_id user_name login seqno index bh bianhao 编号 編號 序号 序號".split()
)
_SILENT_WORDS: Final = (
    # whose, in English
    "user usr cust customer client patient pat patn member psn person people owner holder driver buyer seller payer "
    "payee recv receiver recipient consignee consignor sender shipper contact linkman coner parent guardian child "
    "student teacher staff employee emp empr worker guest passenger passgr traveller applicant insured insurant "
    "policy beneficiary borrower lender legal agent spouse father mother family merchant company corp office home "
    "work business personal private main primary second other new old current curr reg register bind auth real "
    "emergency urgent backup link vip dept leader manager doctor nurse tutor rider courier landlord tenant purchaser "
    "inviter consumer real full first last safe security recovery back delivery ship shipping bill billing src dest "
    "source target my "
    # whose and which, in pinyin and its initials
    "huanzhe bingren kehu yonghu huiyuan xuesheng jiazhang jianhuren lianxiren lianxi shoujianren shouhuoren "
    "jijianren "
    "chikaren canbaoren toubaoren chezhu siji yuangong zhigong faren jingbanren shenqingren jiekuanren chengke "
    "jiashu "
    "danwei fuzeren fajianren jinji jinjilianxiren qiye xuexiao yisheng zuke fangdong yezhu jiashiyuan jiating "
    "zhuzhai bangong geren benren shenqing ruyuan chuyuan menzhen zhuyuan zhuyao xiyi zhongyi yidong "
    "hz br kh yh hy xs jz jhr lxr lx jjlxr sjr shr jjr ckr cbr tbr bbxr bbr cz yg zg fr frdb fddbr jbr sqr jkr fzr "
    "fjr jsy yz zk ck lk "
    "js po dw jt zz bg gr cy ry mz mjz zy sz rys cys xy qt gb dy ys y x tx yd xz jg qr "
    # what kind of text it is
    "name desc descr text info str val value data field mc ming mingcheng bm dm ms h hm hao haoma daima "
    "bianma cd codg cod nm"
).split()
"""Words that say nothing about the kind of value, by which names are put together all the same."""

_PIECES: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[\u3400-\u9fff]+")
_PLAIN: Final = re.compile(r"[A-Za-z_@$][A-Za-z0-9_.$\[\]-]{0,39}")
_OPAQUE: Final = re.compile(
    r"[A-Za-z]{0,2}|(?:[A-Za-z]{0,2}|(?i:col|column|field|fld|attr|attribute|param|str|string|val|value|var|key|data|text|"
    r"txt|item|prop|ext|extra|custom|reserved?|cell|arg|unk|unnamed|list|zd|lie))[: _-]{0,2}[0-9]{0,4}"
)
_LONG_NUMBER: Final = re.compile(r"[0-9]{5}")
_REMEMBERED: Final = 8_192
_LONGEST: Final = 64
"""Bytes of a name that are read."""
_INITIALS: Final = 10
"""Letters at most of a name in initials of pinyin."""
_ENDINGS: Final = frozenset("xm dh sj dz zz".split())
"""Initials of two letters that say what they mean behind any others: 姓名, 电话, 手机, 地址, 住址."""
_VOWEL: Final = re.compile("[aeiou]")
_SPELT: Final = 7
"""Letters from which a word is known by one letter more, less, or other, too: ``telphone``, ``moblie``."""


class Name(Struct, frozen=True):
    """A field's name, looked up."""

    shown: str
    """What may be told of it: a plain identifier, or the known word in it; empty if it could be a value itself."""
    odds: tuple[float, ...]
    """By detector: what to multiply the odds of a candidate under this name with."""
    speaks_for: tuple[int, ...]
    """Numbers of the detectors whose kind it names."""
    is_opaque: bool
    """Whether it names nothing at all, as ``col7`` does: then a column's values may speak for themselves."""
    is_given: bool
    """False where there is no name."""


class Vocabulary:
    """The field names of some detectors, and the common ones that speak against."""

    def __init__(self, detectors: Sequence[Detector]) -> None:
        self._count: Final = len(detectors)
        self._words: dict[str, set[int]] = {}
        self._hints: dict[str, set[int]] = {}
        self._against: dict[str, set[int]] = {}
        self._remembered: dict[bytes, Name] = {}
        for number, detector in enumerate(detectors):
            for word in detector.fields:
                self._words.setdefault(word.replace("_", ""), set()).add(number)
            for word in detector.hints:
                self._hints.setdefault(word.replace("_", ""), set()).add(number)
            for word in detector.against:
                self._against.setdefault(word.replace("_", ""), set()).add(number)
        everyone = set(range(self._count))
        for word in _AGAINST_WORDS:
            self._against.setdefault(word.replace("_", ""), set()).update(everyone)
        self._telling: Final = self._words.keys() | self._against.keys()
        self._weak: Final = frozenset(word.replace("_", "") for word in _WEAK_WORDS) - self._telling
        self._all: Final = self._telling | self._weak | self._hints.keys() | set(_SILENT_WORDS)
        self._endings: Final = [word for word in self._telling if _is_ending(word)]
        self._longest: Final = max(map(len, self._all))
        self._misspelt: Final = self._misspellings()

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
        words = [] if "@" in text else list(self._known(joined, edges))
        telling = [word for word in words if word in self._telling]
        if len(telling) > 1 and telling[-1] in _COUNTERS:
            telling.pop()
        if telling:
            odds = tuple(self._odds(telling[-1], number) for number in range(self._count))
        else:
            is_last = bool(words) and joined.endswith(words[-1])
            hinted = self._hints.get(words[-1], ()) if is_last else ()
            other = WEAK if any(word in self._weak for word in words) else 1.0
            odds = tuple(_HINT if number in hinted else other for number in range(self._count))
        speaks_for = tuple(number for number, factor in enumerate(odds) if factor >= _HINT)
        is_opaque = not (telling or speaks_for) and _OPAQUE.fullmatch(text) is not None
        return Name(_shown(text, telling or words), odds, speaks_for, is_opaque, bool(text))

    def _known(self, joined: str, edges: Sequence[int]) -> Iterator[str]:
        """The known words of a name from left to right: whole pieces first, then what stands within a piece."""
        start = 0
        while start < len(joined):
            words, end = self._whole(joined, start, edges) if start in edges else ((), start)
            if not words:
                words, end = self._within(joined, start)
            yield from words
            start = end

    def _whole(self, joined: str, start: int, edges: Sequence[int]) -> tuple[Sequence[str], int]:
        """Words from one edge to another, and that edge: one known word, or what is run together in a piece."""
        ends = [edge for edge in edges if start < edge <= start + self._longest]
        for end in reversed(ends):
            if joined[start:end] in self._all:
                return (joined[start:end],), end
        piece = joined[start : ends[0]] if ends else ""
        if not (piece and piece.isascii()):
            return (), 0
        return self._run_together(piece) or self._misspelling(piece) or self._ending(piece), ends[0]

    def _within(self, joined: str, start: int) -> tuple[Sequence[str], int]:
        """The longest word that begins here and may stand within others, and where to go on."""
        for end in range(min(len(joined), start + self._longest), start, -1):
            word = joined[start:end]
            if word in self._all and _is_free(word):
                return (word,), end
        return (), start + 1

    def _run_together(self, piece: str) -> Sequence[str]:
        """The fewest known words that a piece consists of; none if it does not."""
        if not piece.isascii():
            return ()
        ways: list[Sequence[str] | None] = [()]
        for end in range(1, len(piece) + 1):
            best: Sequence[str] | None = None
            for start in range(max(0, end - self._longest), end):
                way = ways[start]
                if way is not None and piece[start:end] in self._all and (best is None or len(way) + 1 < len(best)):
                    best = (*way, piece[start:end])
            ways.append(best)
        return ways[-1] or ()

    def _ending(self, piece: str) -> Sequence[str]:
        """What initials of pinyin end with, whoever's it is: ``djrxm`` is somebody's 姓名."""
        if len(piece) > _INITIALS or _VOWEL.search(piece):
            return ()
        found = [word for word in self._endings if piece.endswith(word)]
        return (max(found, key=len),) if found else ()

    def _misspelling(self, piece: str) -> Sequence[str]:
        if len(piece) < _SPELT or not piece.isascii():
            return ()
        meant = next(filter(None, map(self._misspelt.get, _shortened(piece))), None)
        return (meant,) if meant else ()

    def _misspellings(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for word in sorted(self._words):
            if len(word) >= _SPELT and word.isascii() and word.isalpha():
                found.update((short, word) for short in _shortened(word))
        return found

    def _odds(self, word: str, number: int) -> float:
        if number in self._words.get(word, ()):
            return FOR if len(word) > 2 or not word.isascii() else _HINT
        if number in self._against.get(word, ()):
            return AGAINST
        return _OTHER if word in self._words else 1.0


def _is_ending(word: str) -> bool:
    """Whether a word is initials that initials of others may stand in front of."""
    return word.isascii() and not _VOWEL.search(word) and (len(word) > 2 or word in _ENDINGS)


def _shortened(word: str) -> Iterator[str]:
    """The word, and the word with any one letter left out."""
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def _is_free(word: str) -> bool:
    """Whether a word counts within a longer one: Han words do, and Latin ones of five letters and more."""
    return not word.isascii() or len(word) >= 5


def _joined(text: str) -> tuple[str, Sequence[int]]:
    """A name without separators and capitals, and where its pieces begin and end."""
    edges = [0]
    joined = ""
    for piece in _PIECES.findall(text):
        joined += piece.lower()
        edges.append(len(joined))
    return joined, edges


def _shown(text: str, words: Sequence[str]) -> str:
    if _PLAIN.fullmatch(text) and not _LONG_NUMBER.search(text):
        return text
    return words[-1] if words else ""
