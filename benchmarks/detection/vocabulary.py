"""Field names of other people's systems: single names, taken as facts, with where each list was read.

None is taken from the detectors. A source is one convention: a record keeps to it.
"""

from typing import Final

from msgspec import Struct


class Source(Struct, frozen=True):
    """The names that one system, or one standard, gives to what it keeps."""

    slug: str
    origin: str
    names: dict[str, tuple[str, ...]]
    weight: int = 2


def source_of(slug: str, origin: str, names: str, weight: int = 2) -> Source:
    """A source from lines of an attribute and its names."""
    pairs = (line.partition(":") for line in names.strip().splitlines())
    return Source(slug, origin, {what.strip(): tuple(listed.split()) for what, _, listed in pairs}, weight)


SOURCES: Final = (
    source_of("alipay", "Alipay open platform: alipay.user.certify.open, zhima APIs, trade notifications", """
        name: cert_name buyer_name
        resident_id: cert_no
        mobile: phone_no mobile
        passport: cert_no
        order: out_trade_no outer_order_no
        trade: trade_no
        snowflake: out_biz_no
        uid: buyer_uid
        hash: cert_digest sign
        millis: gmt_millis
        bytes: total_amount_cent
        masked: buyer_logon_id"""),
    source_of("wechat_pay", "WeChat Pay v3: applyments of special merchants, transactions", """
        name: contact_name id_card_name account_name
        resident_id: id_card_number contact_id_number id_doc_number
        passport: id_doc_number contact_id_number
        mobile: mobile_phone contact_phone
        email: contact_email
        card: account_number bank_account
        address: id_card_address
        order: out_request_no out_trade_no
        trade: transaction_id
        snowflake: applyment_id
        uid: stock_creator_id
        hash: nonce_str prepay_id
        millis: success_time_ms
        uscc: license_number"""),
    source_of("taobao", "Taobao open platform: models of trade, waybill and handover (bububa/opentaobao)", """
        name: receiver_name receiver_full_name contact_name name
        mobile: receiver_mobile mobile_phone
        landline: receiver_phone tele_phone telephone
        address: receiver_address detail_address whole_address
        email: buyer_email
        order: tid biz_order_id
        snowflake: oid num_iid division_id
        tracking: out_sid mail_no
        base64: oaid buyer_open_uid
        barcode: outer_sku_id barcode
        uid: seller_id"""),
    source_of("jd", "JD logistics: ldop.waybill.receive and pickup requests (seven_jd)", """
        name: senderName receiveName pickupName
        mobile: senderMobile receiveMobile
        landline: senderTel receiveTel customerTel
        address: senderAddress receiveAddress pickupAddress backAddress
        order: orderId thrOrderId
        tracking: waybillCode deliveryId
        float: vlou guaranteeValueAmount
        uid: customerCode
        barcode: goodsBarCode
        serial: promiseSerialId"""),
    source_of("railway", "12306 client code: passenger and order objects (My12306, max12306)", """
        name: passenger_name
        resident_id: passenger_id_no
        hmt_permit: passenger_id_no
        foreigner_id: passenger_id_no
        mobile: mobile_no
        email: email
        child_birth: born_date
        adult: born_date
        passport: passenger_id_no
        order: sequence_no ticket_no
        masked: old_passenger_id_no
        base64: allEncStr
        serial: batch_no"""),
    source_of("airline", "ticketing interfaces: PNR, SSR DOCS and agent APIs", """
        name: passengerName SurName
        passport: PassportNumber passengerCertNo CerNo
        resident_id: certificateNo passengerCertNo CerNo
        taiwan_permit: mtpNo taiwanPassNumber
        home_return: hkMacauReturnPermit certificateNo
        exit_permit: eepNumber certificateNo
        mobile: phoneNumber contactMobile
        child_birth: BirthDay dateOfBirth
        email: receivedEmail
        order: ticketNumber airlineOrderNo
        hash: pnrToken
        float: TotalPrice NetFare"""),
    source_of("emr_exchange", "hospital data exchange tables (WS 445 series as built in ssgjgroup/hic-demo)", """
        name: hzxm lxrxm
        resident_id: sfzhm hzsfzhm
        resident_id_15: sfzhm
        mobile: hzdh lxrdh brdh
        landline: lxrdh gzdwdh
        address: xzzxxdz hkdzxxdz
        diagnosis: jbzdmc ryzdmc cyzdmc
        diagnosis_code: jbzdbm xyzdbm
        child_birth: csrq
        adult: csrq
        order: jzlsh
        snowflake: yjlxh
        serial: jkdabh
        uid: mjzh
        hash: qmsj"""),
    source_of("inpatient_sheet", "病案首页 fields as reported to the health authority (rw-bsoft/his)", """
        name: BRXM LXRXM
        resident_id: SFZJHM
        mobile: DH LXRDH
        landline: DWDH
        address: XZZ HKDZ DWDZ
        diagnosis: MJZZD CYSZYZD RYSZD
        diagnosis_code: GBJBBM JBDM
        child_birth: CSRQ
        adult: CSRQ
        order: SQDH
        snowflake: JLXH
        uid: BAH
        millis: JLSJC"""),
    source_of("pinyin_his", "hospital referral tables named in full pinyin (rw-bsoft/his)", """
        name: BINGRENXM JIATINGLXRXM
        resident_id: BINGRENSFZH
        mobile: BINGRENLXDH
        landline: SHENQINGJGLXDH
        address: BINGRENLXDZ
        child_birth: BINGRENCSRQ
        adult: BINGRENCSRQ
        diagnosis: ZHENDUANMC
        order: ZHUANZHENDH
        serial: JIUZHENKH
        uid: MENZHENHM"""),
    source_of("nhsa", "国家医疗保障信息平台 interface fields (openhis, hsa-his)", """
        name: psn_name coner_name
        resident_id: certno mdtrt_cert_no
        foreigner_id: certno
        mobile: tel coner_tel
        address: addr emp_addr
        diagnosis: diag_name dise_name
        diagnosis_code: diag_code dise_codg
        child_birth: brdy
        adult: brdy
        order: medins_setl_id
        serial: setl_id mdtrt_id
        trade: msgid
        float: medfee_sumamt
        uid: psn_no"""),
    source_of("social_security", "LD/T 92 社会保险 data elements (ng-sqjyw, PullToSCXTPT, Card)", """
        name: AAC003 aae004
        resident_id: AAC002 AAC147 aac002
        mobile: AAC067 AAE005 acb501
        address: AAE006 AAC010 aae006
        card: AAE010 AAE053
        email: AAE159
        child_birth: AAC006
        adult: AAC006
        uid: AAC001 BAC001
        serial: AAZ217
        millis: AAE036
        snowflake: AAZ002"""),
    source_of("police", "GA/T data elements for population and vehicles (dsw iot, sugoniris)", """
        name: XM SYR DJRXM
        resident_id: GMSFHM SFZMHM DJRZH ZJHM
        mobile: SJHM LXDH
        address: HJDZ JZDZ ZSXXDZ FWDZ
        plate: HPHM
        vin: CLSBDH
        child_birth: CSRQ
        adult: CSRQ
        serial: RYBH FWBH
        order: XSZBH
        uid: ZDRYBH
        hash: XXJBMD"""),
    source_of("acquirer", "acquirers' member and card-binding requests (allinpay, huifu)", """
        name: legalName card_name signAcctName
        resident_id: legalIds cert_id
        mobile: legalPhone card_mp
        landline: telephone
        card: accountNo card_no
        uscc: uniCredit
        order: bizOrderNo mer_ord_id
        trade: hf_seq_id
        serial: req_seq_id
        uid: bizUserId
        millis: req_time_ms
        tracking: unionBank"""),
    source_of("unionpay", "UnionPay gateway 5.1.0 parameters", """
        name: customerNm
        resident_id: certifId
        mobile: phoneNo
        card: accNo
        order: orderId
        trade: queryId
        serial: traceNo
        uid: merCustId
        hash: signature
        bytes: txnAmt"""),
    source_of("insurer", "insurers' policy interfaces", """
        name: insurantName policyHolderName insuredName
        resident_id: insurantIdno owner_identity_number
        mobile: linkManMobileNo holderMobile
        email: holderEmail
        plate: licensePlateNumber licenseNo
        vin: vinNumber frameNumber
        child_birth: insurantBirth
        adult: insurantBirth
        order: preOrderNo policyNo
        snowflake: clientNo
        serial: proposalSerialNo
        uid: agentAccount"""),
    source_of("erp", "SAP ERP and Business One columns (help.sap.com table references)", """
        name: CntctPrsn VORNA
        resident_id: PERID
        mobile: Cellolar TELF1
        landline: Tel1 TELF2
        email: E_MailL SMTP_ADDR
        card: BANKN
        address: STRAS MailAddres
        child_birth: GBDAT
        adult: GBDAT
        order: BELNR VBELN
        barcode: EAN11
        uid: KUNNR
        snowflake: OBJNR"""),
    source_of("crm", "Salesforce and Dynamics contact columns", """
        name: fullname LastName
        mobile: MobilePhone telephone1
        landline: HomePhone AssistantPhone
        email: emailaddress1 PersonEmail
        resident_id: governmentid
        address: address1_composite MailingStreet
        child_birth: PersonBirthdate
        adult: PersonBirthdate
        order: OrderNumber
        uid: OwnerId
        micros: versionnumber
        uuid: contactid"""),
    source_of("odoo", "Odoo partner, employee and fleet columns", """
        name: display_name legal_name
        resident_id: identification_id ssnid
        passport: passport_id
        mobile: mobile_phone work_phone
        email: work_email email_normalized
        card: acc_number
        plate: license_plate
        vin: vin_sn
        child_birth: birthday
        adult: birthday
        address: contact_address
        barcode: barcode default_code
        tracking: tracking_reference
        millis: write_ms
        uid: write_uid"""),
    source_of("standards", "vCard 4, LDAP inetOrgPerson, OpenID Connect, schema.org", """
        name: FN cn family_name
        mobile: TEL telephoneNumber phone_number telephone
        landline: homePhone facsimileTelephoneNumber
        email: EMAIL mail
        address: ADR homePostalAddress streetAddress
        vin: vehicleIdentificationNumber
        child_birth: BDAY birthdate
        adult: BDAY birthdate
        uuid: entryUUID jti
        uid: uidNumber sub
        millis: auth_time
        barcode: gtin13"""),
    source_of("telecom", "call records and SMS gateways (CMPP, 3GPP charging)", """
        mobile: msisdn callingNumber calledNumber src_terminal_id
        name: subscriberName
        resident_id: realNameCertNumber
        imei: imei servedIMEI
        iccid: iccid simSerial
        serial: recordSequenceNumber
        millis: callDurationMs
        bytes: dataVolumeUplink
        uid: chargingCharacteristicsId
        gps: cellLongitude"""),
    source_of("startup_camel", "user tables of small web projects (camelCase)", """
        name: realName guardianName emergencyContact
        resident_id: citizenId idNumber cardId
        mobile: cellphone emergencyPhone guardianMobile
        email: userEmail guardianEmail
        card: payeeCardNo bankCardNum
        address: homeAddress deliveryAddr
        plate: carNum plateNum
        passport: passportNo
        child_birth: babyBirthday
        adult: birthDay
        order: orderSn
        uid: userId parentUserId
        millis: createTime lastLoginAt
        uuid: deviceId
        bytes: fileSize"""),
    source_of("startup_snake", "user tables of small web projects (snake_case)", """
        name: true_name student_name patient_name
        resident_id: idcard_number sfz_no identity_code
        mobile: user_tel parent_phone hand_phone
        landline: office_tel home_tel
        email: contact_mail
        card: bankcard_number withdraw_card
        address: home_addr ship_address
        plate: car_plate
        vin: vin_number
        diagnosis: disease_desc diag_result
        child_birth: kid_birthday
        adult: date_of_birth
        order: order_sn
        uid: member_id
        snowflake: row_key
        micros: event_us
        gps: longitude"""),
    source_of("han_hospital", "卫生信息数据元 names (WS 363, WS 445) and OCR results", """
        name: 患者姓名 本人姓名 联系人姓名
        resident_id: 患者身份证件号码 公民身份号码
        mobile: 本人电话号码 联系人电话号码
        address: 现住址 户籍地址
        diagnosis: 门(急)诊诊断名称 出院主要诊断 疾病诊断名称
        diagnosis_code: 疾病诊断编码
        child_birth: 患儿出生日期 出生日期
        adult: 出生日期
        order: 就诊流水号 申请单编号
        serial: 居民健康档案编号
        uid: 门(急)诊号
        barcode: 标本条码""", 3),
    source_of("han_office", "HR, school and bank sheets as offices keep them", """
        name: 员工姓名 学生姓名 监护人姓名 开户名
        resident_id: 身份证件号 公民身份号码 证件号
        hmt_permit: 港澳台居住证号
        passport: 护照编号
        home_return: 回乡证号码 港澳居民来往内地通行证
        taiwan_permit: 台胞证号码 台湾居民来往大陆通行证
        exit_permit: 港澳通行证号 往来港澳通行证号码
        foreigner_id: 外国人永居证号
        mobile: 本人手机 监护人联系方式 移动电话 紧急联系人电话
        landline: 家庭固话 办公电话
        email: 电子信箱 工作邮箱
        card: 工资卡号 银行账户 收款卡号
        address: 家庭住址 通讯地址 现居住地
        child_birth: 幼儿出生年月日 学生生日
        adult: 参保人生日
        order: 业务流水号 凭证编号
        uid: 会员ID 用户编号
        masked: 手机(脱敏)""", 4),
    source_of("han_vehicle", "vehicle and parking systems, express sheets", """
        name: 机动车所有人 收方姓名 寄件人
        mobile: 车主手机 收方电话 寄件人手机
        plate: 号牌号码 车牌
        vin: 车辆识别代号 车架编号
        address: 收方地址 寄件地址
        resident_id: 所有人身份证明号码
        order: 外部订单号 停车单号
        tracking: 运单号码 快递单
        imei: 终端IMEI
        iccid: 物联卡ICCID
        barcode: 商品条形码
        millis: 进场时间戳""", 3),
)  # fmt: skip
