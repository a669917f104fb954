"""Names that people read, Chinese and English: verdicts, regions, countries, kinds of data, standards."""

from typing import Final

from wire.kinds import Profile
from wire.places import Place, Region

ZH: Final = "zh"
EN: Final = "en"

STATUS_TITLES: Final[dict[str, tuple[str, str]]] = {
    "not_export": ("非出境", "Not an export"),
    "covered": ("合规", "Covered"),
    "exempt": ("豁免", "Exempt"),
    "below_threshold": ("未达门槛", "Below threshold"),
    "unfiled": ("未备案", "Unfiled"),
    "expired": ("备案过期", "Filing expired"),
    "not_yet_effective": ("尚未生效", "Not yet effective"),
    "out_of_scope": ("超范围", "Out of scope"),
    "over_volume": ("超量", "Over volume"),
    "wrong_route": ("路径不符", "Wrong route"),
    "content_unseen": ("内容不可见", "Content unseen"),
    "recipient_unknown": ("接收方不明", "Recipient unknown"),
    "undetermined": ("待定", "Undetermined"),
}
"""By the slug of the verdict's status."""

_BY_ROUTE: Final[dict[tuple[str, str], tuple[str, str]]] = {
    ("unfiled", "security_assessment"): ("未申报", "Not applied for"),
}
"""Where the route that the law asks for has a word of its own: an assessment is applied for, a contract is filed."""

_REGIONS: Final[dict[Region, tuple[str, str]]] = {
    Region.MAINLAND: ("中国内地", "Chinese mainland"),
    Region.HONG_KONG: ("中国香港", "Hong Kong, China"),
    Region.MACAO: ("中国澳门", "Macao, China"),
    Region.TAIWAN: ("中国台湾", "Taiwan, China"),
    Region.FOREIGN: ("国外", "Abroad"),
    Region.PRIVATE: ("内部网络", "Private network"),
    Region.UNKNOWN: ("位置不明", "Place unknown"),
}

