"""The ways in which payloads are written. Each takes rows and gives a draft."""

from collections.abc import Callable, Iterable
import json
from random import Random
from typing import Final
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape as xml_escape

from benchmarks.detection.draft import Draft, Field, Rows
from benchmarks.detection.record import ADDRESS, CHILD, DIAGNOSIS, NAME
from benchmarks.detection.traps import TRAPS


def json_text(text: str) -> str:
    """As it stands between the quotes of a JSON string."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def json_in_json_text(text: str) -> str:
    """As it stands in a JSON string that is itself within one."""
    return json_text(json_text(text))


def json_object(chance: Random, rows: Rows) -> Draft:
    """One object, tight or spaced or indented; now and then cut short or with numbers bare."""
    draft = Draft(json_text)
    _object(draft, rows[0], chance.choice((("", ":", ","), (" ", ": ", ", "), ("\n  ", ": ", ",\n  "))), chance)
    return draft


def ndjson(chance: Random, rows: Rows) -> Draft:
    """One object a line."""
    draft = Draft(json_text)
    for row in rows:
        _object(draft, row, ("", ":", ","), chance)
        draft.add("\n")
    return draft


def json_nested(chance: Random, rows: Rows) -> Draft:
    """An envelope with a list of objects, each with an object within."""
    draft = Draft(json_text)
    outer, inner = chance.choice(("data", "result", "body")), chance.choice(("list", "rows", "items"))
    draft.add(f'{{"code":0,"msg":"ok","{outer}":{{"total":{len(rows)},"{inner}":[')
    for number, row in enumerate(rows):
        draft.add("," if number else "")
        half = len(row) // 2
        draft.add(f'{{"seq":{number},"{chance.choice(("info", "detail", "base", "ext"))}":')
        _object(draft, row[:half], ("", ":", ","), chance)
        draft.add(f',"{chance.choice(("more", "contact", "extra"))}":')
        _object(draft, row[half:], ("", ":", ","), chance)
        draft.add("}")
    draft.add("]}}")
    return draft


def json_in_json(chance: Random, rows: Rows) -> Draft:
    """An object whose content is a string that holds JSON."""
    draft = Draft(json_in_json_text)
    name = chance.choice(("biz_content", "payload", "msgBody", "params"))
    draft.add(f'{{"method":"user.sync","{name}":"{{')
    for number, field in enumerate(rows[0]):
        draft.add(f'{"," if number else ""}\\"{field.name}\\":\\"')
        draft.put(field)
        draft.add('\\"')
    draft.add('}","format":"JSON"}')
    return draft


def cut_json(chance: Random, rows: Rows) -> Draft:
    """The middle of some lines of JSON: begin and end were not seen."""
    draft = ndjson(chance, rows)
    free = [at for at in range(draft.length) if not any(start < at < end for start, end in draft.marked())]
    draft.cut(chance.choice(free[: len(free) // 3]), chance.choice(free[-len(free) // 3 :]))
    return draft


def form(chance: Random, rows: Rows) -> Draft:
    """An urlencoded body."""
    draft = Draft(chance.choice((quote_plus, quote)))
    for number, field in enumerate(rows[0]):
        draft.add(f"{'&' if number else ''}{quote(field.name)}=")
        draft.put(field)
    return draft


def query(chance: Random, rows: Rows) -> Draft:
    """The query of an address."""
    draft = form(chance, rows)
    draft.piece(0, "query", "form")
    return draft


def multipart(chance: Random, rows: Rows) -> Draft:
    """The text parts of an upload; each part is a payload of its own."""
    draft = Draft()
    boundary = f"----FormBoundary{chance.getrandbits(48):012x}"
    for field in rows[0]:
        draft.add(f'--{boundary}\r\nContent-Disposition: form-data; name="{field.name}"\r\n\r\n')
        start = draft.length
        draft.put(field)
        draft.piece(start, f"body:{field.name}", "text")
        draft.add("\r\n")
    draft.add(f"--{boundary}--\r\n")
    return draft


def xml(chance: Random, rows: Rows) -> Draft:
    """Elements, attributes or character data."""
    draft = Draft(xml_escape)
    style = chance.choices(("elements", "attributes", "cdata"), (60, 25, 15))[0]
    row_name = chance.choice(("row", "item", "Record", "Person", "entry"))
    draft.add('<?xml version="1.0" encoding="UTF-8"?>\n<root>')
    for row in rows:
        draft.add(f"<{row_name}" + ("" if style == "attributes" else ">"))
        for field in row:
            name = field.name.replace("(", "").replace(")", "")
            opening, closing = {
                "elements": (f"<{name}>", f"</{name}>"),
                "attributes": (f' {name}="', '"'),
                "cdata": (f"<{name}><![CDATA[", f"]]></{name}>"),
            }[style]
            draft.add(opening)
            draft.put(field)
            draft.add(closing)
        draft.add("/>\n" if style == "attributes" else f"</{row_name}>\n")
    draft.add("</root>")
    return draft


def csv(chance: Random, rows: Rows) -> Draft:
    """A table with a header; commas, tabs, semicolons or bars."""
    return _table(rows, chance.choices((",", "\t", ";", "|"), (60, 25, 8, 7))[0], [field.name for field in rows[0]])


def csv_opaque(chance: Random, rows: Rows) -> Draft:
    """A table whose header says nothing, or that has none."""
    names = [f"{chance.choice(('col', 'c', 'f', 'attr'))}{number}" for number in range(len(rows[0]))]
    return _table(rows, chance.choice((",", "\t")), names if chance.random() < 0.6 else [])


def sql(chance: Random, rows: Rows) -> Draft:
    """INSERT statements with their column list."""
    draft = Draft(lambda text: text.replace("'", "''"))
    quoted = chance.choice(("`", '"', ""))
    columns = ", ".join(f"{quoted}{field.name}{quoted}" for field in rows[0])
    draft.add("INSERT INTO " + chance.choice(("t_user", "biz_info", "CUST_BASE", "sys_record")))
    draft.add(f" ({columns}) VALUES ")
    for number, row in enumerate(rows):
        draft.add(",\n(" if number else "(")
        for place, field in enumerate(row):
            draft.add(", '" if place else "'")
            draft.put(field)
            draft.add("'")
        draft.add(")")
    draft.add(";\n")
    return draft


def headers(chance: Random, rows: Rows) -> Draft:
    """Own headers and cookies of a request; header values are percent-encoded where they are not ASCII."""
    draft = Draft(lambda text: text if text.isascii() else quote(text))
    row = [field for field in rows[0] if field.name.isascii()]
    half = (len(row) + 1) // 2
    for field in row[:half]:
        draft.add(f"X-{field.name.replace('_', '-')}: ")
        draft.put(field)
        draft.add("\r\n")
    draft.piece(0, "header", "text")
    draft.add("Cookie: ")
    start = draft.length
    for number, field in enumerate([*row[half:], *_session(chance)]):
        draft.add(f"{'; ' if number else ''}{field.name}=")
        draft.put(field)
    draft.piece(start, "cookie", "form")
    return draft


def log(chance: Random, rows: Rows) -> Draft:
    """Lines of an application's log with key=value pairs."""
    draft = Draft()
    mark = chance.choice(("=", ": ", "=[", ":"))
    separator = chance.choice((", ", " ", "|", "; "))
    for row in rows:
        clock = (
            f"{chance.randrange(10, 24)}:{chance.randrange(10, 60)}:{chance.randrange(10, 60)}.{chance.randrange(999)}"
        )
        logger = chance.choice(("c.x.user.UserService", "order-api", "gateway", "com.hx.his.RegController"))
        level = chance.choice(("INFO", "DEBUG", "WARN"))
        draft.add(f"2026-05-{chance.randrange(1, 29):02d} {clock} {level} [exec-{chance.randrange(1, 64)}] {logger} - ")
        draft.add(chance.choice(("save ok ", "请求参数 ", "sync user ", "callback ", "")))
        for number, field in enumerate(row):
            draft.add(f"{separator if number else ''}{field.name}{mark}")
            draft.put(field)
            draft.add("]" if mark == "=[" else "")
        draft.add(f" cost={chance.randrange(1, 900)}ms\n")
    return draft


