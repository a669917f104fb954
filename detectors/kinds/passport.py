"""护照号码: a letter or two and seven or eight digits, taken only under a name."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.masks import keep
from detectors.names import DOCUMENT, IDENTITY
from wire.kinds import Grade, Kind, Profile


def check(_candidate: Candidate) -> float:
    """Passport numbers bear no check digit outside their machine-readable zone."""
    return 0.4


DETECTOR: Final = Detector(
    kind=Kind("cn.passport"),
    title="护照号码",
    title_en="Passport number",
    grades={Profile.GBT45574_2025: Grade.GENERAL, Profile.STRICT_35273: Grade.SENSITIVE},
    values=(r"[EGDSP]\d{8}|E[A-HJ-NP-Z]\d{7}|[DSP]E?\d{7}",),
    fills_columns=True,
    check=check,
    canonical=bytes.upper,
    mask=keep(1, 4),
    fields=(
        *DOCUMENT,
        *IDENTITY,
        *(
            "passport passport_no passport_code passport_num passport_number passportid pass_no pass_num "
            "pass_number pspt psprt pspt_num ppno ppn hzbh huzhaobianhao travel_document_no pp_number "
            "travel_doc_num 出国证件 "
            "旅行证 pass_port ppt_no pspt_no pp_no travel_document hz hzh hzhm huzhao huzhaohao huzhaohaoma "
            "护照 護照"
        ).split(),
    ),
    hints=("pp", "hz", "ppt", "psp"),
    needs_context=True,
    law="中华人民共和国护照法; GB/T 35273-2020 附录B 个人身份信息",
    examples=(
        Example('{"passportNo":"E00000000"}', "json"),
        Example("护照号码为EA0000000"),
        Example("passport=G00000000", "form"),
        Example("姓名,护照号\n甲,E00000001\n", "csv"),
    ),
    lookalikes=(
        Example("E00000000"),
        Example('{"sku":"E00000000"}', "json"),
        Example('{"passportNo":"E****0000"}', "json"),
    ),
)
