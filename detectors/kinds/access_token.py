"""会话与访问令牌、密钥 under a name that says so, beside a person: JWT, bcrypt and digests as well."""

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
    kind=Kind("credential.token"),
    title="访问令牌、密钥",
    title_en="Token or secret of an account",
    grades=STRICTLY_SENSITIVE,
    values=(r"(?:Bearer )?[0-9A-Za-z_+/=.$-]{16,512}",),
    check=check,
    canonical=bytes.strip,
    mask=nothing,
    fields=tuple(
        "access_token refresh_token auth_token id_token user_token login_token session_token api_token "
        "api_key apikey secret secret_key access_key access_key_id access_key_secret app_secret "
        "client_secret private_key password_hash pwd_hash jwt 令牌 密钥 私钥".split()
    ),
    against=tuple("public_key key_id key_name token_type".split()),
    needs_context=True,
    identifies=False,
    law="GB/T 35273-2020 附录B 鉴别信息; law.md 4.2 (凭证)",
    examples=(
        Example('{"accessToken":"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl","mobile":"13800138000"}', "json"),
        Example('{"passwordHash":"$2b$12$abcdefghijklmnopqrstuv","mobile":"13800138000"}', "json"),
    ),
    lookalikes=(
        Example('{"accessToken":"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"}', "json"),
        Example('{"secret":"disabled","mobile":"13800138000"}', "json"),
        Example('{"publicKey":"c2lnbmF0dXJlc2lnbmF0dXJl","mobile":"13800138000"}', "json"),
    ),
)
