"""Names and addresses of nobody: surnames of the 百家姓, given names of 千字文 characters, streets that are made up."""

from random import Random
from typing import Final

from benchmarks.detection.record import ADDRESS, DIAGNOSIS, NAME
from benchmarks.detection.values import Value

_SURNAMES: Final = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方"
    "俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧"
    "计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫"
)
_COMMON: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
_DOUBLE: Final = "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 司徒 夏侯".split()
_GIVEN: Final = (
    "天地玄黄宇宙洪日月辰列张寒来秋收冬藏云腾雨露金生丽水玉出昆冈光果珍菜芥姜海咸河淡鳞潜羽翔龙师文字乃服衣裳推位让国"
    "爱育黎首臣伏遐迩宾归王鸣凤在竹白驹食场化被草木赖及万方盖此身发恭惟鞠养岂敢毁伤女慕贞洁男效才良知过必改得能莫忘"
    "景行维贤克念作圣德建名立形端表正空谷传声虚堂习听祸因恶积福缘善庆尺璧非宝寸阴是竞资父事君曰严与敬孝当竭力忠则尽命"
    "兰斯馨如松之盛川流不息渊澄取映容止若思言辞安定笃初诚美慎终宜令荣业所基籍甚无竟学优登仕"
)
_MODERN: Final = "伟强磊军洋勇杰娟涛超敏静丽艳芳霞婷雪梅琳慧莹倩颖鹏飞宇浩轩梓涵诗欣怡雨泽晨睿嘉琪佳晓春燕红建国志明华"
_MINORITY: Final = "阿依古丽·买买提 迪丽努尔·吐尔逊 扎西·多吉 巴特尔·额尔敦 艾力江·阿不都 卓玛·央金".split()

_PLACES: Final = (
    "北京市朝阳区 天津市南开区 河北省石家庄市长安区 山西省太原市小店区 内蒙古自治区呼和浩特市新城区 "
    "辽宁省沈阳市和平区 吉林省长春市朝阳区 黑龙江省哈尔滨市道里区 上海市浦东新区 江苏省南京市鼓楼区 "
    "浙江省杭州市西湖区 安徽省合肥市蜀山区 福建省厦门市思明区 江西省南昌市青山湖区 山东省青岛市市南区 "
    "河南省郑州市金水区 湖北省武汉市武昌区 湖南省长沙市岳麓区 广东省广州市天河区 广西壮族自治区桂林市七星区 "
    "海南省海口市龙华区 重庆市渝中区 四川省成都市锦江区 贵州省贵阳市云岩区 云南省昆明市五华区 "
    "西藏自治区拉萨市城关区 陕西省西安市雁塔区 甘肃省兰州市城关区 青海省西宁市城西区 宁夏回族自治区银川市兴庆区 "
    "新疆维吾尔自治区乌鲁木齐市天山区 江苏省苏州市昆山市 浙江省金华市义乌市 河北省保定市易县"
).split()
_ROADS: Final = (
    "望溪 听松 青鸾 白鹭 金谷 云帆 晓月 石榴 柳湖 南屏 北辰 永宁 和顺 长乐 凤栖 枫林 雁栖 锦绣 兴业 学府".split()
)
_ROAD_ENDS: Final = "路 街 大道 巷 东路 西路 中路 南街".split()
_ESTATES: Final = "听涛苑 翡翠湾 书香里 金桂园 丽景新村 明珠花园 东篱小区 碧水家园 盛世名邸 阳光公寓".split()
_VILLAGES: Final = "石桥镇柳树村 青山乡大洼村 白水镇杨家庄村 双河镇红旗村 龙泉乡下坪村".split()

_ILLNESSES: Final = (
    "原发性高血压 2型糖尿病 冠状动脉粥样硬化性心脏病 支气管哮喘 慢性胃炎 慢性肾脏病3期 缺铁性贫血 抑郁发作 偏头痛 "
    "脑梗死 慢性阻塞性肺疾病 类风湿关节炎 甲状腺功能减退症 急性阑尾炎 腰椎间盘突出症 乳腺恶性肿瘤 精神分裂症 "
    "系统性红斑狼疮 急性上呼吸道感染 肺结核 青光眼 骨质疏松症 慢性乙型病毒性肝炎 手足口病 带状疱疹"
).split()
_CODES: Final = (
    "I10 E11.9 I25.1 J45.9 K29.5 N18.9 D50.9 F32.9 G43.9 I63.9 J44.9 M06.9 C50.9 F20.9 A16.2 H40.9 B18.1 E11.900x001"
).split()


def name(chance: Random) -> Value:
    """A person's name: mostly two or three characters, now and then a double surname or a transcribed one."""
    draw = chance.random()
    if draw < 0.02:
        return Value(chance.choice(_MINORITY), (NAME,), "transcribed")
    surname = chance.choice(_DOUBLE) if draw < 0.05 else chance.choice(_COMMON if draw < 0.6 else _SURNAMES)
    pool = _MODERN if chance.random() < 0.6 else _GIVEN
    given = "".join(chance.choice(pool) for _ in range(2 if chance.random() < 0.75 else 1))
    return Value(surname + given, (NAME,), "Han")


def address(chance: Random) -> Value:
    """An address: a real county, and behind it a road, an estate or a village that is made up."""
    place = chance.choice(_PLACES)
    road = f"{chance.choice(_ROADS)}{chance.choice(_ROAD_ENDS)}{chance.randrange(1, 999)}号"
    house = f"{chance.randrange(1, 30)}号楼{chance.randrange(1, 6)}单元{chance.randrange(101, 2804)}室"
    draw = chance.random()
    if draw < 0.4:
        return Value(f"{place}{road}{chance.choice(_ESTATES)}{house}", (ADDRESS,), "estate")
    if draw < 0.65:
        return Value(f"{place}{road}", (ADDRESS,), "road")
    if draw < 0.8:
        return Value(
            f"{place}{chance.choice(_VILLAGES)}{chance.randrange(1, 12)}组{chance.randrange(1, 99)}号",
            (ADDRESS,),
            "village",
        )
    short = place[place.find("市") + 1 :] or place
    if draw < 0.9:
        return Value(
            f"{short}{road}{chance.randrange(1, 60)}栋{chance.randrange(101, 3304)}", (ADDRESS,), "no province"
        )
    return Value(
        f"{place}{road}{chance.choice(('科技园', '商务中心', '产业园'))}B座{chance.randrange(3, 30)}层",
        (ADDRESS,),
        "office",
    )


def diagnosis(chance: Random) -> Value:
    """A diagnosis in words."""
    return Value(chance.choice(_ILLNESSES), (DIAGNOSIS,), "words")


def diagnosis_code(chance: Random) -> Value:
    """A diagnosis as an ICD-10 code."""
    return Value(chance.choice(_CODES), (DIAGNOSIS,), "code")