def json_in_log(chance: Random, rows: Rows) -> Draft:
    """Lines of a log that quote a request or an answer in JSON."""
    draft = Draft(json_text)
    for row in rows:
        before = chance.choice(
            ("POST /api/v2/sync body=", "resp: ", "入参：", "mq send topic=biz_sync msg=", "==> params: ")
        )
        draft.add(f"2026-05-{chance.randrange(10, 29)}T08:{chance.randrange(10, 60)}:11+08:00 INFO {before}")
        _object(draft, row, ("", ":", ","), chance)
        draft.add(f" took {chance.randrange(1, 900)} ms\n")
    return draft


def html(chance: Random, rows: Rows) -> Draft:
    """A page: a table whose first row names the columns, or a sheet of names and values side by side."""
    draft = Draft(xml_escape)
    draft.add("<!DOCTYPE html><html><body><table>")
    if chance.random() < 0.5:
        draft.add("<tr>" + "".join(f"<th>{field.name}</th>" for field in rows[0]) + "</tr>\n")
    else:
        rows = [[field] for row in rows for field in row]
    is_sheet = len(rows[0]) == 1
    for row in rows:
        draft.add("<tr>")
        for field in row:
            draft.add(f"<td>{field.name}：</td><td>" if is_sheet else "<td>")
            draft.put(field)
            draft.add("</td>")
        draft.add("</tr>\n")
    draft.add("</table></body></html>")
    return draft


