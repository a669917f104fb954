"""What ``guanjin doctor`` looks at: each probe says what was seen and what to do, and never raises."""

from collections.abc import Iterator
import ctypes
from datetime import UTC, date, datetime
from enum import StrEnum
import os
from pathlib import Path
import shutil
import socket
import sqlite3
import subprocess
import sys
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from msgspec import Struct

from guanjin import config
from guanjin.command import Speech
from wire.faults import GuanjinError
from wire.legal_time import SHANGHAI, legal_day

_CAP_NET_RAW: Final = 1 << 13
_TIME_ERROR: Final = 5
"""What adjtimex(2) returns while nothing disciplines the clock."""
_STALE_S: Final = 900
_OLD_GEO_DAYS: Final = 180
_LEAST_FREE: Final = 1 << 30
_WAIT_S: Final = 3.0
_OFFSET_S: Final = 5
_MOST_ENTRIES: Final = 10_000
_VALUES: Final = (b"11010519491231002X", b"13800001234")
_INVENTED: Final = b'{"idCard": "%b", "phone": "%b"}' % _VALUES
"""The standard's own example (GB 11643-1999) and an invented number."""


class State(StrEnum):
    """How a probe ended."""

    WELL = "ok"
    DOUBTFUL = "warning"
    BROKEN = "error"
    SKIPPED = "skipped"
    """Not asked for: named, so that nobody takes it for well."""


class Seen(Struct, frozen=True):
    """One line of the doctor's answer."""

    name: str
    state: State
    what: Speech
    cure: Speech = Speech("", "")


def python() -> Seen:
    """The interpreter."""
    text = f"Python {sys.version.split()[0]}, {sys.platform}"
    return Seen("python", State.WELL, Speech(text, text))


def capture(interface: str) -> Seen:
    """Whether packets may be read, and whether that card can be."""
    may = _may_capture()
    if not interface:
        what = (
            Speech("有抓包权限", "packets may be read") if may else Speech("没有抓包权限", "no right to read packets")
        )
        cure = Speech("读网卡时才需要：--interface 网卡名", "needed for network cards only: --interface NAME")
        return Seen("capture", State.WELL if may else State.DOUBTFUL, what, cure)
    names = [name for _, name in socket.if_nameindex()]
    if interface not in names:
        known = ", ".join(names)
        what = Speech(f"没有网卡 {interface}", f"no network card {interface}")
        return Seen("capture", State.BROKEN, what, Speech(f"本机有：{known}", f"there are: {known}"))
    if not may:
        line = "sudo setcap cap_net_raw+ep $(readlink -f $(command -v python3))"
        what = Speech(f"没有读取 {interface} 的权限", f"no right to read {interface}")
        return Seen("capture", State.BROKEN, what, Speech(line, line))
    return Seen("capture", State.WELL, Speech(f"可以读取 {interface}", f"{interface} can be read"))


def source(folder: Path, now_ns: int) -> Seen:
    """Whether a watched folder is there and its files move."""
    name = f"source {folder.name}"
    try:
        times = [entry.stat().st_mtime for entry in _some(folder) if entry.is_file()]
    except OSError as error:
        what = Speech(f"无法读取 {folder}：{error.strerror}", f"cannot read {folder}: {error.strerror}")
        return Seen(name, State.BROKEN, what, Speech("检查路径与权限", "see to the path and its rights"))
    if not times:
        what = Speech(f"{folder} 中没有文件", f"no file in {folder}")
        return Seen(name, State.DOUBTFUL, what, Speech("检查日志是否写在别处", "see whether the logs lie elsewhere"))
    age = int(now_ns / 1e9 - max(times))
    what = Speech(f"{len(times)} 个文件，最近更新于 {age} 秒前", f"{len(times)} files, the newest changed {age} s ago")
    if age <= _STALE_S:
        return Seen(name, State.WELL, what)
    return Seen(
        name, State.DOUBTFUL, what, Speech("检查数据源是否停止写入", "see whether the source has stopped writing")
    )


def clock() -> Seen:
    """Whether something disciplines the clock: legal days and years are cut by it."""
    here = datetime.fromtimestamp(config.now_ns() / 1e9, UTC).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(512))
    except (OSError, AttributeError):
        state = None
    said = Speech(f"北京时间 {here}", f"{here} in Shanghai")
    if state is None or state == _TIME_ERROR or state < 0:
        what = Speech(f"{said.zh}，未见时间同步", f"{said.en}, no synchronisation seen")
        cure = Speech("启用 chrony 或 systemd-timesyncd", "run chrony or systemd-timesyncd")
        return Seen("clock", State.DOUBTFUL, what, cure)
    return Seen("clock", State.WELL, Speech(f"{said.zh}，已同步", f"{said.en}, synchronised"))


