"""WS-Security UsernameToken 1.0 with a password digest, for receivers whose web service knows nothing else. Pure.

digest = base64(SHA-1(nonce + created + password)): the standard knows no other. It does not cover the body; where the
receiver can be chosen, it judges the signature in the headers, which does.
"""

import base64
import hashlib
from datetime import UTC, datetime

from lxml import etree

_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
SECURITY = f"{_OASIS}-wssecurity-secext-1.0.xsd"
UTILITY = f"{_OASIS}-wssecurity-utility-1.0.xsd"
DIGEST = f"{_OASIS}-username-token-profile-1.0#PasswordDigest"
BASE64 = f"{_OASIS}-soap-message-security-1.0#Base64Binary"


def token(*, username: str, password: str, nonce: bytes, created: datetime) -> etree._Element:
    """The header's Security element."""
    moment = created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    security = etree.Element(f"{{{SECURITY}}}Security", nsmap={"wsse": SECURITY, "wsu": UTILITY})
    inner = etree.SubElement(security, f"{{{SECURITY}}}UsernameToken")
    etree.SubElement(inner, f"{{{SECURITY}}}Username").text = username
    digest = etree.SubElement(inner, f"{{{SECURITY}}}Password")
    digest.set("Type", DIGEST)
    digest.text = password_digest(password=password, nonce=nonce, created=moment)
    once = etree.SubElement(inner, f"{{{SECURITY}}}Nonce")
    once.set("EncodingType", BASE64)
    once.text = base64.b64encode(nonce).decode()
    etree.SubElement(inner, f"{{{UTILITY}}}Created").text = moment
    return security


def password_digest(*, password: str, nonce: bytes, created: str) -> str:
    total = hashlib.sha1(nonce + created.encode() + password.encode(), usedforsecurity=False)
    return base64.b64encode(total.digest()).decode()
