"""What a visitor types as his address: a mail address or a mobile number, and how it is shown again. Pure."""

import re
import unicodedata
from dataclasses import dataclass

from citizens.rules.kinds import IdentityKind

LONGEST = 120
_MOBILE = re.compile(r"1[3-9][0-9]{9}", re.ASCII)
_MAIL = re.compile(
    r"[a-z0-9](?:[a-z0-9._%+-]{0,62}[a-z0-9_+-])?@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}"
)


@dataclass(frozen=True, slots=True)
class Address:
    """An address in the one form that is indexed: half width, lower case, a mobile number without decoration."""

    kind: IdentityKind
    value: str

    @property
    def masked(self) -> str:
        """For the screen: 139****0001, w***@example.com."""
        if self.kind is IdentityKind.SMS:
            return f"{self.value[:3]}****{self.value[-4:]}"
        name, _, host = self.value.partition("@")
        return f"{name[:1]}***@{host}"


def read_address(text: str) -> Address | None:
    """What somebody typed; None where it is neither. Only ASCII: a Cyrillic а in an address is another's address."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if len(plain) > LONGEST or not plain.isascii():
        return None
    number = re.sub(r"[\s()-]", "", plain).removeprefix("+86").removeprefix("0086")
    if _MOBILE.fullmatch(number):
        return Address(IdentityKind.SMS, number)
    return Address(IdentityKind.MAIL, plain) if _MAIL.fullmatch(plain) else None


def device_words(agent: str) -> str:
    """What a browser calls itself, in a few words that its owner knows again; nothing of it is trusted."""
    systems = (("Windows", "Windows"), ("Android", "安卓"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS", "Mac"))
    browsers = (("MicroMessenger", "微信"), ("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"))
    system = next((said for sign, said in systems if sign in agent), "Linux" if "Linux" in agent else "其他设备")
    browser = next((said for sign, said in browsers if sign in agent), "Safari" if "Safari/" in agent else "浏览器")
    return f"{system} · {browser}"
