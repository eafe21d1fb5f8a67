"""The key under which two spellings of one decision meet. Pure; a key is never shown."""

from collection.rules.ready import Ready


def document_key(text: str) -> str:
    """A document number for comparing: NFKC, upper case, without spaces, every bracket as 〔〕."""
    raise NotImplementedError


def key_of(ready: Ready) -> tuple[str, str]:
    """(authority, document number) of a row, normalised: with item and subject what makes a record one record."""
    raise NotImplementedError
