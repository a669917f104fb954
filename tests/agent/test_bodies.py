import gzip
from hashlib import shake_128
import zlib

from hypothesis import given
from hypothesis import strategies as st
import pytest

from agent.bodies.body import Body, Shape
from agent.bodies.charset import Utf8Stage, as_utf8, guess, is_text
from agent.bodies.codings import Codings
from agent.bodies.cutting import MOST_BYTES, Cutter
from agent.bodies.framing import STATUS_LINE, Chunked, Lost
from agent.bodies.headers import Headers, field_of, host_of, parameter
from agent.bodies.media import media_of
from agent.bodies.notes import Notes
from agent.sighting import Media, Payload

NOISE = shake_128(b"noise").digest(300_000)
TEXT = "姓名：李某，身份证号：11010519491231002X。".encode()


def read(content: bytes, content_type: bytes = b"", codings: tuple[str, ...] = (), step: int = 0) -> list[Payload]:
    return read_with_notes(content, content_type, codings, step)[0]


def read_with_notes(
    content: bytes, content_type: bytes = b"", codings: tuple[str, ...] = (), step: int = 0
) -> tuple[list[Payload], Notes]:
    notes = Notes({})
    body = Body(Shape("body", by_client=True, content_type=content_type, codings=codings), notes)
    payloads: list[Payload] = []
    for at in range(0, len(content), step or max(1, len(content))):
        payloads += body.feed(content[at : at + step] if step else content)
    payloads += body.close()
    return payloads, notes


def joined(payloads: list[Payload]) -> bytes:
    return b"".join(payload.content for payload in payloads)


def raw_deflate(content: bytes) -> bytes:
    engine = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return engine.compress(content) + engine.flush()


# What a sender may write, what it says about it, and what must come out.
CODINGS = {
    "identity": (TEXT, ("identity",)),
    "gzip": (gzip.compress(TEXT), ("gzip",)),
    "gzip that is not declared": (gzip.compress(TEXT), ()),
    "gzip twice": (gzip.compress(gzip.compress(TEXT)), ("gzip", "gzip")),
    "gzip twice, declared once": (gzip.compress(gzip.compress(TEXT)), ("x-gzip",)),
    "gzip once, declared twice": (gzip.compress(TEXT), ("gzip", "gzip")),
    "gzip declared, but plain": (TEXT, ("gzip",)),
    "deflate": (zlib.compress(TEXT), ("deflate",)),
    "deflate without its frame": (raw_deflate(TEXT), ("deflate",)),
    "gzip declared as deflate": (gzip.compress(TEXT), ("deflate",)),
    "deflate within gzip": (gzip.compress(raw_deflate(TEXT)), ("deflate", "gzip")),
    "two members": (gzip.compress(TEXT[:30]) + gzip.compress(TEXT[30:]), ("gzip",)),
    "plain text behind the end": (gzip.compress(TEXT[:30]) + TEXT[30:], ("gzip",)),
    "a wrong checksum": (gzip.compress(TEXT)[:-8] + bytes(8), ("gzip",)),
    "cut off before its checksum": (gzip.compress(TEXT)[:-8], ("gzip",)),
    "a coding that is no coding": (TEXT, ("utf-8",)),
    "br declared, but plain": (TEXT, ("br",)),
}


@pytest.mark.parametrize("step", [0, 1, 7])
@pytest.mark.parametrize("case", CODINGS)
def test_codings_are_undone_as_the_bytes_show_them(case: str, step: int) -> None:
    content, codings = CODINGS[case]
    payloads, notes = read_with_notes(content, b"text/plain", codings, step)
    assert joined(payloads) == TEXT
    assert not notes.take()


@pytest.mark.parametrize("coding", ["br", "zstd", "compress"])
def test_a_coding_that_cannot_be_undone_is_unseen_and_counted(coding: str) -> None:
    payloads, notes = read_with_notes(NOISE[:900], codings=(coding,))
    assert payloads == []
    assert notes.take()
    assert notes.faults == {f"coding_{coding}": 1}


@pytest.mark.parametrize(
    ("bomb", "reason"),
    [
        (gzip.compress(bytes(64 << 20)), "ratio"),
        (gzip.compress(gzip.compress(bytes(64 << 20))), "ratio"),
        (zlib.compress(bytes(64 << 20)), "ratio"),
        (gzip.compress(gzip.compress(gzip.compress(gzip.compress(TEXT)))), "layers"),
    ],
)
def test_a_bomb_is_refused_with_a_reason_and_within_a_bound(bomb: bytes, reason: str) -> None:
    payloads, notes = read_with_notes(bomb, codings=("deflate",), step=4096)
    assert notes.faults[reason] == 1
    assert notes.take()
    assert len(joined(payloads)) < 20 << 20


def test_what_stands_before_the_damage_is_read() -> None:
    engine = zlib.compressobj()
    # After a full flush a block begins; 0x07 announces a last block of the type that does not exist.
    damaged = engine.compress(NOISE) + engine.flush(zlib.Z_FULL_FLUSH) + b"\x07" * 50
    notes = Notes({})
    codings = Codings(["deflate"], notes)
    out = b"".join([*codings.feed(damaged), *codings.close()])
    assert NOISE.startswith(out)
    assert len(out) > len(NOISE) - 100
    assert notes.faults == {"coding_damaged": 1}