def yaml(chance: Random, rows: Rows) -> Draft:
    """Mappings in the manner of YAML."""
    draft = Draft()
    quote_mark = chance.choice(("", "'", '"'))
    draft.add("records:\n")
    for row in rows:
        for number, field in enumerate(row):
            draft.add(f"  {'  ' if number else '- '}{field.name}: {quote_mark}")
            draft.put(field)
            draft.add(f"{quote_mark}\n")
    return draft


def labelled(chance: Random, rows: Rows) -> Draft:
    """A sheet of lines with labels, as mails and tickets carry them."""
    draft = Draft()
    mark = chance.choice(("：", ":", "： ", " : "))
    for row in rows:
        for field in row:
            draft.add(f"{field.name}{mark}")
            draft.put(field)
            draft.add("\n")
        draft.add("\n")
    return draft


def name_and_value(chance: Random, rows: Rows) -> Draft:
    """Objects that hold a name and a value each, as custom fields, forms and FHIR extensions do."""
    draft = Draft(json_text)
    name_key, value_key = chance.choice(
        (("name", "value"), ("key", "value"), ("fieldName", "fieldValue"), ("label", "text"), ("code", "val"))
    )
    draft.add(f'{{"formId":{chance.randrange(1, 5000)},"items":[')
    for number, field in enumerate(field for row in rows for field in row):
        draft.add(f'{"," if number else ""}{{"{name_key}":"{field.name}","{value_key}":"')
        draft.put(field)
        draft.add('"}')
    draft.add("]}")
    return draft


