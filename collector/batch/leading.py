"""Compiled: trees of questions walked for every transfer."""

import numba
import numpy as np
from numpy.typing import NDArray

from collector.tracing import LESS, UNKNOWN

I64 = NDArray[np.int64]
Trees = tuple[I64, I64, I64]


@numba.njit(cache=True, nogil=True)
def lead(trees: Trees, flow: I64, numbers: I64, rows: I64, found: I64) -> tuple[I64, I64]:
    """Lead transfers through their flows' trees, each to a leaf or to where no run has gone yet.

    Shape:
        trees: nodes (all, 6), a question and its two ways as of ``collector.tracing``; of each flow the first of its
            nodes, and its root (flows,).
        flow: (n,); numbers: (n, slots); rows: those of the n to lead; found: (n,), written: as in ways.

    Returns:
        The rows that were led to no leaf; and of each flow the first and the last of them, or -1 (flows, 2).
    """
    nodes, first, roots = trees
    rest, many = np.empty(len(rows), np.int64), 0
    ends = np.full((len(roots), 2), -1)
    for row in rows:
        which = flow[row]
        at = roots[which]
        while at >= 0:
            # Unsigned: a place that may be negative is looked at twice. Field by field: a slice is an array each time.
            node = np.uint64(first[which] + at)
            left, other_slot = numbers[row, nodes[node, 0]], nodes[node, 2]
            right = numbers[row, other_slot] if other_slot >= 0 else nodes[node, 3]
            is_so = left < right if nodes[node, 1] == LESS else left == right
            at = nodes[node, 5] if is_so else nodes[node, 4]
        found[row] = at
        if at == UNKNOWN:
            rest[many] = row
            many += 1
            ends[which, 1] = row
            if ends[which, 0] < 0:
                ends[which, 0] = row
    return rest[:many], ends