KIND_TITLES: Final[dict[str, tuple[str, str]]] = {
    "account.alipay": ("支付宝账号", "Alipay account"),
    "account.qq": ("QQ号码", "QQ number"),
    "account.securities": ("证券账户、基金账户", "Securities or fund account"),
    "account.wechat": ("微信号", "WeChat account"),
    "biometric.face_image": ("人脸图像", "Face image"),
    "biometric.template": ("生物特征模板（ISO/IEC 19794）", "Biometric template"),
    "biometric.vector": ("生物特征向量（人脸、声纹等）", "Biometric feature vector"),
    "cn.bank_account": ("银行账号", "Bank account number"),
    "cn.bank_card": ("银行卡号", "Bank card number"),
    "cn.driving_licence_file": ("机动车驾驶证档案编号", "Driving licence file number"),
    "cn.exit_permit": ("往来港澳台通行证号码", "Exit permit for Hong Kong, Macao or Taiwan"),
    "cn.foreigner_permanent_id": ("外国人永久居留身份证号码", "Foreign permanent resident ID"),
    "cn.hmt_residence_permit": ("港澳台居民居住证号码", "Residence permit of Hong Kong, Macao and Taiwan residents"),
    "cn.home_return_permit": (
        "港澳居民来往内地通行证号码（回乡证）",
        "Mainland travel permit for Hong Kong and Macao residents",
    ),
    "cn.landline": ("固定电话号码", "Landline number"),
    "cn.medical_insurance": ("医疗保险号码、医保卡号", "Medical insurance or card number"),
    "cn.military_officer": ("军官证、士兵证号码", "Military officer's or soldier's card number"),
    "cn.mobile": ("手机号码", "Mobile number"),
    "cn.passport": ("护照号码", "Passport number"),
    "cn.plate": ("机动车号牌号码", "Vehicle plate number"),
    "cn.police_officer": ("警官证号码、警号", "Police officer's number"),
    "cn.resident_id": ("居民身份证号码", "Resident identity number"),
    "cn.social_security": ("社会保障号码、社保卡号", "Social security or card number"),
    "cn.taiwan_compatriot_permit": (
        "台湾居民来往大陆通行证号码（台胞证）",
        "Mainland travel permit for Taiwan residents",
    ),
    "cn.uscc": ("统一社会信用代码", "Unified social credit code"),
    "cn.vin": ("车辆识别代号", "Vehicle identification number"),
    "credential.password": ("账号口令", "Password"),
    "credential.token": ("访问令牌、密钥", "Token or secret of an account"),
    "device.advertising_id": ("设备广告标识符（OAID、IDFA 等）", "Advertising identifier"),
    "device.iccid": ("集成电路卡识别码（ICCID）", "ICCID"),
    "device.imei": ("国际移动设备识别码（IMEI）", "IMEI"),
    "device.imsi": ("国际移动用户识别码（IMSI）", "IMSI"),
    "device.mac": ("设备 MAC 地址", "MAC address of a device"),
    "email": ("电子邮件地址", "E-mail address"),
    "hk.identity_card": ("香港居民身份证号码", "Hong Kong identity card number"),
    "important.charging": ("疑似重要数据：充电网运行数据", "Suspected important data: charging network"),
    "important.driving_data": ("疑似重要数据：智能网联汽车行驶数据", "Suspected important data: driving data"),
    "important.flow": (
        "疑似重要数据：敏感区域人员、车辆流量",
        "Suspected important data: flows of people and vehicles in sensitive areas",
    ),
    "important.genomics": ("疑似重要数据：基因组数据", "Suspected important data: genomics"),
    "important.geodata": ("疑似重要数据：测绘地理信息", "Suspected important data: geographic survey data"),
    "important.industrial": (
        "疑似重要数据：工业设计与控制数据",
        "Suspected important data: industrial designs and control programs",
    ),
    "important.telematics": ("疑似重要数据：车联网实时数据", "Suspected important data: vehicle telematics"),
    "important.weather": ("疑似重要数据：气象、海洋数据", "Suspected important data: weather and ocean grids"),
    "location.precise": ("精准定位信息", "Precise location"),
    "location.track": ("行踪轨迹", "Whereabouts track"),
    "medical.diagnosis": ("疾病诊断", "Diagnosis"),
    "medical.medication": ("用药、处方信息", "Medication of a person"),
    "medical.record": ("医疗健康记录（HL7、FHIR、DICOM）", "Medical record (HL7, FHIR, DICOM)"),
    "mo.identity_card": ("澳门居民身份证号码", "Macao resident identity card number"),
    "network.ip_address": ("与用户关联的 IP 地址", "IP address of a user"),
    "payment.card_verification": ("银行卡安全码、有效期", "Card verification code or expiry date"),
    "person.address": ("住址", "Personal address"),
    "person.birth_date": ("出生日期", "Date of birth"),
    "person.credit_record": ("个人征信信息", "Credit record"),
    "person.criminal_record": ("违法犯罪记录", "Criminal record"),
    "person.disability": ("残疾信息", "Disability"),
    "person.guardian": ("监护人信息", "Guardian of a minor"),
    "person.name": ("姓名", "Personal name"),
    "person.religion": ("宗教信仰", "Religious belief"),
    "person.sexual_life": ("性生活、性取向", "Sexual life or orientation"),
    "person.under_14": ("不满十四周岁未成年人的个人信息", "Personal information of a minor under fourteen"),
    "state.secret_mark": ("疑似国家秘密、内部资料标志", "Suspected marking of state secrets"),
    "tw.identity_card": ("台湾居民身份证号码", "Taiwan national identity number"),
}
"""By the slug of the kind. The collector may not import the detectors, so a test holds these to their own titles."""

_PROFILES: Final[dict[Profile, str]] = {
    Profile.GBT45574_2025: "GB/T 45574-2025",
    Profile.STRICT_35273: "GB/T 35273-2020",
}


