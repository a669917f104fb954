"""口令 under a name that says so, beside a person."""

import re
from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import STRICTLY_SENSITIVE
from detectors.masks import nothing
from wire.kinds import Kind

_STATE: Final = re.compile(
    rb"(?i:true|false|null|none|yes|no|on|off|enabled|disabled|required|expired|invalid|changed|reset|password|token|secret|bearer)"
)


def check(candidate: Candidate) -> float:
    """Belief that a person in the same record must carry; a word that only names a state is no secret."""
    text = candidate.text
    return 0.0 if _STATE.fullmatch(text) or len(set(text)) < 3 else 0.045


DETECTOR: Final = Detector(
    kind=Kind("credential.password"),
    title="账号口令",
    title_en="Password",
    grades=STRICTLY_SENSITIVE,
    values=(r"[^\s\"<>*]{4,128}",),
    check=check,
    canonical=bytes.strip,
    mask=nothing,
    fields=tuple(
        "password passwd pass_word pwd pass_code passphrase user_pwd login_pwd pay_password pay_pwd "
        "trade_password pin_code otp sms_code verify_code mima kouling 密码 口令 登录密码 支付密码 "
        "验证码".split()
    ),
    against=tuple(
        "password_type password_level password_policy password_hint password_strength 密码类型 密码强度".split()
    ),
    needs_context=True,
    identifies=False,
    law="GB/T 45574-2025 附录A 金融账户 (账号及密码); GB/T 35273-2020 附录B 个人财产信息 (鉴别信息、口令)",
    examples=(
        Example('{"mobile":"13800138000","password":"Abc@12345"}', "json"),
        Example("phone=13800138000&pwd=Xy12%2334", "form"),
        Example("手机号：13800138000 密码：qwe123!@#"),
    ),
    lookalikes=(
        Example('{"password":"Abc@12345"}', "json"),
        Example('{"password":"true","mobile":"13800138000"}', "json"),
        Example('{"password":"******","mobile":"13800138000"}', "json"),
    ),
)
