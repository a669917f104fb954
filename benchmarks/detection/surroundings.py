"""Field names that say nothing or warn, and what stands around the values of interest."""

from typing import Final

from benchmarks.detection.vocabulary import source_of

OPAQUE: Final = tuple(
    "a b c d f1 f2 f3 col3 col7 col12 field_4 field_12 v val x y1 attr3 attr9 c001 c014 p2 s5 key7 data_6 unk".split()
)
"""Names that say nothing."""

ANY_TRAP: Final = source_of("any", "common names", """
    order: orderCode purchase_no
    snowflake: recordId pk
    millis: ts updatedAt
    micros: usec mono_us
    hash: checksum etag
    uuid: requestId correlation_id
    serial: equipmentSn certSerial
    wrong_id: idNumber 身份证号
    imei: deviceImei meid
    iccid: simIccid sim_serial
    barcode: ean upc
    tracking: waybillNo expressNo
    trade: payTradeNo channel_txn
    bytes: contentLength recv_bytes
    uid: accountUid memberNo
    float: ratio elapsed
    gps: lng lat
    base64: blob cipherText
    masked: mobileMasked phone
    uscc: creditCode 统一社会信用代码
    company: companyName orgName 单位名称 开票单位
    place: region 所在地区 areaName
    thing: goodsName title 商品名称 name
    adult: hireDate 入职日期""").names  # fmt: skip
"""Names for what must not be found, where a source has none of its own."""

FILLERS: Final = source_of("fillers", "common names and values of no interest", """
    status: 1 0 ACTIVE 已完成 success
    remark: 加急 无 请电话联系 周末送货
    amount: 128.00 9.9 1520.5
    version: 2.3.1 1.0
    channel: APP H5 web
    gender: 男 女 1 2
    createdAt: 2026-05-12T09:30:11 2026-04-01T08:00:00Z
    lang: zh-CN
    department: 内科 市场部 华东大区
    page: 1 20
    city: 杭州 成都
    product: 洗衣液2kg 体检套餐A""").names  # fmt: skip
"""What surrounds them."""
