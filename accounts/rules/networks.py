"""The networks that a client system may call from, as CIDR text. Pure.

GB/T 22239-2019 8.1.3.2 (访问控制): only what is listed gets in.
"""

from collections.abc import Collection, Iterable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

MOST = 50
Network = IPv4Network | IPv6Network


def read(lines: Iterable[str]) -> tuple[list[str], list[str]]:
    """Networks in their usual writing, in order, once each, and the lines that are none.

    A single address is a network of one. Bits beyond the mask are a mistake (10.1.2.3/16), not a network; and so is
    one that holds everybody.
    """
    found: dict[str, None] = {}
    wrong = []
    for line in filter(None, (line.strip() for line in lines)):
        try:
            network = ip_network(line)
        except ValueError:
            wrong.append(line)
            continue
        if network.prefixlen == 0:
            wrong.append(line)
        else:
            found[str(network)] = None
    return list(found), wrong


def inside(address: str, networks: Collection[Network]) -> bool:
    """Whether the address lies in one of the networks; what is no address lies in none. No networks: everywhere."""
    if not networks:
        return True
    try:
        here = ip_address(address)
    except ValueError:
        return False
    if isinstance(here, IPv6Address) and here.ipv4_mapped is not None:
        here = here.ipv4_mapped
    return any(here in network for network in networks)
