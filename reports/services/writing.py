"""The report as a signed PDF file."""

from pathlib import Path
from typing import Any

from office.services import render_letter
from office.services.letters import CharacterMissing
from office.services.signing import signer

LETTERS = Path(__file__).resolve().parent.parent / "letters"
REASON = "公共信用信息报告"
TRIES = 12  # characters that no font here has; more of them and nobody could read the report anyway
MISSING_NOTE = "字库中没有的字以〔U+编码〕表示。"


def written(data: dict[str, Any]) -> bytes:
    """The signed file. A character without a glyph is told by its number: a firm gets its report all the same.

    Raises office.services.LetterNotWritten, SignerMissing, SignerAway.
    """
    return signer().sign(_rendered(data), reason=REASON)


def _rendered(data: dict[str, Any]) -> bytes:
    missing: set[str] = set()
    while True:
        try:
            return render_letter(name="report", data=_without(data, missing), folder=LETTERS)
        except CharacterMissing as refusal:
            fresh = set(refusal.missing) - missing
            if not fresh or len(missing) > TRIES:
                raise
            missing |= fresh


def _without(data: dict[str, Any], missing: set[str]) -> dict[str, Any]:
    if not missing:
        return data
    table = str.maketrans({char: f"〔U+{ord(char):04X}〕" for char in missing})
    found: dict[str, Any] = _replaced(data, table)
    return found | {"notes": [*found["notes"], MISSING_NOTE]}


def _replaced(value: Any, table: dict[int, str]) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(one, table) if key != "qr" else one for key, one in value.items()}
    if isinstance(value, list):
        return [_replaced(one, table) for one in value]
    return value.translate(table) if isinstance(value, str) else value
