"""姓名 under a name that says so: a surname in use and one to three characters more, or such a name in pinyin."""

from functools import lru_cache
import re
from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import GENERAL
from detectors.masks import first_letter
from detectors.tables import pinyin_surnames, surnames
from wire.kinds import Kind

_SURE: Final = 0.4
_IN_COMPANY: Final = 0.06
"""Belief that only an identified person in the same record carries over the threshold."""
_WHOSE: Final = (
    "real|full|true|legal|person|personal|psn|people|human|cust|customer|client|subscriber|patient|pat|emp|employee|"
    "staff|worker|stu|student|teacher|tutor|member|passenger|passgr|pax|guest|travel+er|visitor|contact|contacts|"
    "contact_?person|emergency|emergency_?contact|linkman|link|coner|recipient|receiver|receive|consignee|consignor|"
    "deliver|delivery|pickup|sender|shipper|buyer|payer|payee|holder|card_?holder|policy_?holder|account_?holder|owner|"
    "applicant|applicants?|insured|insurant|insured_?person|policy_?holder|beneficiary|borrower|lender|guarantor|debtor|"
    "child|kid|baby|parent|father|mother|spouse|wife|husband|guardian|doctor|nurse|physician|driver|rider|courier|"
    "lessee|tenant|resident|citizen|participant|attendee|candidate|chinese|cn|zh|cert|id_?card|identity|reg|family|"
    "bind|auth|sign|opp|lead|agent|operator|user_?real|real_?user"
)
_PERSON_S: Final = re.compile(
    rf"(?:\w{{0,12}}_?)?(?:{_WHOSE})_?(?:full_?|real_?|true_?|legal_?|acct_?|account_?|chinese_?|cn_?)?(?:name|nm)|"
    r"(?:bank_?)?card_?(?:holder(?:_?name)?|name)|.{0,24}(?:xm|xingming)|"
    r".{0,12}(?:姓名|真名|件人|货人|貨人|持卡人|户主|申请人|保险人|投保人|受益人|借款人|付款人|收款人|经办人|代表人|监护人|乘客|旅客|住客|"
    r"车主|报名人|联系人|聯絡人|承租人|出租人|当事人|负责人|驾驶人|所有人|报案人|就诊人|患者|病人)|"
    r"(?:[a-z]+_?)?(?:contact_?person|linkman|link_?man|contactor|consignee|recipient|card_?holder|policy_?holder|"
    r"account_?holder|payee|payer|applicant|insured|insurant|borrower|guarantor|beneficiary)|"
    r"fn|cn|vorna|nachn|cntctprsn|aac003|aae004|syr|lxr|fddbr|fr|lianxiren|shoujianren|jijianren|shouhuoren|chikaren|huanzhe|bingren|lxr|sjr|jjr|shr|ckr",
)
"""Field names that only persons have; under ``name`` or ``customer`` a company, a product or a nickname may stand."""
_HAN: Final = re.compile(r"[\u3400-\u9fff]{2,4}")
_LONG: Final = re.compile(r"[\u3400-\u9fff]{2,8}(?:[·•・][\u3400-\u9fff]{1,8}){1,3}")
_NOT_IN_NAMES: Final = frozenset(
    "司院店部局厂廠的了个個台号號库庫组組队隊站网網省县縣区區镇楼室科馆校药藥症病炎器机機类類版款费費率额額杯鞋裤帽袋盒瓶灯膏"
)
_SELDOM_IN_NAMES: Final = frozenset("行品所是在与及或无無未男女不表市村街路处型件量包纸茶")
"""Hardly more likely in names than in names of things: only a field that surely is a person's may hold them."""


@lru_cache(1 << 12)
def _belief_under(field: str) -> float:
    return _SURE if _PERSON_S.fullmatch(field.lower()) else _IN_COMPANY


