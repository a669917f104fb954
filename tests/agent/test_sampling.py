import numpy as np
import pytest

from agent.batch import HEADER, Link
from agent.headers import parse_headers
from agent.sampling import choose, keys_of
from tests.agent.packets import ACK, a_batch, tcp, udp


def conversations(count: int) -> list[tuple[tuple[str, int], tuple[str, int]]]:
    return [((f"39.1.{i % 7}.{i % 251}", 1024 + i), ("10.0.0.1", 80 + i % 3)) for i in range(count)]


def test_both_directions_and_both_agents_choose_alike() -> None:
    ends = [*conversations(60), (("2001:db8::1", 5), ("2001:db8::2", 5))]
    there = parse_headers(a_batch([tcp(a, b, 1, ACK, b"x") for a, b in ends], link=Link.RAW))
    back = parse_headers(a_batch([tcp(b, a, 9, ACK) for a, b in ends], link=Link.RAW))
    back["vlan"] = 7
    assert (keys_of(there, 42) == keys_of(back, 42)).all()
    assert len(np.unique(keys_of(there, 42))) == len(ends)
    assert (keys_of(there, 42) != keys_of(there, 43)).all()


def test_protocol_and_ports_tell_conversations_apart() -> None:
    a, b, other = ("39.1.2.3", 5), ("10.0.0.1", 80), ("10.0.0.1", 81)
    rows = parse_headers(a_batch([tcp(a, b, 1, ACK), udp(a, b), tcp(a, other, 1, ACK)], link=Link.RAW))
    assert len(np.unique(keys_of(rows, 1))) == 3


def test_a_sample_is_unbiased_over_seeds_and_bytes_weigh_right() -> None:
    rng = np.random.default_rng(7)
    rows = np.zeros(40, HEADER)
    rows["source_low"] = np.arange(40)
    sizes = rng.pareto(1.5, 40) * 1000
    rate = 0.25
    seeds = range(400)
    estimates = [sizes[choose(keys_of(rows, seed), rate)].sum() / rate for seed in seeds]
    deviation = np.sqrt((sizes**2).sum() * (1 - rate) / rate / len(seeds))
    assert abs(np.mean(estimates) - sizes.sum()) < 4 * deviation


def test_a_smaller_sample_lies_within_a_larger() -> None:
    keys = keys_of(parse_headers(a_batch([tcp(a, b, 1, ACK) for a, b in conversations(80)], link=Link.RAW)), 3)
    assert not choose(keys, 0.0).any()
    assert choose(keys, 1.0).all()
    assert (choose(keys, 0.5) | ~choose(keys, 0.1)).all()
    assert 0 < choose(keys, 0.5).sum() < len(keys)


@pytest.mark.parametrize("rate", [-0.1, 1.1, float("nan")])
def test_a_rate_beyond_all_or_nothing_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        choose(np.zeros(1, np.uint64), rate)