def hl7(chance: Random, rows: Rows) -> Draft:
    """A message by HL7 v2: what a field is says its place. What has no place in PID and DG1 goes into Z segments."""
    draft = Draft()
    draft.add(f"MSH|^~\\&|HIS|{chance.choice(('ZYXT', 'MZXT'))}|LIS||2026060108{chance.randrange(3600):04d}")
    draft.add(f"||ADT^A01|{chance.getrandbits(40)}|P|2.4\r")
    by_kind = {field.value.kinds[0]: field for field in rows[0] if field.value.kinds}
    draft.add("PID|1||")
    _part(draft, by_kind.pop("cn.resident_id", None), "^^^^NI")
    draft.add("||")
    _part(draft, by_kind.pop(NAME, None), "")
    draft.add("||")
    _part(draft, by_kind.pop(CHILD, None), "")
    draft.add(f"|{chance.choice('MF')}|||")
    _part(draft, by_kind.pop(ADDRESS, None), "")
    draft.add("||")
    _part(draft, by_kind.pop("cn.mobile", None), "^PRN^CP")
    draft.add("|")
    _part(draft, by_kind.pop("cn.landline", None), "^WPN^PH")
    draft.add("\rDG1|1|ICD10|")
    _part(draft, by_kind.pop(DIAGNOSIS, None), "")
    draft.add("\r")
    for number, field in enumerate(field for field in rows[0] if not field.value.kinds):
        draft.add(f"ZX{number}|{field.name}|")
        draft.put(field)
        draft.add("\r")
    return draft


FORMATS: Final[dict[str, tuple[Callable[[Random, Rows], Draft], str, int, tuple[int, int]]]] = {
    "JSON object": (json_object, "json", 18, (1, 1)),
    "NDJSON": (ndjson, "json", 8, (2, 6)),
    "nested JSON": (json_nested, "json", 9, (1, 4)),
    "JSON in JSON": (json_in_json, "json", 5, (1, 1)),
    "cut JSON": (cut_json, "json", 3, (2, 5)),
    "form": (form, "form", 7, (1, 1)),
    "query": (query, "form", 3, (1, 1)),
    "multipart": (multipart, "text", 4, (1, 1)),
    "XML": (xml, "xml", 8, (1, 4)),
    "CSV, TSV": (csv, "csv", 7, (3, 14)),
    "CSV, opaque": (csv_opaque, "csv", 1, (20, 32)),
    "SQL": (sql, "text", 5, (1, 6)),
    "headers": (headers, "text", 4, (1, 1)),
    "log": (log, "text", 8, (1, 4)),
    "JSON in a log": (json_in_log, "text", 5, (1, 4)),
    "HTML": (html, "xml", 2, (2, 6)),
    "YAML": (yaml, "text", 3, (1, 3)),
    "labelled": (labelled, "text", 4, (1, 2)),
    "name and value": (name_and_value, "json", 3, (1, 2)),
    "HL7 v2": (hl7, "text", 2, (1, 1)),
}
"""By name: writer, media, weight, and how many rows."""


def _object(draft: Draft, row: Iterable[Field], style: tuple[str, str, str], chance: Random) -> None:
    blank, colon, comma = style
    draft.add("{" + blank)
    for number, field in enumerate(row):
        draft.add(f'{comma if number else ""}"{field.name}"{colon}')
        mark = "" if field.value.is_number and chance.random() < 0.3 else '"'
        draft.add(mark)
        draft.put(field)
        draft.add(mark)
    draft.add(("\n" if "\n" in blank else blank) + "}")


def _part(draft: Draft, field: Field | None, tail: str) -> None:
    if field is not None:
        draft.put(field)
        draft.add(tail)


def _table(rows: Rows, delimiter: str, names: list[str]) -> Draft:
    draft = Draft(lambda text: f'"{text}"' if delimiter in text else text)
    if names:
        draft.add(delimiter.join(names) + "\n")
    for row in rows:
        for number, field in enumerate(row):
            draft.add(delimiter if number else "")
            draft.put(field)
        draft.add("\n")
    return draft


def _session(chance: Random) -> list[Field]:
    return [Field("JSESSIONID", TRAPS["hash"](chance)), Field("_ga", TRAPS["float"](chance))]
