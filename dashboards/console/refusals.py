"""Why a write was refused, in the reader's language: the core says it in English, once."""

import re
from typing import Final

from collector.case_words import title
from wire.titles import ZH

_PATTERNS: Final[tuple[tuple[str, str], ...]] = (
    (r"a case that is (\w+) takes no (\w+).*", "案件处于“{state}”阶段，不能执行“{move}”"),
    (r"assign needs an owner", "分派需要写明承办人"),
    (r"notify needs the day by which it is to be mended", "通报需要写明整改期限"),
    (r"recheck needs its result.*", "复核需要写明结果：通过或者未通过"),
    (r"(dismiss|reopen|note) needs a reason", "需要写明理由"),
    (r"the deadline has passed already", "期限已过，请填写今后的日期"),
    (r"an attachment is named by its SHA-256.*", "附件以 SHA-256（64 位十六进制）登记"),
    (r"at most (\d+) attachments", "最多 {0} 个附件"),
    (r"a note has at most (\d+) characters", "备注最多 {0} 个字符"),
    (r"a name is printable and has at most (\d+) characters", "名称最多 {0} 个可见字符"),
    (r"somebody else acted on this case meanwhile.*", "他人刚刚办理了本案，请重新查看"),
    (r"the recheck cannot pass: a transfer of this case began at (\S+), after.*",
     "复核不能通过：整改之后（{0}）仍有本案的传输"),
    (r"the text holds a raw identifier \((.*)\).*", "文字中含有个人号码（{0}），请删去：记录不写明个人"),
    (r"(\S+) has not ended in Shanghai.*", "{0} 尚未结束（北京时间），当日摘要还会变化"),
    (r"(.*) is no time.*", "{0} 不是时间，应写作 2026-11-30 或 2026-11-30T17:00"),
    (r"(.*) is no day.*", "{0} 不是日期，应写作 2026-11-20"),
    (r"the rate must be.*", "抽样率应大于 0 且不超过 1，例如 0.05"),
    (r"the seed must be.*", "种子应为一行可见文字"),
    (r"a change needs a reason of 1 to (\d+) characters", "变更需要写明理由（最多 {0} 字）"),
    (r"the draft does not fit the registry.*", "草稿与登记库不一致，请重新查看"),
    (r"the registry's file was changed by hand.*", "登记文件已被直接修改：请重新启动 guanjin up 载入后再改"),
    (r"another process changed the registry.*", "登记库已由另一进程修改，请重新查看后再改"),
    (r"a draft holds at most (\d+) steps.*", "一份草稿最多 {0} 步，请先保存"),
    (r"the draft is too large.*", "草稿过大，请分批处理"),
    (r"an officer changes its own exemptions.*",
     "企业只能申报本单位的豁免情形、起草本单位的备案，且接收方须已登记在本单位名下"),
    (r"valid_until is before valid_from", "届满日期早于生效日期"),
    (r"name or password is wrong", "名称或者口令不对"),
    (r"too many failures, wait (\d+) s", "失败次数过多，请在 {0} 秒后再试"),
    (r"a password has (\d+) to (\d+) characters", "口令应有 {0} 至 {1} 个字符"),
    (r"the password is too easy.*", "口令过于简单：包含名称，或者只有几个不同字符"),
    (r"a name has 1 to 64.*", "名称为 1 至 64 个字母、数字或者 . _ @ -"),
    (r"an officer needs.*", "企业数据合规负责人须写明所属单位的统一社会信用代码，且校验位相符"),
    (r"only an officer belongs.*", "只有企业数据合规负责人属于某一单位"),
    (r"there is an account (.*) already", "已有同名账号 {0}"),
    (r"the last administrator stays", "不能停用最后一名管理员"),
    (r"an account holds at most (\d+) tokens", "一个账号最多 {0} 个令牌"),
    (r"a token holds for 1 to (\d+) days", "令牌有效期为 1 至 {0} 天"),
    (r"more than (\d+) transfers in that year.*", "该年度传输超过 {0} 次，请用命令行生成：guanjin report"),
    (r"others are waiting for their reports.*", "正在为他人生成报告，请稍后再试"),
    (r"larger than (\d+) MiB", "文件超过 {0} MiB"),
    (r"not a form", "看不懂提交的内容"),
)  # fmt: skip
_RULES: Final = tuple((re.compile(pattern, re.DOTALL), says) for pattern, says in _PATTERNS)


def refusal(what: str, language: int) -> str:
    """The reason; what is not known stands as it was said."""
    if language:
        return what
    for pattern, says in _RULES:
        found = pattern.fullmatch(what)
        if found:
            return _filled(says, found)
    return what


def _filled(says: str, found: re.Match[str]) -> str:
    if "{state}" in says:
        return says.format(state=title("state", found[1], ZH), move=title("move", found[2], ZH))
    return says.format(*found.groups())
