"""监护人: the name of whoever stands for a child, under a name that says so."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.grades import GENERAL
from detectors.kinds.person_name import check
from detectors.masks import first_letter
from wire.kinds import Kind

DETECTOR: Final = Detector(
    kind=Kind("person.guardian"),
    title="监护人信息",
    title_en="Guardian of a minor",
    grades=GENERAL,
    values=(r"(?:[\xe3-\xe9][\x80-\xbf]{2}){2,4}",),
    check=check,
    canonical=bytes.strip,
    mask=first_letter,
    fields=tuple(
        "guardian guardian_name parent_name father_name mother_name jhr jhrxm jzxm fqxm mqxm 监护人 "
        "監護人 监护人姓名 家长姓名 父亲姓名 母亲姓名 父親姓名 母親姓名".split()
    ),
    against=("guardian_type", "监护人关系", "监护人电话", "监护人证件", "家长会"),
    needs_context=True,
    identifies=False,
    law="中华人民共和国个人信息保护法 第三十一条 (不满十四周岁未成年人的父母或者其他监护人)",
    examples=(
        Example('{"guardianName":"张伟"}', "json"),
        Example("监护人：李建国"),
        Example("jhrxm=王芳", "form"),
    ),
    lookalikes=(
        Example('{"guardian":"enabled"}', "json"),
        Example('{"监护人关系":"父亲"}', "json"),
        Example('{"guardianName":"张**"}', "json"),
    ),
)