def geo(path: Path | None, on: date) -> Seen:
    """Whether the IP-to-country database opens, and how old it is."""
    from agent.geo import EMBEDDED, MmdbLocator  # noqa: PLC0415  # numpy and maxminddb: only this probe pays

    try:
        built = MmdbLocator(path or EMBEDDED).source.built
        age = (on - date.fromisoformat(built[:10])).days
    except (GuanjinError, ValueError) as error:
        cure = Speech("换一个 MMDB 文件：--geo", "name another MMDB file: --geo")
        return Seen("geo", State.BROKEN, _same(error), cure)
    what = Speech(
        f"IP 归属库建于 {built[:10]}（{age} 天前）", f"IP-to-country database of {built[:10]} ({age} days old)"
    )
    if age <= _OLD_GEO_DAYS:
        return Seen("geo", State.WELL, what)
    return Seen("geo", State.DOUBTFUL, what, Speech("更新数据库：--geo 文件", "take a newer one: --geo FILE"))


def disk(state: Path) -> Seen:
    """Room for what is kept."""
    folder = next(each for each in (state, *state.resolve().parents) if each.exists())
    usage = shutil.disk_usage(folder)
    what = Speech(f"剩余 {usage.free >> 20:,} MiB", f"{usage.free >> 20:,} MiB free")
    if usage.free >= _LEAST_FREE and os.access(folder, os.W_OK):
        return Seen("disk", State.WELL, what)
    cure = Speech(
        "清理磁盘或换一个可写的文件夹（--state）", "make room, or name a folder that can be written (--state)"
    )
    return Seen("disk", State.BROKEN, what, cure)


def store(state: Path) -> Seen:
    """Whether the store opens, is whole, and what is in it."""
    path = state / "guanjin.sqlite"
    if not path.is_file():
        what = Speech(f"尚无数据库（{path}）", f"no store yet ({path})")
        return Seen("store", State.SKIPPED, what, Speech("guanjin up 会创建它", "guanjin up makes it"))
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=_WAIT_S) as database:
            (fault,) = database.execute("PRAGMA quick_check(1)").fetchone()
            (size,) = database.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()
    except sqlite3.Error as error:
        cure = Speech("用 guanjin store restore 恢复备份", "restore a backup: guanjin store restore")
        return Seen("store", State.BROKEN, _same(error), cure)
    if fault != "ok":
        cure = Speech("用 guanjin store restore 恢复备份", "restore a backup: guanjin store restore")
        return Seen("store", State.BROKEN, Speech(f"数据库损坏：{fault}", f"the store is damaged: {fault}"), cure)
    megabytes = path.stat().st_size >> 20
    return Seen(
        "store", State.WELL, Speech(f"完好，{size} 张表，{megabytes} MiB", f"whole: {size} tables, {megabytes} MiB")
    )


def mask(on: date) -> Seen:
    """Whether an invented identifier is found and masked, as it would be before anything leaves the agent."""
    from detectors.build import build_scanner  # noqa: PLC0415  # numba and hyperscan: only this probe pays
    from detectors.catalogue import catalogue  # noqa: PLC0415  # same
    from detectors.masking import Masker  # noqa: PLC0415  # same

    masked = Masker(build_scanner(), catalogue()).masked(_INVENTED, "json", on)
    if not any(value in masked.content for value in _VALUES):
        return Seen("mask", State.WELL, Speech("自检样本已识别并脱敏", "the samples were found and masked"))
    what = Speech("自检样本未被识别或未脱敏", "the samples were not found or not masked")
    return Seen("mask", State.BROKEN, what, Speech("重新安装，并停止该探针", "install anew, and stop this agent"))


def fonts() -> Seen:
    """Whether reports show Chinese on this machine."""
    try:
        done = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, timeout=_WAIT_S, check=False)  # noqa: S607  # found on PATH like any user's tool
        count = len(done.stdout.splitlines())
    except (OSError, subprocess.TimeoutExpired):
        what = Speech("未安装 fontconfig，未检查", "fontconfig is not installed: not looked at")
        return Seen("fonts", State.SKIPPED, what)
    if count:
        return Seen("fonts", State.WELL, Speech(f"{count} 种中文字体", f"{count} Chinese fonts"))
    line = "apt-get install fonts-noto-cjk"
    what = Speech("没有中文字体：截图与 PDF 会显示方框", "no Chinese font: pictures and PDFs show boxes")
    return Seen("fonts", State.DOUBTFUL, what, Speech(line, line))


