from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from guanjin.config import kept_key
from wire.faults import ConfigurationError


def test_of_many_who_make_a_key_at_once_all_get_the_same_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "state" / "token.key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: kept_key(path), range(32)))
    assert keys == {path.read_bytes()}
    assert [each.name for each in path.parent.iterdir()] == ["token.key"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0


def test_a_key_that_was_cut_is_refused(tmp_path: Path) -> None:
    (tmp_path / "token.key").write_bytes(b"")
    with pytest.raises(ConfigurationError, match="damaged"):
        kept_key(tmp_path / "token.key")
