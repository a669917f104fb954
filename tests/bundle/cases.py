"""The captures of the bundle: who sends what to whom, and what is true of it."""

from typing import Final

from msgspec import Struct

from tests.bundle import content, plays
from tests.bundle.content import CLINICAL, Tallies, tallies
from tests.bundle.people import invent
from tests.bundle.rewrite import Style

FLAGGED: Final = ("unfiled", "expired", "not_yet_effective", "out_of_scope", "over_volume", "wrong_route")


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
    tallies: Tallies = {}
    sent: bytes = b""
    """What tshark must read out of the finished capture, whatever it was packed in; empty if it cannot."""
    play: plays.Play
    style: Style = Style()
    bodies: tuple[str, ...] = ()
    """The requests' bodies where there are many."""
    in_url: bool = False
    """Whether what it carries stands in URLs, so that logs hold it."""
    is_torn: bool = False
    """Whether the file ends in the middle of a packet; its truth is that of the part before."""

    @property
    def is_flagged(self) -> bool:
        """Whether somebody must look."""
        return self.status in FLAGGED


def _us(port: int = 80, host: str = "api.clinical-cloud.example") -> Side:
    return Side("52.52.10.10", port, host, "foreign", "US")


def _patients(seed: int, count: int = 60) -> bytes:
    return content.patients(invent(count, seed=seed))


_TRIAL: Final = _patients(101, 300)
_HOSPITAL: Final = _patients(102, 300)
_SHOPPERS: Final = content.customers(invent(300, seed=104))
_FORMS: Final = tuple(content.form(one) for one in invent(20, seed=105))
_STAFF: Final = content.personnel(invent(150, seed=106)).encode()
_HEALTH: Final = content.examinations(invent(80, seed=107))
_MEMBERS: Final = content.members(invent(120, seed=110)).encode("gb18030")
_BOOKINGS: Final = content.passengers(invent(60, seed=117))
_PUPILS: Final = content.pupils(invent(60, seed=118, born=(2014, 2019)))
_LINES: Final = content.lines(invent(40, seed=120))
_LOOKUPS: Final = content.queries("/v1/score", invent(40, seed=121))

