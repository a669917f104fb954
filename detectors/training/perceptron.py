"""Averaged structured perceptron over hashed features, with a margin: compiled, seeded, deterministic."""

from typing import Any, Final

import numba
import numpy as np

from detectors.prose.kernels import (
    FEATURES,
    LONGEST_SEGMENT,
    TAGS,
    WIDTH,
    Array,
    best_path,
    rows_of,
    scratch_for,
)

LIMIT: Final = 20.0
"""No weight grows beyond this, so that all fit one byte."""


@numba.njit(cache=True, nogil=True)
def _thin(rows: Array, size: int, noise: Any, dropped: Any) -> Any:
    """Turn a share of the features into row 0, which weighs nothing; returns the noise's new state."""
    for at in range(size):
        for feature in range(FEATURES):
            noise = noise * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
            if (noise >> np.uint64(40)) < dropped:
                rows[at, feature] = 0
    return noise


@numba.njit(cache=True, nogil=True)
def _score(rows: Array, gold: Array, weights: Array, costs: Array, emissions: Array) -> None:
    for at in range(len(gold)):
        emissions[at, :] = costs[gold[at], :]
        for feature in range(FEATURES):
            row = rows[at, feature]
            for tag in range(WIDTH):
                emissions[at, tag] += weights[row, tag]


@numba.njit(cache=True, nogil=True)
def _move(rows: Array, tags: Any, learnt: Any, tick: float) -> None:
    """Raise the right tag and lower the guess in each row of one character."""
    weights, sums = learnt
    right, guess = tags
    for feature in range(FEATURES):
        row = rows[feature]
        if weights[row, right] < LIMIT:
            weights[row, right] += 1.0
            sums[row, right] += tick
        if weights[row, guess] > -LIMIT:
            weights[row, guess] -= 1.0
            sums[row, guess] -= tick


@numba.njit(cache=True, nogil=True)
def _correct(rows: Array, gold: Array, path: Array, learnt: Any, tick: float) -> int:
    """Learn from one sentence; returns how many of its characters were tagged wrongly."""
    weights, sums, steps, step_sums = learnt
    wrong = 0
    for at in range(len(gold)):
        if gold[at] != path[at]:
            wrong += 1
            _move(rows[at], (gold[at], path[at]), (weights, sums), tick)
        if at and (gold[at] != path[at] or gold[at - 1] != path[at - 1]):
            steps[gold[at - 1], gold[at]] += 1.0
            steps[path[at - 1], path[at]] -= 1.0
            step_sums[gold[at - 1], gold[at]] += tick
            step_sums[path[at - 1], path[at]] -= tick
    weights[0, :] = 0
    sums[0, :] = 0
    return wrong


@numba.njit(cache=True, nogil=True)
def epoch(corpus: Any, model: Any, learnt: Any, costs: Array, state: Any) -> Any:
    """One pass over the corpus in the given order; returns clock, noise and how many characters were tagged wrongly.

    Args:
        corpus: characters, gold tags, beginnings, ends and the order of the segments.
        model: the lexicon, the table of characters and the shift of row numbers.
        learnt: weights, their time-weighted sums, steps between tags, and theirs.
        costs: what is added to a wrong tag's score while training, by gold and guessed tag.
        state: the clock of averaging, the noise, and the share of features that is dropped.
    """
    tick, noise, dropped = state
    chars, gold, begins, ends, order = corpus
    scratch = scratch_for(LONGEST_SEGMENT)
    rows = np.empty((LONGEST_SEGMENT, FEATURES), np.uint32)
    emissions = np.empty((LONGEST_SEGMENT, WIDTH), np.float32)
    trellis = (
        np.empty((LONGEST_SEGMENT, TAGS), np.float32),
        np.empty((LONGEST_SEGMENT, TAGS), np.uint8),
        np.float32(1e9),
    )
    path = np.empty(LONGEST_SEGMENT, np.uint8)
    wrong = 0
    for turn in order:
        begin, end = begins[turn], ends[turn]
        rows_of(chars, (begin, end), model, scratch, rows)
        noise = _thin(rows, end - begin, noise, dropped)
        _score(rows, gold[begin:end], learnt[0], costs, emissions)
        best_path(emissions, end - begin, learnt[2], trellis, path)
        wrong += _correct(rows, gold[begin:end], path, learnt, tick)
        tick += 1.0
    return tick, noise, wrong