def check(candidate: Candidate) -> float:
    """Belief by surname, length and how surely the field's name speaks of a person."""
    text = candidate.text.decode("utf-8", "replace").strip()
    sure = _belief_under(candidate.field)
    if _LONG.fullmatch(text):
        return sure
    if _HAN.fullmatch(text):
        if _NOT_IN_NAMES.intersection(text[1:]) or (sure < _SURE and _SELDOM_IN_NAMES.intersection(text[1:])):
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
        "name name_cn cn_name zh_name real_name full_name fullname true_name legal_name person_name psn_name "
        "customer_name customer_nm cust_name cust_nm client_name client_nm user_nm patient_name pat_name "
        "employee_name emp_name emp_nm staff_name student_name stu_name teacher_name member_name "
        "passenger_name pax_name guest_name traveller_name contact_name receiver_name recipient_name "
        "consignee_name consignee_nm receiver_nm sender_name buyer_name payer_name payee_name holder_name "
        "owner_name applicant_name insured_name borrower_name beneficiary_name child_name baby_name "
        "parent_name father_name mother_name spouse_name guardian_name guardian guardians jzxm jhrxm "
        "jiazhangxingming jianhurenxingming doctor_name chinese_name card_name cardname last_name first_name "
        "family_name given_name surname nm vorna nachn fn cn cntct_prsn aac003 aae004 khxm hzxm brxm ygxm "
        "xsxm lxrxm sjrxm shrxm contact contact_person contactor linkman link_man consignee card_holder "
        "policy_holder account_holder xm xingming xingmingcheng zhenshixingming lxr lianxiren sjr "
        "shoujianren jjr jijianren shr shouhuoren ckr chikaren syr fddbr fadingdaibiaoren huzhu huanzhe "
        "bingren chengke chezhu kehumingcheng 姓名 名字 真名 联系人 聯絡人 收件人 寄件人 收货人 收貨人 "
        "发件人 发货人 持卡人 开户人 开户名 户名 戶名 户主 申请人 被保险人 投保人 受益人 借款人 付款人 "
        "收款人 经办人 负责人 法定代表人 法人代表 监护人 监护人姓名 家长姓名 父亲姓名 母亲姓名 乘客 旅客 "
        "住客 入住人 车主 驾驶人 所有人 承租人 出租人 业主 当事人 报名人 报案人 就诊人 参保人 患者 病人 "
        "收方姓名 寄方姓名".split()
    ),
    hints=tuple(
        "customer client subscriber patient employee staff student teacher member passenger guest traveller "
        "traveler visitor recipient receiver sender buyer payer payee holder owner applicant insured "
        "insurant beneficiary borrower guarantor driver tenant lessee landlord insured_person policyholder "
        "cardholder participant attendee candidate user_name nominee emergency_contact kehu yonghu yuangong "
        "xuesheng jiazhang 客户 用户 学生 员工 家长 司机 租客 房东".split()
    ),
    against=tuple(
        "product_name goods_name item_name sku_name file_name host_name domain_name server_name service_name "
        "app_name class_name method_name function_name package_name module_name project_name table_name "
        "column_name field_name event_name job_name task_name device_name model_name brand_name shop_name "
        "store_name company_name corp_name org_name dept_name department_name school_name hospital_name "
        "bank_name hotel_name city_name province_name country_name area_name region_name street_name "
        "road_name role_name group_name team_name category_name type_name tag_name menu_name page_name "
        "drug_name medicine_name login_name bucket_name key_name image_name node_name pod_name nick_name "
        "branch_name merchant_name mch_name enterprise_name unit_name template_name activity_name "
        "course_name brand city province county district region country nickname nick 昵称 产品名称 商品名称 "
        "公司名称 单位名称 企业名称 项目名称 药品名称 文件名 科室名称 医院名称 学校名称 城市 省份 地区 品牌 "
        "商户名称 门店名称".split()
    ),
    fills_columns=True,
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
        Example('{"customer":"陈静","mobile":"13800138000"}', "json"),
        Example("djrxm=李娜", "form"),
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
