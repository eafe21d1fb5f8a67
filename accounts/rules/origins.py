"""Where a page was loaded from, as browsers name it in the Origin header (RFC 6454): scheme, host, and port. Pure."""

import re
from collections.abc import Iterable

MOST = 20
ORIGIN = re.compile(r"(https?)://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::([0-9]{1,5}))?", re.ASCII)
USUAL_PORTS = {"http": "80", "https": "443"}


def normalised(text: str) -> str | None:
    """The origin as browsers send it; None where the text is none (a path, a star, a name alone)."""
    match = ORIGIN.fullmatch(text.strip().removesuffix("/").lower())
    if match is None:
        return None
    scheme, host, port = match.groups()
    if port and not 0 < int(port) < 65536:
        return None
    return f"{scheme}://{host}" + (f":{int(port)}" if port and port != USUAL_PORTS[scheme] else "")


def read(lines: Iterable[str]) -> tuple[list[str], list[str]]:
    """Origins in order, once each, and the lines that are none."""
    found: dict[str, None] = {}
    wrong = []
    for line in filter(None, (line.strip() for line in lines)):
        origin = normalised(line)
        if origin is None:
            wrong.append(line)
        else:
            found[origin] = None
    return list(found), wrong
