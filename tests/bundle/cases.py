"""The captures of the bundle: who sends what to whom, and what is true of it."""

from typing import Final

from msgspec import Struct

from tests.bundle import content, plays
from tests.bundle.content import CLINICAL, Tallies, tallies
from tests.bundle.people import invent
from tests.bundle.rewrite import Style


class Side(Struct, frozen=True):
    """One end of the transfer, as the finished capture shows it."""

    address: str
    port: int
    host: str = ""
    region: str = "private"
    country: str = ""


class Case(Struct, frozen=True, kw_only=True):
    """A capture and its truth."""

    name: str
    what: str
    organisation: str
    at: str
    """When its first packet is, ISO 8601."""
    origin: Side
    target: Side
    direction: str = "push"
    protocol: str = "http"
    status: str
    is_flagged: bool
    tallies: Tallies = {}
    sent: bytes = b""
    """What tshark must read out of the finished capture, whatever it was packed in; empty if it cannot."""
    play: plays.Play
    style: Style = Style()


def _us(port: int = 80, host: str = "api.clinical-cloud.example") -> Side:
    return Side("52.52.10.10", port, host, "foreign", "US")


_TRIAL: Final = content.patients(invent(300, seed=101))

CASES: Final = (
    Case(
        name="patients-us-unfiled",
        what="晨星临床研究公司以 JSON 向美国接口上传 300 名患者的身份证号、手机号与诊断; 未申报、未备案",
        organisation="91110201MA7485262R",
        at="2026-11-20T10:01:05+08:00",
        origin=Side("10.20.1.5", 41001),
        target=_us(),
        status="unfiled",
        is_flagged=True,
        tallies=tallies(300, CLINICAL),
        sent=_TRIAL,
        play=plays.upload(_TRIAL, "/v1/patients"),
    ),
)
