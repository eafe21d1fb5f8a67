"""Letters: real typst, real fonts; what is on the paper is read out of the PDF again."""

import io
from typing import Any

import pypdf
import pytest
from pylopdf_fonts_zh_cn import sans_path

from office.services import CharacterMissing, LetterNotWritten, LetterUnknown, render_letter
from office.services.letters import LETTERS

DATA: dict[str, Any] = {"agency": "江澜市应急管理局", "title": "列入事先告知书", "on": "2026-11-20"}


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).replace("\n", "")


def test_everything_that_a_letter_may_say_is_on_the_paper() -> None:
    said = {
        "number": "江应急失信告〔2026〕1号",
        "to": "江澜某公司",
        "opening": "经查。\n第二段。",
        "parts": [
            {"heading": "一、事实", "text": "事实如下。"},
            {"heading": "二、措施", "items": ["甲措施", "乙措施"]},
            {"table": [["名称", "江澜某公司"], ["代码", "91339903MA9K4H7C2D"]]},
        ],
        "closing": "特此告知。",
        "signed_by": "江澜市应急管理局执法支队",
        "footer": "第一联",
        "notes": ["送达回证附后。"],
    }
    text = text_of(render_letter(name="letter", data=DATA | said))
    for words in (
        "江澜市应急管理局",
        "列入事先告知书",
        "〔2026〕1号",
        "江澜某公司：",
        "第二段。",
        "一、事实",
        "（2）乙措施",
        "91339903MA9K4H7C2D",
        "特此告知。",
        "执法支队（印章）",
        "2026年11月20日",
        "第一联",
        "送达回证附后。",
        "第 1 页，共 1 页",
    ):
        assert words in text, words


def test_what_somebody_typed_is_never_markup() -> None:
    typed = '#let x = 1 *a* $b$ <tag> @ref //c `d` \\e "f" #panic("x") 人民路88号'
    text = text_of(render_letter(name="letter", data=DATA | {"opening": typed}))
    assert typed.replace(" ", "") in text.replace(" ", "")


def test_the_same_data_give_the_same_bytes_and_other_data_others() -> None:
    first = render_letter(name="letter", data=DATA)
    assert first == render_letter(name="letter", data=DATA) and first.startswith(b"%PDF-1.7")
    assert first != render_letter(name="letter", data=DATA | {"draft": True})


def test_a_long_letter_goes_on_over_pages() -> None:
    said = {"parts": [{"heading": f"第{n}项", "text": "内容。" * 120} for n in range(12)]}
    pdf = render_letter(name="letter", data=DATA | said)
    pages = len(pypdf.PdfReader(io.BytesIO(pdf)).pages)
    assert pages > 2 and f"共 {pages} 页" in text_of(pdf)


def test_a_character_without_a_glyph_is_named() -> None:
    with pytest.raises(CharacterMissing, match="𪚥"):
        render_letter(name="letter", data=DATA | {"to": "江澜𪚥公司"})


@pytest.mark.parametrize("name", ["nothing", "../letters/letter", "letter.typ", ""])
def test_only_our_own_templates(name: str) -> None:
    with pytest.raises(LetterUnknown):
        render_letter(name=name, data=DATA)


@pytest.mark.parametrize("data", [{}, DATA | {"on": "gestern"}, DATA | {"parts": [{"table": 7}]}])
def test_data_that_the_template_cannot_use(data: dict[str, Any]) -> None:
    with pytest.raises(LetterNotWritten):
        render_letter(name="letter", data=data)


def test_the_fonts_are_where_they_are_looked_for() -> None:
    names = {path.name for path in sans_path().parent.glob("*.otf")}
    assert {"NotoSansSC-Regular.otf", "NotoSerifSC-Regular.otf"} <= names
    assert (LETTERS / "letter.typ").is_file()
