"""What the flow table tells of a flow: a row, whatever the table keeps inside."""

from enum import IntEnum
from ipaddress import IPv4Address, IPv6Address
from typing import Final

import numpy as np
from numpy.typing import NDArray


class End(IntEnum):
    """Why a row was made."""

    OPEN = 0
    """It goes on: a report in between."""
    FINISHED = 1
    """FIN from both sides, RST, or a new connection with the same addresses and ports."""
    IDLE = 2
    EVICTED = 3
    """The table was full."""


FLOW_ROW: Final = np.dtype(
    [
        ("serial", "<u8"), ("client_high", "<u8"), ("client_low", "<u8"), ("server_high", "<u8"), ("server_low", "<u8"),
        ("first_ns", "<i8"), ("last_ns", "<i8"), ("client_bytes", "<i8"), ("server_bytes", "<i8"),
        ("client_packets", "<i8"), ("server_packets", "<i8"), ("slot", "<i4"), ("vlan", "<u4"),
        ("client_port", "<u2"), ("server_port", "<u2"), ("version", "u1"), ("protocol", "u1"), ("fate", "u1"),
        ("end", "u1"), ("is_midstream", "?"),
    ]
)  # fmt: skip
"""What is told of a flow. Bytes and packets are those since the flow's last row: the sum over its rows is its total.
``serial`` is never given twice by one table; ``is_midstream`` says that no TCP handshake was seen, so which side is the
client was told by its ports."""


def rows_of(slots: NDArray[np.int32], flows: NDArray[np.void]) -> NDArray[np.void]:
    """Rows of the flows in these slots, bytes and packets since they were last told."""
    rows = np.zeros(len(slots), FLOW_ROW)
    rows["slot"] = slots
    for name in ("serial", "first_ns", "last_ns", "vlan", "version", "protocol", "fate", "is_midstream"):
        rows[name] = flows[name]
    each = np.arange(len(slots))
    for party, side in (("client", flows["client"]), ("server", 1 - flows["client"])):
        rows[f"{party}_high"] = flows["address"][each, side * 2]
        rows[f"{party}_low"] = flows["address"][each, side * 2 + 1]
        rows[f"{party}_port"] = flows["port"][each, side]
        for count in ("bytes", "packets"):
            rows[f"{party}_{count}"] = (flows[count] - flows[f"told_{count}"])[each, side]
    return rows


def endpoints(row: np.void) -> tuple[str, str]:
    """Client's and server's address of a FLOW_ROW as text."""
    make = IPv4Address if row["version"] == 4 else IPv6Address
    client, server = (int(row[f"{party}_high"]) << 64 | int(row[f"{party}_low"]) for party in ("client", "server"))
    return str(make(client)), str(make(server))
