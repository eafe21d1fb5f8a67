"""Letters of an authority as PDF files, written by typst from office/letters/<name>.typ.

Data reach a template as JSON, never as its source: whatever a user typed stays text. The same data give the same
bytes, so that a stored file can be told by its digest.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import typst
from pylopdf_fonts_zh_cn import sans_path

from kernel.errors import Refusal

LETTERS = Path(__file__).resolve().parent.parent / "letters"
NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')
NAME = re.compile(r"[a-z][a-z_]*")


class LetterUnknown(Refusal):
    code = "office.letter_unknown"
    message = "没有这种文书的模板，请联系系统管理员。"


class LetterNotWritten(Refusal):
    code = "office.letter_not_written"
    message = "文书没有生成，请核对填写的内容后重试。"


class CharacterMissing(LetterNotWritten):
    code = "office.character_missing"
    message = "文书没有生成：字库中没有“{}”字。请上传自行制作的文书。"

    def __init__(self, missing: str) -> None:
        super().__init__(self.message.format(missing))
        self.missing = missing


def render_letter(*, name: str, data: dict[str, Any], folder: Path = LETTERS) -> bytes:
    """The PDF (A4, PDF/A-2a with a text layer) of the template `name` with these data.

    `folder`: the letters of a higher app, `<app>/letters`; typst reads nothing outside it.

    The template `letter` takes `agency`, `title` and `on` (an ISO day: the date of the letter), and if wanted
    `number`, `to`, `opening`, `closing`, `signed_by` (else the agency) and `footer` (texts; a line break begins a
    new paragraph), `draft` (bool: a watermark), `notes` (list of texts), `qr` (SVG of a code)
    with `verify` (the address that it holds, in letters), and `parts`: a list of objects with any of
    `heading`, `text`, `items` (list of texts, numbered) and `table` (rows of texts, the first column is the head).
    Raises LetterUnknown, CharacterMissing, LetterNotWritten (data that the template cannot use).
    """
    template = folder / f"{name}.typ"
    if not NAME.fullmatch(name) or not template.is_file():
        raise LetterUnknown
    try:
        written = typst.compile(
            template,
            root=folder,
            font_paths=fonts(),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards="a-2a",
            timestamp=0,  # not the clock: the letter's own date is in its data
        )
    except typst.TypstError as error:
        if missing := NO_GLYPH.search(error.message):
            raise CharacterMissing(missing.group(1)) from error
        raise LetterNotWritten from error
    if not isinstance(written, bytes):
        raise LetterNotWritten
    return written


@cache
def fonts() -> typst.Fonts:
    """Noto Sans SC and Noto Serif SC alone: a letter looks the same on every machine. Read once per process."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[sans_path().parent])
