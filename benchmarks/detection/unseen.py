"""Further names from other systems, for an honest figure: what fails under them is never shown, only counted.

Whoever works on the detectors does not read this file.
"""

from typing import Final

from benchmarks.detection.vocabulary import source_of

UNSEEN: Final = (
    source_of("admin", "open-source back offices (RuoYi, JeecgBoot): sys_user and member tables", """
        name: nickName_cn realname userRealName
        mobile: phonenumber phoneNum linkPhone
        landline: tel_office fixedPhone
        email: mailAddr email_addr
        resident_id: idcardNo identityNo
        order: flowInstanceId
        uid: workNo loginCode
        millis: loginDateMs"""),
    source_of("tax", "tax withholding and housing fund files", """
        name: nsrxm xingming skrxm
        resident_id: zzhm sfzjhm
        passport: zzhm
        mobile: sjhm lxsj
        landline: gddhhm
        card: yhzh skyhzh
        address: txdz jtzz
        child_birth: znCsrq
        adult: csny
        uid: grzh
        serial: sbxh
        order: pzxh"""),
    source_of("land", "real-estate registers and courts", """
        name: qlrxm dsrxm yzxm
        resident_id: qlrzjhm dsrsfzhm
        mobile: qlrlxdh dsrsj lxfs
        address: zl zhuzhi
        order: slbh ah
        serial: bdcdyh
        uid: dsrbh"""),
    source_of("ride", "ride-hailing supervision (交通运输部 网约车监管信息交互), transport permits", """
        name: DriverName OwnerName
        mobile: DriverPhone PassengerPhone
        plate: VehicleNo PlateNumber
        vin: VIN vehVin
        resident_id: DriverIdNumber
        address: DepartureAddr
        order: OrderNumId
        uid: DriverRegistrationId
        gps: PositionLon
        millis: PositionTimeMs"""),
    source_of("courier", "courier aggregators (kuaidi100, cainiao) and food delivery", """
        name: recManName sendManName recipient_name
        mobile: recManMobile sendManMobile recipient_phone backup_recipient_phone
        landline: recManTel
        address: recManPrintAddr recipient_address deliveryPoiAddress
        tracking: kuaidinum
        order: wm_order_id_view
        uid: shipperUserNo
        barcode: skuUpcCode"""),
    source_of("people_office", "HR suites (DingTalk smart work, NC, K/3)", """
        name: staffName urgentContactsName
        mobile: urgentContactsPhone secondmobile FMobile cHandPhone
        email: personalEmail secretEmail
        resident_id: staffCertNo FIDCardNo cIDCard
        card: bankAccountNo salaryCardNo
        address: residenceAddr
        child_birth: childBirthDate
        adult: psnBirthDate
        uid: jobNumber
        serial: contractSerial"""),
    source_of("iso", "ISO 20022 and DICOM attributes", """
        name: PatientName DbtrNm
        mobile: MobNb PatientTelephoneNumbers PhneNb
        email: EmailAdr
        card: AcctIdOthr CardPAN
        child_birth: PatientBirthDate BirthDt
        adult: PatientBirthDate BirthDt
        address: AdrLine
        diagnosis: AdmittingDiagnosesDescription
        order: EndToEndId
        uuid: UETR
        serial: StudyInstanceSerial"""),
    source_of("egov", "online government services", """
        name: applyerName LINK_NAME agentName
        resident_id: APPLYER_PAGE_CODE applyerCertCode agentIdCard
        mobile: LINK_PHONE applicantMobile agentMobile
        home_return: hkmoReturnCertNo
        taiwan_permit: taiwanCompatriotCertNo
        exit_permit: hkmoPassNo
        foreigner_id: foreignPermanentNo
        hmt_permit: hkmtResidenceNo
        passport: passportCode
        email: applicantEmail
        address: applyerAddress
        order: PROJID
        uscc: legalManCode
        hash: materialDigest"""),
    source_of("clinic", "clinics and internet hospitals", """
        name: hzmc patName
        resident_id: patIdCard hzzjhm
        mobile: patMobile jzrsj hzlxdh
        diagnosis: zdjg clinicDiagnosis diagDesc mainDiagName
        diagnosis_code: mainDiagCode icdCode10
        child_birth: patBirthday hzcsrq
        adult: patBirthday hzcsrq
        address: patAddress
        order: regNo
        uid: patCardNo
        barcode: specimenBarcode"""),
    source_of("han_daily", "sheets of property managers, schools, insurers and shops", """
        name: 业主姓名 投保人 学员姓名 缴费人
        resident_id: 投保人证件号 业主身份证 旅客证件号码
        passport: 旅客护照号
        mobile: 业主电话 驾驶员手机 被保险人手机号 家长手机 订票手机
        landline: 单位座机 住宅电话
        card: 退款卡号 收款人账号 理赔账户
        email: 接收邮箱 联系邮件
        plate: 车辆号牌 车牌号(主)
        vin: 大架号 车架号码
        address: 房产坐落 送货地址 投保地址
        diagnosis: 入院诊断 初步诊断 病情诊断
        child_birth: 宝宝生日 学生出生日期
        taiwan_permit: 台胞证编号
        home_return: 回乡证号
        exit_permit: 港澳通行证号码
        hmt_permit: 港澳台居民居住证号码
        foreigner_id: 永久居留身份证号
        order: 保单编号 缴费流水
        uid: 会员卡号 业主编号
        tracking: 物流编号
        serial: 设备序列号
        millis: 打卡时间戳""", 5),
)  # fmt: skip
"""Sources that the shortcomings never name."""
