"""电子邮件地址 under a top-level domain in use; mailboxes of machines are left out."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.masks import mailbox
from detectors.tables import domains
from wire.kinds import Grade, Kind, Profile

MACHINES: Final = frozenset(
    b"noreply no-reply no_reply donotreply git svn postmaster mailer-daemon hostmaster root".split()
)


def canonical(text: bytes) -> bytes:
    """Lower case."""
    return text.lower()


def check(candidate: Candidate) -> float:
    """Belief by the shape of the name and the top-level domain."""
    name, _, domain = canonical(candidate.text).rpartition(b"@")
    labels = domain.split(b".")
    if len(name) > 64 or name in MACHINES or b".." in name or name.endswith(b"."):
        return 0.0
    if labels[-1] not in domains() or any(
        not label or label.startswith(b"-") or label.endswith(b"-") for label in labels
    ):
        return 0.0
    is_masked = candidate.before(1) == b"*"
    is_part_of_url = candidate.before(3) == b"://" or (
        candidate.before(1) == b":" and candidate.after(1) in (b"/", b":")
    )
    return 0.0 if is_part_of_url or is_masked else 0.9


DETECTOR: Final = Detector(
    kind=Kind("email"),
    title="电子邮件地址",
    title_en="E-mail address",
    grades={Profile.GBT45574_2025: Grade.GENERAL, Profile.STRICT_35273: Grade.GENERAL},
    patterns=(r"@[0-9A-Za-z.-]+\.[A-Za-z]{2,12}",),
    lead=b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._%+-",
    check=check,
    canonical=canonical,
    mask=mailbox,
    fields=tuple(
        "email e_mail mail mailbox mail_address yx yxdz dzyx dzyj youxiang 邮箱 郵箱 邮件 郵件 电邮 電郵 信箱".split()
    ),
    law="中华人民共和国个人信息保护法 第四条; GB/T 35273-2020 附录A 个人基本资料; RFC 5322",
    examples=(
        Example("zhang.san@example.com"),
        Example('{"email":"Li_Si+1@mail.example.com.cn"}', "json"),
        Example("邮箱：wang5@example.cn，谢谢"),
    ),
    lookalikes=(
        Example("logo@2x.png"),
        Example("user@host.local"),
        Example("git@example.com:repo.git"),
        Example("https://user@example.com/path"),
        Example('{"email":"z***@example.com"}', "json"),
        Example("z**g@example.com"),
        Example("pkg@1.2.3"),
    ),
)
