"""住址 under a name that says so: an administrative name and something finer behind it."""

import re
from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import GENERAL
from detectors.masks import opening
from wire.kinds import Kind

_SURE: Final = 0.4
_IN_COMPANY: Final = 0.045
_PERSON_S: Final = re.compile(
    r".*(?:home|family|house|living|resid|current|permanent|household|mail|postal|deliver|ship|receiv|recipient|"
    r"consignee|customer|cust|patient|user).*|[jxht][tzjk](?:dz|zz)|xzz|xjzd|shdz|zhuzhi|.*(?:住|户籍|家庭|收货|通讯|收件).*"
)
"""Field names that persons' addresses have; under ``address`` a company's may stand as well."""
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_AREA: Final = re.compile(r"[\u3400-\u9fff](?:省|市|自治区|自治州|州|盟|区|區|县|縣|旗|镇|鎮|乡|鄉|村|街道)")
_PLACE: Final = re.compile(
    r"[\u3400-\u9fff0-9](?:路|街|道|巷|弄|胡同|里|号|號|栋|棟|幢|座|楼|樓|室|单元|單元|小区|社区|新村|花园|家园|公寓|"
    r"大厦|大廈|苑|组|屯|庄|村|镇)"
)


def check(candidate: Candidate) -> float:
    """Belief by what the text names; the name of a city alone is no address."""
    text = candidate.text.decode("utf-8", "replace")
    if len(_HAN.findall(text)) < 4 or not _PLACE.search(text):
        return 0.0
    is_vague = not (_AREA.search(text) and _PERSON_S.fullmatch(candidate.field.lower()))
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
        "address addr home_addr detail_addr receiver_addr delivery_addr shipping_addr cust_addr address1 "
        "address2 residence dz jtdz jtzz xzz xxdz lxdz txdz hjdz hkdz jzdz xjzd shdz zhuzhi dizhi 地址 "
        "住址 住所 居住地 户籍地 家庭所在地 收货地 通讯处".split()
    ),
    against=tuple(
        "email_address ip_address mac_address web_address url_address host_address server_address remote_address "
        "wallet_address contract_address company_address office_address work_address registered_address "
        "register_address shop_address store_address hospital_address school_address bank_address factory_address "
        "org_address memory_address 注册地址 公司地址 单位地址 办公地址 经营地址 邮箱地址 门店地址 医院地址".split()
    ),
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
