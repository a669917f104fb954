"""人脸、声纹等特征向量 under a name that says so: a list of 64 numbers or more, or the same in base64."""

import re
from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import SENSITIVE
from detectors.masks import nothing, unkept
from wire.kinds import Kind

_REACH: Final = 8_192
_FEWEST: Final = 64
_NUMBERS: Final = re.compile(rb"[ \t\n]*-?\d{1,3}\.\d{2,}(?:[eE][+-]?\d{1,3})?[ \t\n]*(?:,|\]|\Z)")
_PACKED: Final = re.compile(rb"[0-9A-Za-z+/_-]{320,}")


def check(candidate: Candidate) -> float:
    """Belief by what follows the name."""
    behind = candidate.after(_REACH).lstrip(b' ["')
    if _PACKED.match(behind):
        return 0.99
    place = count = 0
    while count < _FEWEST and (found := _NUMBERS.match(behind, place)):
        place, count = found.end(), count + 1
    return 0.99 if count >= _FEWEST else 0.0


DETECTOR: Final = Detector(
    kind=Kind("biometric.vector"),
    title="生物特征向量（人脸、声纹等）",
    title_en="Biometric feature vector",
    grades=SENSITIVE,
    patterns=(
        (
            r"(?:[Ff]ace|FACE|[Vv]oice|VOICE|[Pp]alm|[Ii]ris|[Ff]ingerprint)_?"
            r"(?:[Ee]mbedding|[Ff]eatures?|[Vv]ector|[Ee]ncoding|[Dd]escriptor|FEATURE|[Pp]rint)\"? ?:"
        ),
        r"(?:人脸|声纹|指纹|虹膜)特征(?:值|向量)?\"? ?:",
    ),
    check=check,
    canonical=unkept,
    mask=nothing,
    fields=tuple(
        "face_embedding face_feature face_vector face_encoding face_descriptor voiceprint "
        "voice_embedding voice_feature palm_feature iris_feature fingerprint_feature 人脸特征 声纹特征 "
        "指纹特征值".split()
    ),
    identifies=False,
    law="中华人民共和国个人信息保护法 第二十八条 (生物识别); GB/T 45574-2025 附录A; GB/T 41819-2022",
    examples=(
        Example(
            '{"faceEmbedding":[0.1001,0.1002,0.1003,0.1004,0.1005,0.1006,0.1007,0.1008,0.1009,0.1010,0.1011,0.1012,0.1013,0.1014,0.1015,0.1016,0.1017,0.1018,0.1019,0.1020,0.1021,0.1022,0.1023,0.1024,0.1025,0.1026,0.1027,0.1028,0.1029,0.1030,0.1031,0.1032,0.1033,0.1034,0.1035,0.1036,0.1037,0.1038,0.1039,0.1040,0.1041,0.1042,0.1043,0.1044,0.1045,0.1046,0.1047,0.1048,0.1049,0.1050,0.1051,0.1052,0.1053,0.1054,0.1055,0.1056,0.1057,0.1058,0.1059,0.1060,0.1061,0.1062,0.1063,0.1064,0.1065,0.1066,0.1067,0.1068,0.1069,0.1070,0.1071,0.1072,0.1073,0.1074,0.1075,0.1076,0.1077,0.1078,0.1079,0.1080,0.1081,0.1082,0.1083,0.1084,0.1085,0.1086,0.1087,0.1088,0.1089,0.1090,0.1091,0.1092,0.1093,0.1094,0.1095,0.1096,0.1097,0.1098,0.1099,0.1100,0.1101,0.1102,0.1103,0.1104,0.1105,0.1106,0.1107,0.1108,0.1109,0.1110,0.1111,0.1112,0.1113,0.1114,0.1115,0.1116,0.1117,0.1118,0.1119,0.1120,0.1121,0.1122,0.1123,0.1124,0.1125,0.1126,0.1127,0.1128]}',
            "json",
        ),
        Example(
            '{"voice_feature":"Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/Ab3/"}',
            "json",
        ),
    ),
    lookalikes=(
        Example('{"faceEmbedding":[0.1,0.2]}', "json"),
        Example(
            '{"embedding":[0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234,0.1234]}',
            "json",
        ),
        Example('{"faceFeature":"on"}', "json"),
    ),
)