def collector(url: str) -> Seen:
    """Whether the collector answers, is ready, and agrees on the time."""
    cure = Speech(
        "检查地址、防火墙与 guanjin collector serve", "see to the address, the firewall, guanjin collector serve"
    )
    answer = _asked(f"{url.rstrip('/')}/readyz")
    if isinstance(answer, Speech):
        return Seen("collector", State.BROKEN, answer, cure)
    offset = _offset(answer)
    said = answer.text.strip()[:200]
    if answer.status_code != httpx.codes.OK:
        return Seen("collector", State.BROKEN, Speech(f"未就绪：{said}", f"not ready: {said}"), cure)
    if offset is not None and abs(offset) > _OFFSET_S:
        what = Speech(f"就绪，但时钟相差 {offset} 秒", f"ready, but the clocks differ by {offset} s")
        return Seen("collector", State.DOUBTFUL, what, Speech("同步两端时钟", "synchronise both clocks"))
    return Seen("collector", State.WELL, Speech("就绪", "ready"))


def prometheus(url: str) -> Seen:
    """Whether Prometheus scraped us in the last minute."""
    cure = Speech("检查 scrape_configs：guanjin monitoring render", "see to scrape_configs: guanjin monitoring render")
    query = 'max_over_time(up{job=~"guanjin.*"}[1m])'
    answer = _asked(f"{url.rstrip('/')}/api/v1/query", {"query": query})
    if isinstance(answer, Speech):
        return Seen("prometheus", State.BROKEN, answer, cure)
    try:
        series = answer.json()["data"]["result"]
        up = sum(each["value"][1] == "1" for each in series)
    except (ValueError, KeyError, TypeError, IndexError):
        return Seen("prometheus", State.BROKEN, Speech("不是 Prometheus 的回答", "not an answer of Prometheus"), cure)
    what = Speech(f"最近一分钟抓取到 {up}/{len(series)} 个目标", f"scraped in the last minute: {up} of {len(series)}")
    return Seen("prometheus", State.WELL if up and up == len(series) else State.BROKEN, what, cure)


def kafka(address: str) -> Seen:
    """Whether the broker can be reached; what it lets us do shows when an agent sends."""
    cure = Speech("检查地址、防火墙与监听器", "see to the address, the firewall and the listener")
    parts = urlsplit(f"//{address}")
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 9092), _WAIT_S):
            return Seen("kafka", State.WELL, Speech(f"{address} 可以连接", f"{address} can be reached"))
    except (OSError, ValueError) as error:
        return Seen("kafka", State.BROKEN, _same(error), cure)


def skipped(name: str, flag: str) -> Seen:
    """A probe that nobody asked for."""
    return Seen(name, State.SKIPPED, Speech("未检查", "not looked at"), Speech(f"加上 {flag}", f"add {flag}"))


def probes(arguments: Any) -> Iterator[Seen]:
    """Every probe, in order."""
    now_ns = config.now_ns()
    today = legal_day(now_ns)
    yield python()
    yield capture(arguments.interface)
    yield from (source(folder, now_ns) for folder in arguments.watch)
    if not arguments.watch:
        yield skipped("source", "--watch DIR")
    yield clock()
    yield geo(arguments.geo, today)
    yield disk(arguments.state)
    yield store(arguments.state)
    yield kafka(arguments.kafka) if arguments.kafka else skipped("kafka", "--kafka HOST:PORT")
    yield collector(arguments.collector) if arguments.collector else skipped("collector", "--collector URL")
    yield prometheus(arguments.prometheus) if arguments.prometheus else skipped("prometheus", "--prometheus URL")
    yield mask(today)
    yield fonts()


def _may_capture() -> bool:
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return hasattr(os, "geteuid") and os.geteuid() == 0
    line = next((line for line in status.splitlines() if line.startswith("CapEff:")), "CapEff: 0")
    return bool(int(line.split()[1], 16) & _CAP_NET_RAW)


def _some(folder: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for number, entry in enumerate(entries):
            if number >= _MOST_ENTRIES:
                return
            yield entry


def _asked(url: str, parameters: dict[str, str] | None = None) -> "httpx.Response | Speech":
    try:
        return httpx.get(url, params=parameters, timeout=_WAIT_S, trust_env=False)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Speech(f"{url} 无法访问：{error}", f"{url} cannot be reached: {error}")


def _offset(answer: httpx.Response) -> int | None:
    try:
        theirs = datetime.strptime(answer.headers["Date"], "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
    except (KeyError, ValueError):
        return None
    return round(config.now_ns() / 1e9 - theirs.timestamp())


def _same(error: Exception) -> Speech:
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    return Speech(text, text)
