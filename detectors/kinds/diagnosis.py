"""诊断: an ICD-10 code or a diagnosis in words, taken only under a name that says so. Sensitive under every profile."""

import re
from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.masks import first_letter
from wire.kinds import Grade, Kind, Profile

_ICD: Final = re.compile(r"[A-TV-Z]\d{2}(?:\.?[0-9A-Zx+*]{1,9})?")
"""WHO ICD-10 as GB/T 14396-2016 writes it: chapter letter, category, and further characters."""
_HAN: Final = re.compile(r"[\u3400-\u9fff]{2}")
_SIGN: Final = re.compile("[炎病癌瘤症疮疡疝痔痛瘘癣疹疟痨瘫肿囊栓咳晕]")
_ILLNESS: Final = re.compile(
    "综合征|骨折|损伤|感染|出血|梗死|梗塞|结石|衰竭|血压|休克|中毒|过敏|发热|发作|障碍|不全|妊娠|脱位|息肉|增生|狼疮|哮喘|紊乱|畸形|硬化|贫血|缺血|"
    "糖尿|抑郁|焦虑|腹泻|烧伤|裂伤|术后|化疗|透析"
)
"""What names of illnesses are made of; other words need a name that leaves no doubt."""
_WORDS: Final = re.compile(r"[A-Za-z][A-Za-z' -]{4,}")
_NONE: Final = re.compile(
    r"|无|無|正常|健康|不详|不詳|未知|暂无|没有|否|是|未见(?:明显)?异常|未诊断|待查|待诊|体检|none|null|nil|normal|unknown|"
    r"healthy|undefined|true|false|empty|test|n/?a|success|failed?|error|enabled|disabled|pending|default",
    re.IGNORECASE,
)
_LONGEST_DENIAL: Final = 9


def check(candidate: Candidate) -> float:
    """Belief by what the value says: a code, words in Chinese, or words in Latin letters; a denial is no diagnosis."""
    text = candidate.text.decode("utf-8", "replace").strip(" 。,，;；")
    if len(text) <= _LONGEST_DENIAL and _NONE.fullmatch(text):
        return 0.0
    if _HAN.search(text):
        return 0.5 if _SIGN.search(text) or _ILLNESS.search(text) else 0.15
    code = text.partition(" ")[0]
    if _ICD.fullmatch(code):
        return 0.5 if "." in code else 0.15
    return 0.3 if _WORDS.match(text) and candidate.media != "text" else 0.0


DETECTOR: Final = Detector(
    kind=Kind("medical.diagnosis"),
    title="疾病诊断",
    title_en="Diagnosis",
    grades={Profile.GBT45574_2025: Grade.SENSITIVE, Profile.STRICT_35273: Grade.SENSITIVE},
    values=(r"[^\r\n\"<>]{1,512}",),
    check=check,
    canonical=bytes.strip,
    mask=first_letter,
    fields=tuple(
        "diagnosis diagnoses diagnose diag diag_name diagnosis_name diagnosis_code diagnose_name "
        "diagnosis_desc disease_desc illness_name condition condition_name problem_name sick sick_name "
        "zhengzhuang dx_name dx_code dx_desc diag_info diag_result diag_content diagnostic_name "
        "clinical_diagnosis principal_diagnosis symptom symptoms complaint impression comorbidity morbidity "
        "morbid sickness medical_condition illness_desc patient_condition lczd lczdmc cbzd zdxx zdjg zdnr "
        "zdms cyzdmc ryzdmc mzzdmc zyzdmc jbxx jbms jws diag_code diag_desc icd icd10 icd_10 icd_code "
        "icd_name dgns dgns_cd dise dise_name dise_codg disease disease_name disease_code illness main_diag "
        "akc196 aka120 aka121 zhenduan jibing bingqing bingshi zhusu xianbingshi jiwangshi zd zdmc zdbm zyzd "
        "cyzd ryzd mzzd jbmc jbbm jbdm jbzd gbjbbm 诊断 診斷 疾病 病名 病种 病種 病症 主诉 主訴 现病史 症状 "
        "病症描述 患病 疾病史 既往病史 疾病描述 現病史 既往史 病情 病史 medical_history chief_complaint".split()
    ),
    against=tuple(
        "diagnostic diagnostics doctor dept department date day type flag status level url hospital 医生 "
        "醫生 医师 醫師 科室 日期 类型 類型 医院 标志 依据 结果时间 证明 控制中心".split()
    ),
    needs_context=True,
    identifies=False,
    law="中华人民共和国个人信息保护法 第二十八条 (医疗健康); GB/T 45574-2025 附录A 医疗健康信息; GB/T 14396-2016",
    examples=(
        Example('{"diagnosis":"2型糖尿病伴肾病"}', "json"),
        Example('{"icd10":"E11.9"}', "json"),
        Example("诊断：高血压病3级"),
        Example("<主诊断>慢性阻塞性肺疾病</主诊断>", "xml"),
        Example('{"diagnoses":["高血压","冠心病"]}', "json"),
        Example("编号,诊断名称\n1,急性阑尾炎\n", "csv"),
        Example('{"diagnosis":{"code":"I10","name":"原发性高血压"}}', "json"),
    ),
    lookalikes=(
        Example('{"diagnosis":""}', "json"),
        Example('{"diagnosis":null}', "json"),
        Example('{"诊断":"无"}', "json"),
        Example('{"diagnostics":"enabled"}', "json"),
        Example("门诊诊断水平不断提高"),
        Example('{"disease":"未见异常"}', "json"),
        Example("diagnosis: connection refused"),
    ),
)
