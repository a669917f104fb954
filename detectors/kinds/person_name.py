"""姓名 under a name that says so: a surname in use and one to three characters more, or such a name in pinyin."""

import re
from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import GENERAL
from detectors.masks import first_letter
from detectors.tables import pinyin_surnames, surnames
from wire.kinds import Kind

_SURE: Final = 0.4
_IN_COMPANY: Final = 0.045
"""Belief that only an identified person in the same record carries over the threshold."""
_PERSON_S: Final = re.compile(
    r"(?:real|full|true|person|cust(?:omer)?|client|patient|pat|emp(?:loyee)?|staff|stu(?:dent)?|teacher|member|passenger|"
    r"guest|travel+er|contact|linkman|recipient|consignee|buyer|holder|applicant|insured|borrower|child|baby|parent|"
    r"father|mother|spouse|guardian|doctor|chinese)_?name|card_?holder|.*?(?:xm|xingming)|.{0,6}(?:姓名|真名|件人|货人|貨人|"
    r"持卡人|户主|申请人|保险人|投保人|受益人|借款人|付款人|收款人|经办人|代表人|监护人|乘客|旅客|住客|车主)"
)
"""Field names that only persons have; under ``name`` or 联系人 a company, a product or a nickname may stand as well."""
_HAN: Final = re.compile(r"[\u3400-\u9fff]{2,4}")
_LONG: Final = re.compile(r"[\u3400-\u9fff]{2,8}(?:[·•・][\u3400-\u9fff]{1,8}){1,3}")
_NOT_IN_NAMES: Final = frozenset(
    "司行院店部局厂廠品所的了是在与及或无無未男女不个個台号號库庫表组組队隊站网網市省县縣区區镇村街路楼室处科馆校"
    "药藥症病炎型器机機件类類版款费費率量额額杯包鞋裤帽袋盒瓶灯纸膏茶"
)


def check(candidate: Candidate) -> float:
    """Belief by surname, length and how surely the field's name speaks of a person."""
    text = candidate.text.decode("utf-8", "replace").strip()
    sure = _SURE if _PERSON_S.fullmatch(candidate.field.lower()) else _IN_COMPANY
    if _LONG.fullmatch(text):
        return sure
    if _HAN.fullmatch(text):
        if _NOT_IN_NAMES.intersection(text[1:]):
            return 0.0
        has_surname = text[:2] in surnames() if len(text) == 4 else text[0] in surnames()
        return sure if has_surname else _IN_COMPANY if sure == _SURE else 0.0
    words = re.split(r"[ ,-]+", text.lower())
    return sure if pinyin_surnames() & {words[0], words[-1]} else 0.0


DETECTOR: Final = Detector(
    kind=Kind("person.name"),
    title="姓名",
    title_en="Personal name",
    grades=GENERAL,
    values=(
        r"(?:[\xe3-\xe9][\x80-\xbf]{2}){2,4}",
        r"(?:[\xe3-\xe9][\x80-\xbf]{2}){2,8}(?:(?:·|•|・)(?:[\xe3-\xe9][\x80-\xbf]{2}){1,8}){1,3}",
        r"[A-Za-z]{2,12}[ ,]{1,2}[A-Za-z]{1,12}(?:[ -][A-Za-z]{1,12})?",
    ),
    check=check,
    canonical=bytes.strip,
    mask=first_letter,
    fields=tuple(
        "name real_name full_name true_name person_name customer_name cust_name client_name patient_name "
        "pat_name employee_name emp_name staff_name student_name stu_name teacher_name member_name "
        "passenger_name guest_name traveller_name contact_name receiver_name recipient_name "
        "consignee_name sender_name buyer_name payer_name payee_name holder_name owner_name "
        "applicant_name insured_name borrower_name child_name baby_name parent_name father_name "
        "mother_name spouse_name guardian_name doctor_name chinese_name khxm hzxm brxm ygxm xsxm lxrxm "
        "sjrxm shrxm contact_person linkman link_man consignee card_holder account_holder xm xingming "
        "lxr sjr jjr shr ckr 姓名 真名 联系人 聯絡人 收件人 寄件人 收货人 收貨人 发件人 发货人 持卡人 "
        "开户人 户名 戶名 户主 申请人 被保险人 投保人 受益人 借款人 付款人 收款人 经办人 负责人 "
        "法定代表人 监护人 乘客 旅客 住客 车主 所有人".split()
    ),
    against=tuple(
        "product_name goods_name item_name sku_name file_name host_name domain_name server_name service_name "
        "app_name class_name method_name function_name package_name module_name project_name table_name "
        "column_name field_name event_name job_name task_name device_name model_name brand_name shop_name "
        "store_name company_name corp_name org_name dept_name department_name school_name hospital_name "
        "bank_name hotel_name city_name province_name country_name area_name region_name street_name road_name "
        "role_name group_name team_name category_name type_name tag_name menu_name page_name drug_name "
        "medicine_name user_name login_name bucket_name key_name image_name node_name pod_name 产品名称 商品名称 "
        "公司名称 单位名称 企业名称 项目名称 药品名称 文件名 科室名称 医院名称 学校名称".split()
    ),
    needs_context=True,
    identifies=False,
    law="中华人民共和国个人信息保护法 第四条; GB/T 35273-2020 附录A 个人基本资料 (姓名)",
    examples=(
        Example('{"realName":"张伟"}', "json"),
        Example('{"name":"王小明","mobile":"13800138000"}', "json"),
        Example("姓名：欧阳明月"),
        Example("xingming=%E6%9D%8E%E5%A8%9C", "form"),
        Example("工号,姓名\nA1,陈静\n", "csv"),
        Example('{"passengerName":"ZHANG WEI"}', "json"),
        Example('{"patientName":"买买提·吐尔逊"}', "json"),
    ),
    lookalikes=(
        Example('{"name":"高清摄像机","price":3}', "json"),
        Example('{"name":"金银花"}', "json"),
        Example('{"productName":"白加黑"}', "json"),
        Example('{"companyName":"华为"}', "json"),
        Example('{"realName":"张**"}', "json"),
        Example('{"fileName":"王小明"}', "json"),
        Example("name: main thread"),
        Example("张伟来了"),
    ),
)
