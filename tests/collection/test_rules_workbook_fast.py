"""What the patterns cannot know goes to the parser, and nothing is lost or doubled on the way."""

import io
from collections.abc import Callable

import pytest

from collection.rules import shared_strings, workbook_fast, workbook_stream
from collection.rules.sheet_guard import DAMAGED, FileRefused
from collection.rules.tables import Row
from collection.rules.workbook_stream import sheets_of, stream_rows
from tests.collection.files import good, part_of, repacked, table, written

BASE = written([["a", "b"], ["x", "y"], ["u", "v"], ["p", "q"]])


def rows_of(data: bytes) -> list[Row]:
    return list(stream_rows(io.BytesIO(data), sheets_of(io.BytesIO(data))[0].part))


def changed(change: Callable[[bytes], bytes], part: str = "xl/worksheets/sheet1.xml") -> bytes:
    return repacked(BASE, **{part.removesuffix(".xml").replace("/", "__"): change(part_of(BASE, part))})


def test_the_usual_sheet_needs_no_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_stream, "parser_of", None)
    monkeypatch.setattr(shared_strings, "parser_of", None)
    assert [texts for _, texts, _ in rows_of(BASE)] == [["a", "b"], ["x", "y"], ["u", "v"], ["p", "q"]]
    assert len(rows_of(written(table(good(20)), constant_memory=True))) == 21


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda x: x.replace(b"</row>", b"<!-- a </row> in a comment --></row>", 1), id="comment"),
        pytest.param(lambda x: x.replace(b'<row r="3"', b"<row"), id="a row without its number"),
        pytest.param(lambda x: x.replace(b'<c r="B3"', b"<c"), id="a cell without its place"),
        pytest.param(lambda x: x.replace(b'<c r="A3"', b'<c  r="A3"'), id="two spaces"),
        pytest.param(lambda x: x.replace(b'<c r="A3" t="s">', b'<c t="s" r="A3">'), id="another order"),
        pytest.param(lambda x: x.replace(b"<v>", b"<v >"), id="a space in a tag"),
        pytest.param(lambda x: x.replace(b"</row>", b"<extLst/></row>"), id="something unknown in a row"),
        pytest.param(lambda x: x.replace(b"</row>", b"</row><row r='9' />"), id="an empty row of its own"),
        pytest.param(
            lambda x: x.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16"), id="utf-16"
        ),
        pytest.param(lambda x: b"\xef\xbb\xbf" + x, id="a byte order mark"),
        pytest.param(lambda x: x.replace(b"<worksheet", b"<?x y?><worksheet", 1), id="an instruction"),
    ],
)
def test_unusual_xml_gives_the_same_rows(change: Callable[[bytes], bytes]) -> None:
    assert rows_of(changed(change)) == rows_of(BASE)


@pytest.mark.parametrize(
    "text", ["a &lt; b &amp;lt; c", "&#x4E2D;&#65;", "<![CDATA[a<b]]>", "line&#10;feed", "a\r\nb"]
)
def test_what_entities_and_sections_mean(text: str) -> None:
    meant = {"a &lt; b &amp;lt; c": "a < b &lt; c", "&#x4E2D;&#65;": "中A", "<![CDATA[a<b]]>": "a<b"}
    expected = meant.get(text, "line\nfeed" if "line" in text else "a\nb")
    in_texts = changed(lambda x: x.replace(b"<t>x</t>", f"<t>{text}</t>".encode()), "xl/sharedStrings.xml")
    inline = changed(
        lambda x: x.replace(b'<c r="A2" t="s"><v>2</v>', f'<c r="A2" t="inlineStr"><is><t>{text}</t></is>'.encode())
    )
    assert rows_of(in_texts)[1][1][0] == rows_of(inline)[1][1][0] == expected


def test_a_row_the_pattern_cannot_take_stands_between_those_it_can() -> None:
    data = changed(lambda x: x.replace(b'<c r="A3" t="s"><v>4</v></c>', b'<c r="A3" t="str"><v>a&amp;b</v></c>'))
    assert [texts[0] for _, texts, _ in rows_of(data)] == ["a", "x", "a&b", "p"]


def test_cells_out_of_order_go_on_with_the_parser() -> None:
    data = changed(lambda x: x.replace(b'<row r="3" spans="1:2">', b'<row r="3" spans="1:2"><c r="C3"><v>7</v></c>'))
    assert [texts for _, texts, _ in rows_of(data)] == [["a", "b"], ["x", "y"], ["u", "v", "7"], ["p", "q"]]


@pytest.mark.parametrize("end", [b"</sheetData></worksheet>", b"</row></sheetData></worksheet>"])
def test_a_sheet_cut_off_is_damaged(end: bytes) -> None:
    data = changed(lambda x: x[: x.index(b"</sheetData>")] + b"</sheetData></worksheet>")
    assert len(rows_of(data)) == 4
    cut = changed(lambda x: (x[: x.index(b"</sheetData>")] + b"</sheetData></worksheet>").removesuffix(end))
    with pytest.raises(FileRefused) as refused:
        rows_of(cut)
    assert str(refused.value) == DAMAGED


def test_parts_of_any_size_are_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    data = written(table(good(8)))
    whole = rows_of(data)
    for size in (97, 1000, 4096):
        monkeypatch.setattr(workbook_fast, "CHUNK", size)
        assert rows_of(data) == whole