def test_a_gap_ends_a_coded_body_and_not_a_plain_one() -> None:
    for coded, codings in ((gzip.compress(TEXT * 9), ("gzip",)), (TEXT * 9, ())):
        notes = Notes({})
        body = Body(Shape("body", by_client=True, codings=codings), notes)
        half = len(coded) // 2
        out = [*body.feed(coded[:half]), *body.gap(), *body.feed(coded[half:]), *body.close()]
        assert (joined(out) == coded) is not bool(codings)


@pytest.mark.parametrize("charset", ["gbk", "gb18030", "utf-16-le", "utf-16-be", "utf-16"])
@pytest.mark.parametrize("step", [0, 1, 5])
def test_other_charsets_become_utf8_even_if_undeclared(charset: str, step: int) -> None:
    text = '{"姓名": "李雷", "住址": "北京市海淀区中关村大街一号", "证件": "11010519491231002X"}' * 40
    out = joined(read(text.encode(charset), step=step))
    assert out.decode().removeprefix("\ufeff") == text


def test_a_declared_charset_is_believed_unless_the_bytes_are_plainly_utf8() -> None:
    assert joined(read("联通".encode("gbk"), b"text/plain; charset=gbk")).decode() == "联通"
    assert joined(read(TEXT, b"text/plain; charset=GBK")) == TEXT


def test_latin_text_is_not_taken_for_chinese() -> None:
    assert guess("résumé, déjà vu, naïve café".encode("latin-1")) != "gb18030"
    assert guess("the café".encode("latin-1")) == ""
    assert as_utf8("李雷".encode("gbk")) == "李雷".encode()
    assert is_text("un café au bord de la Méditerranée".encode("latin-1"))
    assert not is_text(NOISE[:1000])


@given(st.lists(st.binary(max_size=40)))
def test_text_in_utf8_or_ascii_passes_the_stage_untouched(parts: list[bytes]) -> None:
    text = "".join(part.decode("latin-1") for part in parts if b"\0" not in part)
    stage = Utf8Stage()
    content = text.encode()
    assert b"".join([stage.feed(content[at : at + 3]) for at in range(0, len(content), 3)]) + stage.close() == content


MEDIA = [
    (b"application/json", b'{"a": 1}', Media.JSON),
    (b"application/x-www-form-urlencoded", b'{"a": 1}', Media.JSON),
    (b"application/x-www-form-urlencoded", b"a=1&b=%20", Media.FORM),
    (b"", b"a=1&b=2", Media.FORM),
    (b"text/plain", b"a,b,c\n1,2,3\n4,5,6\n", Media.CSV),
    (b"text/csv", b"a\n1\n", Media.CSV),
    (b"application/soap+xml", b"<a>1</a>", Media.XML),
    (b"application/octet-stream", TEXT, Media.TEXT),
    (b"application/json", TEXT, Media.TEXT),
    (b"text/plain", b"\x89PNG\r\n\x1a\n" + bytes(64), Media.BINARY),
]


@pytest.mark.parametrize(("content_type", "sample", "media"), MEDIA)
def test_the_bytes_decide_where_the_content_type_lies(content_type: bytes, sample: bytes, media: Media) -> None:
    assert media_of(content_type.decode(), sample) is media


def test_unreadable_bytes_are_given_and_told_unseen() -> None:
    payloads, notes = read_with_notes(b"PK\x03\x04" + bytes(range(256)), b"application/zip")
    assert [payload.media for payload in payloads] == [Media.BINARY]
    assert notes.take()


RECORDS = {
    Media.JSON: b'{"idCard":"%s","n":%d},',
    Media.FORM: b"idCard=%s&n=%d&",
    Media.CSV: b"%s,%d\n",
    Media.XML: b"<p><idCard>%s</idCard><n>%d</n></p>",
    Media.TEXT: b"ID %s no %d\n",
    Media.BINARY: b"%s\0%d\0",
}


@pytest.mark.parametrize("media", RECORDS)
@pytest.mark.parametrize("shift", range(0, 40, 3))
def test_a_cut_never_splits_an_identifier(media: Media, shift: int) -> None:
    identifier = b"11010519491231002X"
    content = b"x" * shift + b"\n" + b"".join(RECORDS[media] % (identifier, n) for n in range(12_000))
    cutter = Cutter(media)
    pieces = [*cutter.feed(content[:1000]), *cutter.feed(content[1000:]), *cutter.close()]
    header = pieces[0].partition(b"\n")[0] + b"\n" if media is Media.CSV else b""
    assert b"".join(piece if n == 0 else piece.removeprefix(header) for n, piece in enumerate(pieces)) == content
    assert sum(piece.count(identifier) for piece in pieces) == 12_000
    assert max(map(len, pieces)) <= MOST_BYTES + len(header)
    assert len(pieces) > 1


