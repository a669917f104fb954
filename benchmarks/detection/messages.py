"""Messages in Chinese prose with something personal in them, or with numbers that are not; all sentences are ours."""

from random import Random
import re
from typing import Final

from benchmarks.detection.draft import Draft, Field
from benchmarks.detection.values import Value

PERSONAL: Final = (
    "您好，我是{name}，我的手机号是{mobile}，麻烦尽快回电。",
    "{name}女士，您的身份证{resident_id}已通过实名核验。",
    "【通知】家长您好，学生{name}的监护人电话登记为{mobile}，如有变动请告知班主任。",
    "客户{name}来电{landline}，反映账单有误，回访请拨{mobile}。",
    "麻烦把货寄到{address}，收件人{name}，电话{mobile}。",
    "请将退款打到我的银行卡{card}，户主{name}。",
    "转账至招商银行卡号 {card}，备注写{name}。",
    "车主{name}，车牌{plate}占用了消防通道，请致电{mobile}挪车。",
    "出险车辆{plate}，车架号{vin}，报案人{name}，联系方式{mobile}。",
    "旅客{name}护照号码{passport}，行程单请发{email}。",
    "随行人员回乡证号{home_return}，请提前办理入住登记。",
    "台胞证号码：{taiwan_permit}，姓名{name}，入住两晚。",
    "本人{name}，身份证号码为{resident_id}，住{address}，特此声明。",
    "被告{name}，公民身份号码{resident_id}，户籍地{address}。",
    "患者{name}于昨日入院，联系电话{mobile}，家属同意手术。",
    "简历已投递，邮箱{email}，手机{mobile}，期待回复！",
    "加急：{name}的证件号{resident_id}录错了，请客服改一下。",
    "办公电话{landline}无人接听，可以打我手机 {mobile} 或发邮件到 {email}。",
    "外卖放{address}门口就行，打{mobile}通知我。",
    "孩子{name}的身份证号是{child_id}，下周一来打疫苗。",
    "港澳居民居住证{hmt_permit}与系统登记不符，请核对。",
    "永居证号{foreigner_id}的外籍员工{name}已办理社保。",
    "老户口本上的身份证是{resident_id_15}，现在要升位。",
    "往来港澳通行证{exit_permit}即将到期，请{name}尽快换证。",
    "紧急联系人：{name}（{mobile}），关系：配偶。",
    "报名人{name}/{mobile}/{resident_id}，缴费成功。",
    "{name}您好，您的业务已办结，卡号{card}，如非本人操作请致电客服。",
    "拨打{mobile}找{name}，地址在{address}。",
)
NEUTRAL: Final = (
    "您的订单{order}已发货，快递单号{tracking}，请注意查收。",
    "交易号{trade}支付成功，金额{float}元。",
    "设备IMEI {imei} 已离线，SIM卡ICCID {iccid}。",
    "任务{snowflake}在{millis}执行完毕，共写入{bytes}字节。",
    "您尾号{tail}的手机{masked}已绑定，请勿泄露验证码。",
    "商品条码{barcode}已下架，批次号{serial}。",
    "用户ID {uid} 的等级已升为黄金会员。",
    "文件校验值{hash}，大小{bytes}。",
    "对账流水号{serial}与{order}重复，请财务核实。",
    "发票号码{tail}{tail}，开票单位统一社会信用代码{uscc}。",
    "坐标({gps},{gps})附近有施工，请绕行。",
    "会员编号{uid}积分清零，活动编号{order}。",
    "请求{uuid}超时，耗时{float}秒，时间戳{micros}。",
    "身份证号{wrong_id}校验位错误，请重新输入。",
    "今年前五个月全市外贸进出口同比增长3.2%，其中出口1234567.8万元。",
    "会议改到5月20日下午3点，会议号{tail}-{tail}，请准时参加。",
    "热线电话95588，或登录官网查询，工单编号{order}。",
    "合同编号{serial}已归档，联系人见附件。",
)
_SLOT: Final = re.compile(r"\{(\w+)\}")


def message(chance: Random, values: dict[str, Value], *, is_personal: bool) -> Draft:
    """One message or a few, filled in; a name is left out of the truth nowhere."""
    draft = Draft()
    for number in range(chance.choice((1, 1, 1, 2, 3))):
        draft.add("\n" if number else "")
        template = chance.choice(PERSONAL if is_personal and not (number and chance.random() < 0.5) else NEUTRAL)
        end = 0
        for slot in _SLOT.finditer(template):
            draft.add(template[end : slot.start()])
            draft.put(Field("", values[slot[1]]))
            end = slot.end()
        draft.add(template[end:])
    return draft
