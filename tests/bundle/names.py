"""A DNS server that knows one name: ``names.py ADDRESS NAME ITS_ADDRESS``."""

import socket
import sys

from scapy.layers.dns import DNS, DNSRR


def serve(address: str, name: str, target: str) -> None:
    """Answer questions for ever: the address for type A, nothing for the rest."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((address, 53))
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            asked, client = server.recvfrom(4096)
            question = DNS(asked)
            is_known = question.qd[0].qname.decode().rstrip(".") == name and question.qd[0].qtype == 1
            found = [DNSRR(rrname=f"{name}.", type="A", ttl=60, rdata=target)] if is_known else []
            server.sendto(bytes(DNS(id=question.id, qr=1, rd=1, ra=1, qd=question.qd, an=found)), client)


if __name__ == "__main__":
    serve(*sys.argv[1:])
