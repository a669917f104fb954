from hypothesis import given
from hypothesis import strategies as st
import pytest

from detectors.catalogue import catalogue
from detectors.names import AGAINST, FOR, Vocabulary

VOCABULARY = Vocabulary(catalogue())
NUMBERS = {str(detector.kind): number for number, detector in enumerate(catalogue())}


def odds(name: str, kind: str) -> float:
    return VOCABULARY.look_up(name.encode()).odds[NUMBERS[kind]]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("cn.resident_id", "idCard id_card patientIdCard 身份证 身份证号码 患者身份证号 sfzh SFZHM zjhm 證件號碼"),
        ("cn.mobile", "mobile Mobile userMobile mobile_phone contact.phone 手机号 联系电话 sjh lxdh 訂單聯絡電話 tel"),
        ("cn.bank_card", "bankCard cardNo card_number 银行卡号 卡号 yhkh payeeAccount creditCardNumber 信用卡"),
        ("email", "email e-mail userEmail 邮箱 電郵"),
        ("cn.plate", "plateNo licensePlate 车牌号 cph 車牌"),
        ("medical.diagnosis", "diagnosis mainDiagnosis diag_name icd10 ICD10Code 诊断 出院诊断名称 疾病名称 主要診斷"),
        ("person.under_14", "birthDate birthday date_of_birth dob 出生日期 生日 age 年龄"),
        ("cn.passport", "passport passportNo 护照号码 hzhm certNo"),
        ("cn.taiwan_compatriot_permit", "台胞证号 taiwanPermitNo"),
        ("cn.mobile", "mobileno customertelno bingrenlxdh JIAZHANGLXDH fuzerenshouji telephnoe telphoneNo vip_mobile"),
        ("cn.resident_id", "jiazhangsfzh canbaorenshenfenzhenghao custIdNo"),
        ("medical.diagnosis", "CHUYUANZDMC mzzdmc zhuyaozhenduan"),
        ("cn.vin", "vin_sn frameno"),
    ],
)  # fmt: skip
def test_a_name_speaks_for_its_kind(kind: str, names: str) -> None:
    assert {name: odds(name, kind) for name in names.split()} == dict.fromkeys(names.split(), FOR)


@pytest.mark.parametrize(
    "name",
    "orderNo order_id 订单号 手机订单号 流水号 tradeNo ts timestamp createTime serialNumber msgId traceId imei "
    "sessionId phoneTime idCardExpireTime trackingNumber 运单号 mobileDeviceCount".split(),
)
def test_a_name_of_something_else_speaks_against_persons(name: str) -> None:
    for kind in ("cn.resident_id", "cn.mobile", "cn.bank_card"):
        assert odds(name, kind) in (AGAINST, pytest.approx(0.3)) or odds(name, kind) < 1


@pytest.mark.parametrize(
    ("name", "kind"), [("brdh", "cn.mobile"), ("lxrdh", "cn.mobile"), ("xyzd", "medical.diagnosis")]
)
def test_two_letters_hint_at_a_kind(name: str, kind: str) -> None:
    assert 1 < odds(name, kind) <= FOR


@pytest.mark.parametrize(
    ("name", "is_opaque"),
    [("col7", True), ("field_12", True), ("c", True), ("", True), ("value", True), ("bah", False), ("userId", False)],
)
def test_a_name_is_opaque_if_nobody_meant_anything_by_it(name: str, is_opaque: bool) -> None:  # a table
    assert VOCABULARY.look_up(name.encode()).is_opaque == is_opaque


@pytest.mark.parametrize("name", ["message", "content", "备注", "x", "", "page", "language"])
def test_a_name_that_says_nothing_changes_nothing(name: str) -> None:
    assert odds(name, "cn.mobile") == 1.0


def test_a_name_that_may_be_a_value_is_not_shown() -> None:
    assert VOCABULARY.look_up(b"idCard").shown == "idCard"
    assert VOCABULARY.look_up("张三的手机号".encode()).shown == "手机"
    assert VOCABULARY.look_up(b"13800138000").shown == ""
    assert VOCABULARY.look_up("张三".encode()).shown == ""
    assert VOCABULARY.look_up(b"a@b.cn").shown == ""


@given(st.binary(max_size=120))
def test_no_bytes_make_the_vocabulary_fail(name: bytes) -> None:
    assert len(VOCABULARY.look_up(name).odds) == len(catalogue())
