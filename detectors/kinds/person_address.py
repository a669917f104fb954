"""住址 under a name that says so: an administrative name and something finer behind it."""

from functools import lru_cache
import re
from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import GENERAL
from detectors.masks import opening
from wire.kinds import Kind

_SURE: Final = 0.4
_IN_COMPANY: Final = 0.06
_ANYBODY_S: Final = re.compile(
    r"|addr(?:ess)?[0-9]?|location|dz|dizhi|地址|.*(?:emp|work|company|corp|office|org|enterprise|unit|firm|shop|store|branch|"
    r"warehouse|factory|hospital|school|bank|merchant|supplier|vendor|hotel|site|station|business|legal|register).*|"
    r"(?:dw|gs|zc|bg|jy|gz|xx|yy|mc)[a-z]{0,3}dz|.*(?:单位|公司|企业|办公|工作|门店|店铺|商户|仓库|工厂|医院|学校|银行|酒店|注册|经营).*",
    re.IGNORECASE,
)
"""Field names under which a company's address may stand as well; under all others it is a person's."""
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_AREA: Final = re.compile(r"[\u3400-\u9fff](?:省|市|自治区|自治州|州|盟|区|區|县|縣|旗|镇|鎮|乡|鄉|村|街道)")
_PLACE: Final = re.compile(
    r"[\u3400-\u9fff0-9](?:路|街|道|巷|弄|胡同|里|号|號|栋|棟|幢|座|楼|樓|室|单元|單元|小区|社区|新村|花园|家园|公寓|"
    r"大厦|大廈|苑|组|屯|庄|村|镇)"
)
_HOME: Final = re.compile(
    r"(?:小区|花园|家园|公寓|新村|苑|里|湾|府|邸|庭).{0,12}(?:单元.{1,8}(?:室|号|户|[0-9])|[0-9](?:室|户))|"
    r"(?:村|庄|屯).{0,6}[0-9一二三四五六七八九十](?:组|队|社)"
)
"""What dwellings have and offices have not."""


@lru_cache(1 << 12)
def _may_be_anybodys(field: str) -> bool:
    return _ANYBODY_S.fullmatch(field) is not None


def check(candidate: Candidate) -> float:
    """Belief by what the text names; the name of a city alone is no address."""
    text = candidate.text.decode("utf-8", "replace")
    if len(_HAN.findall(text)) < 4 or not _PLACE.search(text):
        return 0.0
    is_vague = not (_AREA.search(text) and (_HOME.search(text) or not _may_be_anybodys(candidate.field)))
    return _IN_COMPANY if is_vague else _SURE


DETECTOR: Final = Detector(
    kind=Kind("person.address"),
    title="住址",
    title_en="Personal address",
    grades=GENERAL,
    values=(r"[0-9A-Za-z ]{0,8}(?:[\xe3-\xe9][\x80-\xbf]{2}){2}[^\r\n\"<>{}*]{4,240}",),
    check=check,
    canonical=bytes.strip,
    mask=opening(2),
    fields=tuple(
        "address addr adr home_addr home_address detail_addr detail_address address_detail addr_detail "
        "full_address receiver_addr delivery_addr deliver_to ship_to send_to shipping_addr cust_addr "
        "address1 address2 address_line addr_line street_addr street_address mailing_street mailing_address "
        "mail_addres postal_address stras residence domicile domicile_address hukou dwelling living_place "
        "aae006 aac010 dz xxdz jtdz jtzz xzz xzzxxdz hkdz hkdzxxdz lxdz txdz hjdz hjdxz jzdz jzdxz xjzd "
        "xjzdz shdz sjrdz jjrdz fwdz dwdz zsxxdz psdz zz zhuzhi dizhi jiatingdizhi jiatingzhuzhi "
        "xiangxidizhi lianxidizhi shouhuodizhi juzhudizhi tongxundizhi hujidizhi 地址 住址 住所 住处 居住地 "
        "现居地 现居住地 户籍地 户口所在地 家庭所在地 收货地 通讯处".split()
    ),
    hints=("street", "location", "huji", "street1"),
    against=tuple(
        "email_address email_addr ip_address mac_address mac_addr ip_addr web_address url_address "
        "host_address server_address remote_address remote_addr wallet_address contract_address "
        "company_address office_address registered_address register_address shop_address store_address "
        "hospital_address school_address bank_address factory_address org_address memory_address 注册地址 "
        "公司地址 单位地址 办公地址 经营地址 邮箱地址 门店地址 医院地址".split()
    ),
    fills_columns=True,
    needs_context=True,
    identifies=False,
    law="中华人民共和国个人信息保护法 第四条; GB/T 35273-2020 附录A 个人基本资料 (住址)",
    examples=(
        Example('{"homeAddress":"河北省保定市莲池区东风路18号3单元502室"}', "json"),
        Example('{"address":"北京市朝阳区幸福里小区7号楼","mobile":"13800138000"}', "json"),
        Example("家庭住址：四川省成都市武侯区人民南路四段9号"),
        Example("jtdz=浙江省杭州市西湖区文三路90号", "form"),
    ),
    lookalikes=(
        Example('{"address":"北京市朝阳区幸福里小区7号楼"}', "json"),
        Example('{"homeAddress":"北京市"}', "json"),
        Example('{"ipAddress":"10.0.0.1","mobile":"13800138000"}', "json"),
        Example('{"companyAddress":"北京市朝阳区建国路1号","mobile":"13800138000"}', "json"),
        Example("北京市朝阳区建国路1号"),
    ),
)