def status_title(status: str, lang: str = ZH, required_route: str = "") -> str:
    """The verdict's name, as the route that is required calls it; the slug itself if it is new."""
    said = _BY_ROUTE.get((status, required_route)) or STATUS_TITLES.get(status, (status, status))
    return _said(said, lang)


def region_title(region: Region, lang: str = ZH) -> str:
    """The legal class of place."""
    return _said(_REGIONS[region], lang)


def country_title(code: str, lang: str = ZH) -> str:
    """The country or region behind an ISO 3166-1 code; the code itself if it is none."""
    return _said(_COUNTRIES.get(code.upper(), (code, code)), lang)


def place_title(place: Place, lang: str = ZH) -> str:
    """Where something stands: the country or region if it is known, else the legal class."""
    return country_title(place.country, lang) if place.country else region_title(place.region, lang)


def kind_title(kind: str, lang: str = ZH) -> str:
    """The name of a kind of data; the slug itself if it is not one of ours."""
    return _said(KIND_TITLES.get(kind, (kind, kind)), lang)


def profile_title(profile: Profile) -> str:
    """The standard that says what is sensitive."""
    return _PROFILES[profile]


def _said(both: tuple[str, str], lang: str) -> str:
    return both[1] if lang == EN else both[0]


_TABLE: Final = """
AD 安道尔|Andorra; AE 阿联酋|United Arab Emirates; AF 阿富汗|Afghanistan;
AG 安提瓜和巴布达|Antigua and Barbuda; AI 安圭拉|Anguilla; AL 阿尔巴尼亚|Albania;
AM 亚美尼亚|Armenia; AO 安哥拉|Angola; AQ 南极洲|Antarctica; AR 阿根廷|Argentina;
AS 美属萨摩亚|American Samoa; AT 奥地利|Austria; AU 澳大利亚|Australia; AW 阿鲁巴|Aruba;
AX 奥兰群岛|Åland Islands; AZ 阿塞拜疆|Azerbaijan; BA 波黑|Bosnia and Herzegovina;
BB 巴巴多斯|Barbados; BD 孟加拉国|Bangladesh; BE 比利时|Belgium; BF 布基纳法索|Burkina Faso;
BG 保加利亚|Bulgaria; BH 巴林|Bahrain; BI 布隆迪|Burundi; BJ 贝宁|Benin;
BL 圣巴泰勒米|Saint Barthélemy; BM 百慕大|Bermuda; BN 文莱|Brunei; BO 玻利维亚|Bolivia;
BQ 荷兰加勒比区|Caribbean Netherlands; BR 巴西|Brazil; BS 巴哈马|Bahamas; BT 不丹|Bhutan;
BV 布韦岛|Bouvet Island; BW 博茨瓦纳|Botswana; BY 白俄罗斯|Belarus; BZ 伯利兹|Belize;
CA 加拿大|Canada; CC 科科斯群岛|Cocos Islands; CD 刚果（金）|DR Congo;
CF 中非|Central African Republic; CG 刚果（布）|Congo; CH 瑞士|Switzerland;
CI 科特迪瓦|Côte d'Ivoire; CK 库克群岛|Cook Islands; CL 智利|Chile; CM 喀麦隆|Cameroon;
CN 中国内地|Chinese mainland; CO 哥伦比亚|Colombia; CR 哥斯达黎加|Costa Rica; CU 古巴|Cuba;
CV 佛得角|Cabo Verde; CW 库拉索|Curaçao; CX 圣诞岛|Christmas Island; CY 塞浦路斯|Cyprus;
CZ 捷克|Czechia; DE 德国|Germany; DJ 吉布提|Djibouti; DK 丹麦|Denmark; DM 多米尼克|Dominica;
DO 多米尼加|Dominican Republic; DZ 阿尔及利亚|Algeria; EC 厄瓜多尔|Ecuador; EE 爱沙尼亚|Estonia;
EG 埃及|Egypt; EH 西撒哈拉|Western Sahara; ER 厄立特里亚|Eritrea; ES 西班牙|Spain;
ET 埃塞俄比亚|Ethiopia; FI 芬兰|Finland; FJ 斐济|Fiji;
FK 福克兰群岛（马尔维纳斯）|Falkland Islands (Malvinas); FM 密克罗尼西亚|Micronesia;
FO 法罗群岛|Faroe Islands; FR 法国|France; GA 加蓬|Gabon; GB 英国|United Kingdom;
GD 格林纳达|Grenada; GE 格鲁吉亚|Georgia; GF 法属圭亚那|French Guiana; GG 根西岛|Guernsey;
GH 加纳|Ghana; GI 直布罗陀|Gibraltar; GL 格陵兰|Greenland; GM 冈比亚|Gambia; GN 几内亚|Guinea;
GP 瓜德罗普|Guadeloupe; GQ 赤道几内亚|Equatorial Guinea; GR 希腊|Greece;
GS 南乔治亚岛和南桑威奇群岛|South Georgia and the South Sandwich Islands; GT 危地马拉|Guatemala;
GU 关岛|Guam; GW 几内亚比绍|Guinea-Bissau; GY 圭亚那|Guyana; HK 中国香港|Hong Kong, China;
HM 赫德岛和麦克唐纳群岛|Heard Island and McDonald Islands; HN 洪都拉斯|Honduras;
HR 克罗地亚|Croatia; HT 海地|Haiti; HU 匈牙利|Hungary; ID 印度尼西亚|Indonesia;
IE 爱尔兰|Ireland; IL 以色列|Israel; IM 马恩岛|Isle of Man; IN 印度|India;
IO 英属印度洋领地|British Indian Ocean Territory; IQ 伊拉克|Iraq; IR 伊朗|Iran; IS 冰岛|Iceland;
IT 意大利|Italy; JE 泽西岛|Jersey; JM 牙买加|Jamaica; JO 约旦|Jordan; JP 日本|Japan;
KE 肯尼亚|Kenya; KG 吉尔吉斯斯坦|Kyrgyzstan; KH 柬埔寨|Cambodia; KI 基里巴斯|Kiribati;
KM 科摩罗|Comoros; KN 圣基茨和尼维斯|Saint Kitts and Nevis; KP 朝鲜|DPR Korea;
KR 韩国|Republic of Korea; KW 科威特|Kuwait; KY 开曼群岛|Cayman Islands; KZ 哈萨克斯坦|Kazakhstan;
LA 老挝|Laos; LB 黎巴嫩|Lebanon; LC 圣卢西亚|Saint Lucia; LI 列支敦士登|Liechtenstein;
LK 斯里兰卡|Sri Lanka; LR 利比里亚|Liberia; LS 莱索托|Lesotho; LT 立陶宛|Lithuania;
LU 卢森堡|Luxembourg; LV 拉脱维亚|Latvia; LY 利比亚|Libya; MA 摩洛哥|Morocco; MC 摩纳哥|Monaco;
MD 摩尔多瓦|Moldova; ME 黑山|Montenegro; MF 法属圣马丁|Saint Martin (French part);
MG 马达加斯加|Madagascar; MH 马绍尔群岛|Marshall Islands; MK 北马其顿|North Macedonia;
ML 马里|Mali; MM 缅甸|Myanmar; MN 蒙古|Mongolia; MO 中国澳门|Macao, China;
MP 北马里亚纳群岛|Northern Mariana Islands; MQ 马提尼克|Martinique; MR 毛里塔尼亚|Mauritania;
MS 蒙特塞拉特|Montserrat; MT 马耳他|Malta; MU 毛里求斯|Mauritius; MV 马尔代夫|Maldives;
MW 马拉维|Malawi; MX 墨西哥|Mexico; MY 马来西亚|Malaysia; MZ 莫桑比克|Mozambique;
NA 纳米比亚|Namibia; NC 新喀里多尼亚|New Caledonia; NE 尼日尔|Niger; NF 诺福克岛|Norfolk Island;
NG 尼日利亚|Nigeria; NI 尼加拉瓜|Nicaragua; NL 荷兰|Netherlands; NO 挪威|Norway; NP 尼泊尔|Nepal;
NR 瑙鲁|Nauru; NU 纽埃|Niue; NZ 新西兰|New Zealand; OM 阿曼|Oman; PA 巴拿马|Panama; PE 秘鲁|Peru;
PF 法属波利尼西亚|French Polynesia; PG 巴布亚新几内亚|Papua New Guinea; PH 菲律宾|Philippines;
PK 巴基斯坦|Pakistan; PL 波兰|Poland; PM 圣皮埃尔和密克隆|Saint Pierre and Miquelon;
PN 皮特凯恩群岛|Pitcairn; PR 波多黎各|Puerto Rico; PS 巴勒斯坦|Palestine; PT 葡萄牙|Portugal;
PW 帕劳|Palau; PY 巴拉圭|Paraguay; QA 卡塔尔|Qatar; RE 留尼汪|Réunion; RO 罗马尼亚|Romania;
RS 塞尔维亚|Serbia; RU 俄罗斯|Russia; RW 卢旺达|Rwanda; SA 沙特阿拉伯|Saudi Arabia;
SB 所罗门群岛|Solomon Islands; SC 塞舌尔|Seychelles; SD 苏丹|Sudan; SE 瑞典|Sweden;
SG 新加坡|Singapore; SH 圣赫勒拿|Saint Helena; SI 斯洛文尼亚|Slovenia;
SJ 斯瓦尔巴和扬马延|Svalbard and Jan Mayen; SK 斯洛伐克|Slovakia; SL 塞拉利昂|Sierra Leone;
SM 圣马力诺|San Marino; SN 塞内加尔|Senegal; SO 索马里|Somalia; SR 苏里南|Suriname;
SS 南苏丹|South Sudan; ST 圣多美和普林西比|São Tomé and Príncipe; SV 萨尔瓦多|El Salvador;
SX 荷属圣马丁|Sint Maarten (Dutch part); SY 叙利亚|Syria; SZ 斯威士兰|Eswatini;
TC 特克斯和凯科斯群岛|Turks and Caicos Islands; TD 乍得|Chad;
TF 法属南部领地|French Southern Territories; TG 多哥|Togo; TH 泰国|Thailand;
TJ 塔吉克斯坦|Tajikistan; TK 托克劳|Tokelau; TL 东帝汶|Timor-Leste; TM 土库曼斯坦|Turkmenistan;
TN 突尼斯|Tunisia; TO 汤加|Tonga; TR 土耳其|Türkiye; TT 特立尼达和多巴哥|Trinidad and Tobago;
TV 图瓦卢|Tuvalu; TW 中国台湾|Taiwan, China; TZ 坦桑尼亚|Tanzania; UA 乌克兰|Ukraine;
UG 乌干达|Uganda; UM 美国本土外小岛屿|United States Minor Outlying Islands; US 美国|United States;
UY 乌拉圭|Uruguay; UZ 乌兹别克斯坦|Uzbekistan; VA 梵蒂冈|Holy See;
VC 圣文森特和格林纳丁斯|Saint Vincent and the Grenadines; VE 委内瑞拉|Venezuela;
VG 英属维尔京群岛|British Virgin Islands; VI 美属维尔京群岛|United States Virgin Islands;
VN 越南|Viet Nam; VU 瓦努阿图|Vanuatu; WF 瓦利斯和富图纳|Wallis and Futuna; WS 萨摩亚|Samoa;
YE 也门|Yemen; YT 马约特|Mayotte; ZA 南非|South Africa; ZM 赞比亚|Zambia; ZW 津巴布韦|Zimbabwe
"""
"""ISO 3166-1 alpha-2 code, short names in Chinese and English, own wording."""

_COUNTRIES: Final[dict[str, tuple[str, str]]] = {
    row[:2]: (row[3:].partition("|")[0], row.partition("|")[2]) for row in _TABLE.replace("\n", " ").strip().split("; ")
}
