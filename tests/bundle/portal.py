"""Access logs of a real nginx: clients from abroad read, and an application inside sends on through it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
import re
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec

from tests.bundle import content
from tests.bundle.content import tallies
from tests.bundle.lab import ADDRESSES, INSIDE, OUTSIDE, WIRE, Lab, python
from tests.bundle.people import invent
from tests.bundle.plays import nginx
from tests.bundle.truth import write_truth

ORGANISATION: Final = "91210823MA8462337E"
HOST: Final = "portal.guanlan.example"
SCORE_HOST: Final = "score.clinical-cloud.example"
SERVER: Final = ADDRESSES[INSIDE][0]
JAPAN, GERMANY, BEIJING, UPSTREAM = (f"10.99.0.{number}" for number in (11, 12, 13, 14))
BECOMES: Final = {
    JAPAN: "133.11.1.30",
    GERMANY: "88.198.1.30",
    BEIJING: "202.108.1.30",
    UPSTREAM: "52.52.10.20",
    SERVER: "10.20.24.9",
}
BEGUN: Final = datetime.fromisoformat("2026-11-20T10:24:05+08:00")
KINDS: Final = ("cn.resident_id", "cn.mobile")
ASKED, SCORED, REPORTS = 25, 30, 3

_JSON: Final = (
    'log_format main_json escape=json \'{"time_iso8601":"$time_iso8601","remote_addr":"$remote_addr",'
    '"http_x_forwarded_for":"$http_x_forwarded_for","server_name":"$server_name","server_port":"$server_port",'
    '"host":"$host","request_method":"$request_method","scheme":"$scheme","uri":"$uri","args":"$args",'
    '"status":"$status","request_length":"$request_length","request_time":"$request_time",'
    '"bytes_sent":"$bytes_sent","body_bytes_sent":"$body_bytes_sent","content_type":"$content_type",'
    '"sent_http_content_type":"$sent_http_content_type","upstream_addr":"$upstream_addr",'
    '"proxy_host":"$proxy_host","request_id":"$request_id"}\';'
)


def make_portal_logs(lab: Lab, target: Path) -> None:
    """Let nginx serve, then put its logs and their truth into a folder."""
    with TemporaryDirectory() as made:
        folder = Path(made)
        for address in (JAPAN, GERMANY, BEIJING, UPSTREAM):
            lab.run(OUTSIDE, "ip", "addr", "add", f"{address}/24", "dev", WIRE)
        lab.run(INSIDE, "ip", "neigh", "flush", "dev", WIRE)
        _serve(lab, folder)
        for name in ("portal-combined.log", "portal-json.log"):
            text = "\n".join(_rewritten((folder / name).read_text().splitlines()))
            (target / name).write_text(text + "\n")
    write_portal_truths(target)


def write_portal_truths(target: Path) -> None:
    """What is true of both logs; the volumes are summed from their lines."""
    records = [msgspec.json.decode(line) for line in (target / "portal-json.log").read_bytes().splitlines()]
    sums = {
        address: sum(int(each["bytes_sent"]) for each in records if each["remote_addr"] == BECOMES[address])
        for address in (JAPAN, GERMANY)
    }
    scored = sum(int(each["request_length"]) for each in records if each["upstream_addr"])
    what = (
        "观澜门户的 nginx 日志 (JSON): 日本客户端按证件号查询 25 人, 德国客户端下载报表, 内部应用经上游向美国发送 30 人"
    )
    pulls = [_pull(JAPAN, 80, HOST, sums[JAPAN]), _pull(GERMANY, 80, HOST, sums[GERMANY])]
    push = {
        "organisation": ORGANISATION,
        "origin": {"address": "", "port": 0, "host": HOST},
        "target": {"address": BECOMES[UPSTREAM], "port": 80, "host": SCORE_HOST, "region": "foreign", "country": "US"},
        "direction": "push",
        "protocol": "http",
        "sent_bytes": scored,
        "status": "below_threshold",
        "tallies": tallies(SCORED, KINDS),
    }
    truth: dict[str, Any] = {"what": what, "organisation": ORGANISATION, "registry": True, "flagged": 0}
    write_truth(target / "portal-json.log", {**truth, "transfers": [*pulls, push]})
    lines = (target / "portal-combined.log").read_text().splitlines()
    bodies = {
        address: sum(int(line.split('"')[2].split()[1]) for line in lines if line.startswith(BECOMES[address]))
        for address in (JAPAN, GERMANY)
    }
    pulls = [_pull(JAPAN, 0, "", bodies[JAPAN]), _pull(GERMANY, 0, "", bodies[GERMANY])]
    what = "同一门户的 nginx combined 日志: 不载服务器名与上游, 只见境外客户端; 主体由参数给出"
    write_truth(target / "portal-combined.log", {**truth, "what": what, "registry": False, "transfers": pulls})


def _pull(client: str, port: int, host: str, sent_bytes: int) -> dict[str, Any]:
    is_asked = client == JAPAN
    country = "JP" if is_asked else "DE"
    return {
        "organisation": ORGANISATION,
        "origin": {"address": "", "port": port, "host": host},
        "target": {"address": BECOMES[client], "port": 0, "region": "foreign", "country": country},
        "direction": "pull",
        "protocol": "http",
        "content": "partial" if is_asked else "unseen",
        "sent_bytes": sent_bytes,
        "status": "below_threshold" if is_asked else "content_unseen",
        "tallies": tallies(ASKED, KINDS) if is_asked else {},
    }


def _serve(lab: Lab, folder: Path) -> None:
    (folder / "report.csv").write_text("region,count\n" + "".join(f"R{number},{number * 7}\n" for number in range(200)))
    http = f"{_JSON}\nupstream {SCORE_HOST} {{ server {UPSTREAM}:80; }}"
    site = (
        f"listen {SERVER}:80; server_name {HOST}; root {folder}; access_log {folder}/portal-combined.log combined; "
        f"access_log {folder}/portal-json.log main_json; location /api/ {{ return 200 '{{\"found\":true}}\\n'; }} "
        f"location /us/ {{ proxy_pass http://{SCORE_HOST}/v1/; }}"
    )
    (folder / "empty").write_text("ok\n")
    upstream = python("server", UPSTREAM, "80", "--serve", str(folder / "empty"))
    with lab.service(OUTSIDE, *upstream), nginx(lab, INSIDE, folder, site, http=http):
        asked = content.queries("/api/employee", invent(ASKED, seed=124))
        _curl(lab, OUTSIDE, JAPAN, asked, folder)
        _curl(lab, OUTSIDE, GERMANY, ["/report.csv"] * REPORTS, folder)
        _curl(lab, OUTSIDE, BEIJING, content.queries("/api/employee", invent(10, seed=125)), folder)
        _curl(lab, INSIDE, SERVER, content.queries("/us/score", invent(SCORED, seed=126)), folder)


def _curl(lab: Lab, where: str, address: str, paths: list[str], folder: Path) -> None:
    urls = [word for path in paths for word in ("-o", f"{folder}/out", f"http://{HOST}{path}")]
    lab.run(where, "curl", "-sS", "--fail", "--interface", address, "--resolve", f"{HOST}:80:{SERVER}", *urls)


def _rewritten(lines: list[str]) -> Iterator[str]:
    """Other addresses, and a clock that starts at the bundle's day: one line a second."""
    pattern = re.compile("|".join(rf"{re.escape(old)}\b" for old in BECOMES))
    for number, line in enumerate(lines):
        time = BEGUN + timedelta(seconds=number / 4)
        moved = re.sub(r"\d\d/\w{3}/\d{4}:[\d:]{8} [+-]\d{4}", time.strftime("%d/%b/%Y:%H:%M:%S +0800"), line)
        moved = re.sub(r"\d{4}-\d\d-\d\dT[\d:]{8}[+-]\d\d:\d\d", time.isoformat(timespec="seconds"), moved)
        yield pattern.sub(lambda found: BECOMES[found[0]], moved)