CASES: Final = (
    Case(
        name="patients-us-unfiled",
        what="晨星临床研究以 JSON 向美国接口上传 300 名患者的身份证号、手机号与诊断; 未申报、未备案",
        organisation="91110201MA7485262R",
        at="2026-11-20T10:01:05+08:00",
        origin=Side("10.20.1.5", 41001),
        target=_us(),
        status="unfiled",
        tallies=tallies(300, CLINICAL),
        sent=_TRIAL,
        play=plays.upload(_TRIAL, "/v1/patients"),
    ),
    Case(
        name="patients-nl-assessed",
        what="青禾医院向阿姆斯特丹的合作医院上传 300 名患者的随访数据; 在其数据出境安全评估的范围与期限之内",
        organisation="12132503480927525Y",
        at="2026-11-20T10:02:05+08:00",
        origin=Side("10.20.2.5", 41002),
        target=Side("145.100.1.10", 80, "trial.academic-hospital.example", "foreign", "NL"),
        status="covered",
        tallies=tallies(300, CLINICAL),
        sent=_HOSPITAL,
        play=plays.upload(_HOSPITAL, "/studies/7/followup"),
        style=Style(suffix="pcapng"),
    ),
    Case(
        name="patients-us-filed",
        what="与 patients-us-unfiled 相同的上传, 由另一家已与该接收方订立标准合同并备案的单位 (远帆药业) 发出",
        organisation="91132503MA3093181N",
        at="2026-11-20T10:03:05+08:00",
        origin=Side("10.20.3.5", 41003),
        target=_us(),
        status="covered",
        tallies=tallies(300, CLINICAL),
        sent=_TRIAL,
        play=plays.upload(_TRIAL, "/v1/patients"),
        style=Style(nano=True),
    ),
    Case(
        name="customers-us-below",
        what="拾光商贸向同一美国接口上传 300 名顾客的手机号, 不含敏感个人信息; 本年累计 300 人, 不满 10 万人",
        organisation="91110206MA61008347",
        at="2026-11-20T10:04:05+08:00",
        origin=Side("10.20.4.5", 41004),
        target=_us(),
        status="below_threshold",
        tallies=tallies(300, ["cn.mobile", "person.name"]),
        sent=_SHOPPERS,
        play=plays.upload(_SHOPPERS, "/v1/customers"),
        style=Style(endian=">"),
    ),
    Case(
        name="form-out-of-scope",
        what="云栖健康在一条连接上提交 20 份表单; 备案范围为手机号与邮箱, 表单多出诊断一项",
        organisation="91132503MA67162842",
        at="2026-11-20T10:05:05+08:00",
        origin=Side("10.20.5.5", 41005),
        target=_us(host="crm.clinical-cloud.example"),
        status="out_of_scope",
        tallies=tallies(20, ["cn.mobile", "email", "medical.diagnosis", "person.name"]),
        bodies=_FORMS,
        play=plays.requests(["/register"] * len(_FORMS), _FORMS),
    ),
    Case(
        name="personnel-pull",
        what="日本客户端从境内服务器下载 150 人的员工名册 (CSV, gzip, 分块); 一般个人信息, 不满 10 万人",
        organisation="91110206MA9820829R",
        at="2026-11-20T10:06:05+08:00",
        origin=Side("10.20.6.5", 80, "hr.qiming.example"),
        target=Side("133.11.1.10", 50106, "", "foreign", "JP"),
        direction="pull",
        status="below_threshold",
        tallies=tallies(150, ["cn.resident_id", "cn.mobile", "email", "person.name"]),
        sent=_STAFF,
        play=plays.download(_STAFF, "/export/personnel.csv", media="text/csv; charset=utf-8"),
        style=Style(suffix="pcapng"),
    ),
    Case(
        name="personnel-pull-sensitive",
        what="德国客户端从境内 nginx 下载 80 名员工的体检结果 (JSON, gzip); 含诊断, 未备案",
        organisation="91210823MA69697756",
        at="2026-11-20T10:07:05+08:00",
        origin=Side("10.20.7.5", 80, "ehr.baiyue.example"),
        target=Side("88.198.1.10", 50107, "", "foreign", "DE"),
        direction="pull",
        status="unfiled",
        tallies=tallies(80, ["cn.mobile", "medical.diagnosis", "person.name"]),
        sent=_HEALTH,
        play=plays.download_from_nginx(_HEALTH, "examinations.json"),
    ),
    Case(
        name="tls-upload",
        what="晴川数据向美国主机加密上传; 内容不可见, 字节数精确, 名称取自 SNI",
        organisation="91132503MA8013451M",
        at="2026-11-20T10:08:05+08:00",
        origin=Side("10.20.8.5", 41008),
        target=_us(443, "vault.clinical-cloud.example"),
        protocol="tls",
        status="content_unseen",
        play=plays.upload_encrypted(_patients(108, 300), "/v1/backup"),
    ),
    Case(
        name="domestic",
        what="禾木医疗向境内服务器上传 300 名患者的数据; 不出境, 无须提示",
        organisation="91132503MA6414358T",
        at="2026-11-20T10:09:05+08:00",
        origin=Side("10.20.9.5", 41009),
        target=Side("202.108.1.10", 80, "", "mainland", "CN"),
        protocol="tcp",
        status="not_export",
        sent=_patients(109, 300),
        play=plays.upload(_patients(109, 300), "/v1/patients"),
    ),
    Case(
        name="members-sg-gb18030",
        what="海棠会员服务以浏览器表单向新加坡上传 120 名会员的 CSV 文件 (GB18030, 不声明编码), 含银行卡号",
        organisation="91210823MA58982070",
        at="2026-11-20T10:10:05+08:00",
        origin=Side("10.20.10.5", 41010),
        target=Side("203.116.1.10", 80, "loyalty.lion-city.example", "foreign", "SG"),
        status="below_threshold",
        tallies=tallies(120, ["cn.mobile", "cn.bank_card", "person.name", "person.address"]),
        play=plays.upload_file(_MEMBERS, "members.csv", "/upload"),
    ),
    Case(
        name="patients-hk-unfiled",
        what="南岭诊所向香港上传 60 名患者的数据; 香港属境外, 未备案",
        organisation="91110201MA608036XE",
        at="2026-11-20T10:11:05+08:00",
        origin=Side("10.20.11.5", 41011),
        target=Side("202.82.1.10", 80, "clinic.harbour.example", "hong_kong", "HK"),
        status="unfiled",
        tallies=tallies(60, CLINICAL),
        sent=_patients(111),
        play=plays.upload(_patients(111), "/records"),
    ),
    Case(
        name="patients-us-ipv6",
        what="长河基因经 IPv6 向美国上传 60 名患者的数据; 未备案",
        organisation="91120202MA63918380",
        at="2026-11-20T10:12:05+08:00",
        origin=Side("fd20:12::5", 41012),
        target=Side("2600:1f18::10", 80, "six.clinical-cloud.example", "foreign", "US"),
        status="unfiled",
        tallies=tallies(60, CLINICAL),
        sent=_patients(112),
        play=plays.upload(_patients(112), "/v1/patients"),
    ),
    Case(
        name="customers-us-vlan",
        what="在 VLAN 120 中向美国上传 60 名顾客的手机号 (丰谷超市)",
        organisation="91132503MA1406471L",
        at="2026-11-20T10:13:05+08:00",
        origin=Side("10.20.13.5", 41013),
        target=_us(),
        status="below_threshold",
        tallies=tallies(60, ["cn.mobile", "person.name"]),
        sent=content.customers(invent(60, seed=113)),
        play=plays.upload(content.customers(invent(60, seed=113)), "/v1/customers"),
        style=Style(vlan=120),
    ),
    Case(
        name="line-de-unfiled",
        what="铁木机械经登记的国际专线向私有地址上传 60 名患者的数据; 专线对端在德国, 故属境外, 未备案",
        organisation="91132503MA9087532M",
        at="2026-11-20T10:14:05+08:00",
        origin=Side("10.20.14.5", 41014),
        target=Side("172.30.14.20", 80, "werk.intern.example", "foreign", "DE"),
        status="unfiled",
        tallies=tallies(60, CLINICAL),
        sent=_patients(114),
        play=plays.upload(_patients(114), "/hr/health"),
        style=Style(raw=True),
    ),
    Case(
        name="patients-us-expired",
        what="岚山生物向美国上传 60 名患者的数据; 标准合同备案已于 2026-06-30 到期",
        organisation="91142221MA4777323E",
        at="2026-11-20T10:15:05+08:00",
        origin=Side("10.20.15.5", 41015),
        target=_us(),
        status="expired",
        tallies=tallies(60, CLINICAL),
        sent=_patients(115),
        play=plays.upload(_patients(115), "/v1/patients"),
        style=Style(cooked=True),
    ),
    Case(
        name="patients-us-over-volume",
        what="松溪医学检验向美国上传 60 名患者的数据; 备案规模为 50 人",
        organisation="91110201MA85233981",
        at="2026-11-20T10:16:05+08:00",
        origin=Side("10.20.16.5", 41016),
        target=_us(),
        status="over_volume",
        tallies=tallies(60, CLINICAL),
        sent=_patients(116),
        play=plays.upload(_patients(116), "/v1/patients"),
    ),
    Case(
        name="bookings-jp-exempt",
        what="天翼行旅行社为 60 名旅客向日本航司订票; 履行合同所必需, 已声明豁免 (第五条第一款第一项)",
        organisation="91110201MA4523083N",
        at="2026-11-20T10:17:05+08:00",
        origin=Side("10.20.17.5", 41017),
        target=Side("133.11.1.20", 80, "booking.airline.example", "foreign", "JP"),
        status="exempt",
        tallies=tallies(60, ["cn.mobile", "email", "person.name"]),
        sent=_BOOKINGS,
        play=plays.upload(_BOOKINGS, "/bookings"),
    ),
    Case(
        name="pupils-sg-under14",
        what="小鹿在线向新加坡上传 60 名不满十四周岁儿童的数据; 属敏感个人信息, 未备案",
        organisation="91120202MA3915886T",
        at="2026-11-20T10:18:05+08:00",
        origin=Side("10.20.18.5", 41018),
        target=Side("203.116.1.20", 80, "lessons.lion-city.example", "foreign", "SG"),
        status="unfiled",
        tallies=tallies(60, ["cn.resident_id", "cn.mobile", "person.name", "person.under_14"]),
        sent=_PUPILS,
        play=plays.upload(_PUPILS, "/v1/pupils"),
    ),
    Case(
        name="patients-us-damaged",
        what="江左医疗向美国上传 300 名患者的数据; 抓包文件在中途截断, 可读的部分仍须报告",
        organisation="91132503MA66916387",
        at="2026-11-20T10:19:05+08:00",
        origin=Side("10.20.19.5", 41019),
        target=_us(),
        status="unfiled",
        tallies=tallies(300, CLINICAL),
        sent=_patients(119, 300),
        play=plays.upload(_patients(119, 300), "/v1/patients"),
        is_torn=True,
    ),
    Case(
        name="lines-us-dns",
        what="银杏物流以自有文本协议向美国发送 40 人的号码; 主机名只见于先前的 DNS 应答",
        organisation="91142221MA0541380T",
        at="2026-11-20T10:20:05+08:00",
        origin=Side("10.20.20.5", 41020),
        target=_us(7001, "feed.clinical-cloud.example"),
        protocol="tcp",
        status="below_threshold",
        tallies=tallies(40, ["cn.resident_id", "cn.mobile"]),
        play=plays.named_lines(_LINES),
    ),
    Case(
        name="lookups-de",
        what="启明征信以查询字符串向德国发送 40 人的身份证号与手机号",
        organisation="91310201MA7547275K",
        at="2026-11-20T10:21:05+08:00",
        origin=Side("10.20.21.5", 41021),
        target=Side("88.198.1.20", 80, "score.rhein.example", "foreign", "DE"),
        status="below_threshold",
        tallies=tallies(40, ["cn.resident_id", "cn.mobile"]),
        in_url=True,
        play=plays.requests(_LOOKUPS),
    ),
    Case(
        name="patients-us-early",
        what="北辰制药向美国上传 60 名患者的数据; 标准合同自 2027-01-01 起生效",
        organisation="91132101MA9045877B",
        at="2026-11-20T10:22:05+08:00",
        origin=Side("10.20.22.5", 41022),
        target=_us(),
        status="not_yet_effective",
        tallies=tallies(60, CLINICAL),
        sent=_patients(122),
        play=plays.upload(_patients(122), "/v1/patients"),
    ),
    Case(
        name="customers-us-wrong-route",
        what="沧澜供水为关键信息基础设施运营者, 只备案了标准合同; 依法应通过安全评估",
        organisation="91120202MA4840003J",
        at="2026-11-20T10:23:05+08:00",
        origin=Side("10.20.23.5", 41023),
        target=_us(),
        status="wrong_route",
        tallies=tallies(60, ["cn.mobile", "person.name"]),
        sent=content.customers(invent(60, seed=123)),
        play=plays.upload(content.customers(invent(60, seed=123)), "/v1/customers"),
    ),
)