@pytest.mark.parametrize(
    "filler", ["长" * 90_000, "长 6222021202041234567 " * 20_000, '"k":"11010519491231002X",' * 20_000]
)
def test_text_without_borders_of_records_is_cut_between_its_words(filler: str) -> None:
    cutter = Cutter(Media.JSON)
    pieces = [*cutter.feed(filler.encode()), *cutter.close()]
    assert "".join(piece.decode() for piece in pieces) == filler
    for word in ("6222021202041234567", "11010519491231002X"):
        assert sum(piece.count(word.encode()) for piece in pieces) == filler.count(word)


def test_later_pieces_of_a_csv_keep_its_header_but_never_a_row() -> None:
    rows = b"".join(b"%018d,a\n" % n for n in range(30_000))
    cutter = Cutter(Media.CSV)
    pieces = [*cutter.feed(b"id,name\n" + rows), *cutter.close()]
    assert len(pieces) > 1
    assert all(piece.startswith(b"id,name\n") for piece in pieces)
    cutter = Cutter(Media.CSV)
    assert b"".join([*cutter.feed(rows), *cutter.close()]) == rows


FORM = (
    b'preamble\r\n--B\r\nContent-Disposition: form-data; name="idCard"\r\n\r\n11010519491231002X\r\n'
    b'--B\r\nContent-Disposition: form-data; name="file"; filename="\xc0\xee.csv"\r\n'
    b"Content-Type: text/csv\r\n\r\na,b\r\n1,2\r\n"
    b'--B\r\nContent-Disposition: form-data; name=13800138000\r\nContent-Encoding: gzip\r\n\r\n'
    + gzip.compress(b"inner")
    + b"\r\n--B\r\nContent-Disposition: form-data; name=empty\r\n\r\n\r\n--B--\r\n"
)  # fmt: skip


@pytest.mark.parametrize("step", [0, *range(1, 12)])
def test_each_part_of_a_form_is_a_payload_with_its_field(step: int) -> None:
    payloads = read(FORM, b"multipart/form-data; boundary=B", step=step)
    assert [(payload.where, payload.content) for payload in payloads] == [
        ("body", b"preamble"),
        ("body:idCard", b"11010519491231002X"),
        ("filename", "李.csv".encode()),
        ("body:file", b"a,b\r\n1,2"),
        ("body", b"inner"),
    ]
    assert payloads[3].media is Media.CSV


def test_a_form_of_countless_parts_is_read_within_a_bound() -> None:
    part = b"--B\n\nx\n"
    payloads, notes = read_with_notes(part * 20_000 + b"11010519491231002X", b"multipart/form-data; boundary=B")
    assert notes.faults["parts"] == 1
    assert b"11010519491231002X" in payloads[-1].content


def test_names_that_could_tell_too_much_are_not_shown() -> None:
    assert field_of("身份证号".encode()) == "身份证号"
    assert field_of(b"a[0].b-c_d") == "a[0].b-c_d"
    assert [field_of(name) for name in (b"13800138000", b"a b", b"x" * 41, b"")] == ["", "", "", ""]


@pytest.mark.parametrize(
    ("value", "host"),
    [
        (b"API.Example.com:8080", "api.example.com"),
        (b"u:p@a.cn.", "a.cn"),
        (b"10.0.0.1:80", ""),
        (b"0x7f.1", "0x7f.1"[:0]),
        (b"2130706433", ""),
        (b"[2001:db8::1]:80", ""),
        (b"a b", ""),
        (b"", ""),
    ],
)
def test_a_host_is_a_name_and_never_an_address(value: bytes, host: str) -> None:
    assert host_of(value) == host


def test_headers_are_read_tolerantly() -> None:
    headers = Headers(b"A : 1\r\nB:\r\n\t two\r\nno colon\na:3\r\nC: x\x00y")
    assert headers.get(b"a") == b"1, 3"
    assert headers.get(b"b") == b"two"
    assert parameter(b'form-data; filename="n"; name = "x\\"y"', b"name") == b'x\\"y'


@given(st.binary(max_size=300), st.integers(1, 40))
def test_chunks_are_read_alike_in_any_cut_and_never_raise(content: bytes, step: int) -> None:
    def run(size: int) -> bytes:
        framing = Chunked(Lost(STATUS_LINE), Lost(STATUS_LINE), Notes({}))
        held, out, is_over = b"", [], False
        for at in range(0, len(content), size):
            if not is_over:
                held += content[at : at + size]
                slices, used, is_over = framing.take(held, 0)
                out += slices
                held = held[used:]
        return b"".join(out)

    whole = run(max(1, len(content)))
    assert whole.startswith(run(step)) or run(step).startswith(whole)


@given(st.binary(max_size=600), st.sampled_from([b"", b"multipart/form-data; boundary=-", b"text/csv; charset=gbk"]))
def test_no_bytes_make_a_body_raise(content: bytes, content_type: bytes) -> None:
    for codings in ((), ("gzip",), ("deflate", "br")):
        whole = joined(read(content, content_type, codings))
        if content_type == b"":
            assert joined(read(content, content_type, codings, step=1)) == whole
