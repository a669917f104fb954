"""微信号 and openid: taken only under its own name."""

import re
from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import GENERAL
from detectors.masks import keep
from wire.kinds import Kind

_GIVEN: Final = re.compile(rb"wxid_[0-9a-z]{10,16}|o[0-9A-Za-z_-]{27}")


def check(candidate: Candidate) -> float:
    """Belief by shape: a word without a digit may be a switch or a status."""
    text = candidate.text
    return 0.5 if _GIVEN.fullmatch(text) else 0.3 if any(48 <= letter < 58 for letter in text) else 0.0


DETECTOR: Final = Detector(
    kind=Kind("account.wechat"),
    title="微信号",
    title_en="WeChat account",
    grades=GENERAL,
    values=(r"[A-Za-z][0-9A-Za-z_-]{5,19}|o[0-9A-Za-z_-]{27}",),
    check=check,
    canonical=bytes.strip,
    mask=keep(2, 0),
    fields=tuple("wechat weixin wx_id wxid wxh openid open_id unionid union_id 微信".split()),
    against=("wechat_pay", "wechat_name", "微信支付", "微信昵称", "app_id"),
    needs_context=True,
    law="中华人民共和国个人信息保护法 第四条; GB/T 35273-2020 附录A 网络身份标识信息",
    examples=(
        Example('{"wechat":"zhangsan_1990"}', "json"),
        Example("微信号：wxid_a1b2c3d4e5f6g7"),
        Example("weixin=li_si_88", "form"),
    ),
    lookalikes=(
        Example('{"wechat":"enabled"}', "json"),
        Example('{"wechat":"zhang****90"}', "json"),
        Example('{"channel":"zhangsan_1990"}', "json"),
    ),
)
