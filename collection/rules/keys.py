"""The key under which two spellings of one decision meet. Pure; a key is never shown."""

import re
import unicodedata
from functools import lru_cache

from collection.rules.ready import Ready
from kernel.names import name_key

_OPENING = str.maketrans(dict.fromkeys("[［【（({｛〖〘", "〔") | dict.fromkeys("]］】）)}｝〗〙", "〕"))
_DROPPED = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_AS_IT_IS = re.compile("[\u4e00-\u9fff\u3007〔〕A-Z0-9-]+")  # nothing of it would be changed
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－﹣", "-"))


def document_key(text: str) -> str:
    """A document number for comparing: NFKC, upper case, without spaces, every bracket as 〔〕, every dash as -."""
    if _AS_IT_IS.fullmatch(text):
        return text
    plain = _DROPPED.sub("", unicodedata.normalize("NFKC", text)).upper()
    return unicodedata.normalize("NFKC", plain).translate(_OPENING).translate(_DASHES)


@lru_cache(maxsize=4096)  # a file names few authorities
def authority_key(name: str) -> str:
    """An authority's name for comparing: kernel.names.name_key."""
    return name_key(name)


def key_of(ready: Ready) -> tuple[str, str]:
    """(authority, document number) of a row, normalised: with item and subject what makes a record one record."""
    return authority_key(ready.authority), document_key(ready.document_no)
