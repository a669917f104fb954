"""The logs that sensors would have written of the bundle's captures, with their truth."""

from pathlib import Path
from typing import Any, Final

import msgspec

from tests.bundle.cases import CASES, Case, Side
from tests.bundle.facts import Conversation, conversations
from tests.bundle.sensor_logs import eve, zeek_json, zeek_tsv
from tests.bundle.truth import told_of, write_truth

ZEEK: Final = ("patients-us-unfiled", "personnel-pull", "tls-upload", "domestic", "lookups-de")
ZEEK_JSON: Final = ("patients-nl-assessed", "personnel-pull-sensitive", "tls-upload", "customers-us-below")
EVE: Final = ("form-out-of-scope", "tls-upload", "domestic", "lookups-de", "patients-hk-unfiled")
OPENED: Final = "2026-11-20-10-00-00"

Told = tuple[Case, Conversation]


def write_sensor_logs(captures: Path, target: Path) -> None:
    """Write every log and its truth anew; the same captures give the same bytes."""
    zeek, zeek_js, suricata = ([_told(captures, name) for name in names] for names in (ZEEK, ZEEK_JSON, EVE))
    for folder, told in (("zeek", zeek), ("zeek-json", zeek_js)):
        (target / folder).mkdir(exist_ok=True)
        for kind in ("conn", "http", "ssl"):
            seen = [msgspec.structs.replace(conversation, sensor=folder) for _, conversation in told]
            text = zeek_tsv(kind, seen, OPENED) if folder == "zeek" else zeek_json(kind, seen)
            log = target / folder / f"{kind}.log"
            log.write_text(text)
            what = f"由抓包事实按 Zeek 的 {kind}.log 格式写出; 单独看这一份日志能知道的"
            write_truth(log, _truth(what, [_transfer(each, kind) for each in told if _is_in(each, kind)]))
        what = "同一文件夹的 conn, http, ssl 三份日志合在一起: 字节数来自 conn, 主机名来自 http 与 ssl"
        write_truth(target / folder, _truth(what, [_transfer(each, "all") for each in told]))
    (target / "suricata").mkdir(exist_ok=True)
    log = target / "suricata" / "eve.json"
    log.write_text("".join(eve([seen], case.bodies) for case, seen in suricata))
    what = "由抓包事实按 Suricata EVE 格式写出; 表单的内容见于告警所带的请求正文"
    write_truth(log, _truth(what, [_transfer(each, "eve") for each in suricata]))


def _told(captures: Path, name: str) -> Told:
    case = next(case for case in CASES if case.name == name)
    seen = conversations(captures / f"{name}.{case.style.suffix}")[0]
    if case.direction == "pull":
        # Both sensors tell the size with chunks and compression undone.
        seen.requests[0].response_length = len(case.sent)
    return case, seen


def _is_in(told: Told, kind: str) -> bool:
    return kind == "conn" or (kind == "ssl") == bool(told[1].server_name)


def _truth(what: str, transfers: list[dict[str, Any]]) -> dict[str, Any]:
    flagged = sum(each["status"] == "out_of_scope" for each in transfers)
    return {"what": what, "registry": True, "transfers": transfers, "flagged": flagged}


def _transfer(told: Told, kind: str) -> dict[str, Any]:
    """What one log can tell of a transfer: volumes from conn.log, names from the others, content from URLs only."""
    case, seen = told
    is_pull = case.direction == "pull"
    is_read = case.status == "not_export" or (kind != "conn" and bool(case.in_url or (kind == "eve" and case.bodies)))
    transfer: dict[str, Any] = {
        "organisation": case.organisation,
        "origin": told_of(_seen(case.origin, kind)),
        "target": told_of(_seen(case.target, kind)),
        "direction": case.direction,
        "protocol": "tls" if seen.server_name else "http",
        "status": case.status if is_read else "content_unseen",
        "tallies": case.tallies if is_read else {},
    }
    if kind in ("conn", "all"):
        transfer["sent_bytes"] = seen.content[1] if is_pull else seen.content[0]
    elif kind == "ssl":
        transfer["sent_bytes"] = None
    return transfer


def _seen(side: Side, kind: str) -> Side:
    """An end as that log names it: conn.log has no names."""
    return Side(side.address, side.port, "" if kind == "conn" else side.host, side.region, side.country)
