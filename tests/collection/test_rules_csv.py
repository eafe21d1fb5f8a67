"""csv by the stream: encodings to the last byte, quotes, delimiters, and no more memory than a part of the file."""

import io
import tracemalloc
from pathlib import Path

import pytest

from collection.rules.cells import LOST_DIGITS, REAL_CHARACTERS
from collection.rules.csv_tables import CHUNK, surveyed
from collection.rules.sheet_guard import BULK, FileRefused, Limits
from collection.rules.sheets import read_sheet
from tests.collection.files import csv_of, good, table

HEAD = "名称,代码\r\n".encode()


def lines_of(data: bytes) -> list[tuple[int, list[str]]]:
    return [(number, texts) for number, texts, _ in read_sheet(io.BytesIO(data), limits=BULK).lines]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_character_cut_by_the_end_of_a_part_is_whole(encoding: str) -> None:
    rows = [["名称", "代码"], *[[f"江澜{'㑇𠮷' * (n % 5)}商行{n}", str(n)] for n in range(80_000)]]
    data = csv_of(rows, encoding=encoding)
    assert len(data) > 2 * CHUNK
    sheet = read_sheet(io.BytesIO(data), limits=BULK)
    assert sheet.total == 80_000
    assert [texts for _, texts, _ in sheet.lines] == rows[1:]


def test_a_wrong_byte_late_in_the_file_is_named_by_its_line_before_anything_is_read() -> None:
    data = csv_of([["名称", "代码"], *[["江澜商行", "1"]] * 90_000]) + b"\xe6\xb1,2\r\n"
    with pytest.raises(FileRefused, match=r"第 90002 行的文字编码与前面的行不同（前面是 UTF-8）"):
        read_sheet(io.BytesIO(data), limits=BULK)


def test_lines_of_utf8_in_a_file_of_gb18030_are_no_riddle() -> None:
    lines = [csv_of([["江澜市恒泰食品有限公司", str(n)]], encoding="gb18030") for n in range(5)]
    lines[3] = csv_of([["江澜市宏远建筑工程公司", "3"]], encoding="utf-8")
    with pytest.raises(FileRefused, match=r"第 5 行.*UTF-8"):
        read_sheet("名称,代码\r\n".encode("gb18030") + b"".join(lines))


def test_all_characters_that_gb18030_has_and_pythons_codec_has_not() -> None:
    old = "".join(map(chr, REAL_CHARACTERS))
    [(_, texts)] = lines_of(csv_of([["名称", "代码"], [old, "1"]], encoding="gb18030"))
    assert texts[0] == "".join(map(chr, REAL_CHARACTERS.values())) and len(REAL_CHARACTERS) == 25
    assert not any("\ue000" <= char <= "\uf8ff" for char in texts[0])


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    data = HEAD + b'a,"1\n2"\r\n\r\n , \r\nb,2\r\n'
    assert lines_of(data) == [(2, ["a", "1\n2"]), (5, ["b", "2"])]


def test_a_record_across_two_parts_is_still_looked_at() -> None:
    filler = "甲,1\r\n".encode() * (CHUNK // 7)
    data = HEAD + filler + b"x,\"='1\n" + b"y" * 1000 + b'\'"\r\nlast,="0099"\r\n'
    rows = lines_of(data)
    assert rows[-1][1] == ["last", "0099"] and rows[-2][1][0] == "x"


def test_one_line_with_wrong_quotes_is_one_bad_row() -> None:
    data = HEAD + '"甲"乙,1\r\n丙,2\r\n'.encode()
    first, second = read_sheet(data).lines
    assert (first[0], first[1]) == (2, ["甲乙", "1"]) and "双引号不成对" in first[2][0].message
    assert second == (3, ["丙", "2"], ())


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param('a,1\r\nb,"2\r\nc,3\r\nd,4\r\n', id="to the end of the file"),
        pytest.param('a,1\r\nb,"2\r\nc,3\r\nd,"4"\r\n', id="to the next quote"),
    ],
)
def test_a_quote_that_swallows_lines_refuses_the_file(rest: str) -> None:
    with pytest.raises(FileRefused, match=r"第 3 行有一个没有配对的双引号"):
        list(read_sheet(HEAD + rest.encode()).lines)


def test_a_row_with_more_cells_than_headings_has_slipped_and_one_with_fewer_has_not() -> None:
    first, second, third = read_sheet(HEAD + b"a,1,2\r\nb\r\nc,3,,\r\n").lines
    assert "本行有 3 个单元格，表头只有 2 个" in first[2][0].message and first[2][0].header == ""
    assert second[1:] == (["b", ""], ()) and third[1:] == (["c", "3"], ())


def test_a_number_in_scientific_notation_lost_its_digits_wherever_it_stands() -> None:
    [(_, texts, problems)] = read_sheet(HEAD + b"a,9.13399E+17\r\n").lines
    assert texts == ["a", "9.13399E+17"] and [(p.header, p.message) for p in problems] == [("代码", LOST_DIGITS)]


def test_the_delimiter_of_a_table_below_a_title() -> None:
    data = "江澜市名单；第一批\n填报单位：市局\n名称\t代码\n甲,乙\t1\n".encode()
    sheet = read_sheet(data, expected=["名称"])
    assert sheet.headers == ("名称", "代码") and [texts for _, texts, _ in sheet.lines] == [["甲,乙", "1"]]


def test_too_many_rows_are_counted_before_any_is_read() -> None:
    few = Limits(BULK.size, BULK.unpacked, BULK.members, BULK.cells, 3)
    assert len(list(read_sheet(HEAD + b'a,"1\n1\n1"\n' * 3, limits=few).lines)) == 3
    with pytest.raises(FileRefused, match="文件有 4 行数据，超过一次 3 行的上限"):
        read_sheet(HEAD + b'a,"1\n1\n1"\n' * 4, limits=few)


def test_the_file_is_never_held(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    row = csv_of(table(good())[1:], encoding="utf-8")
    with path.open("wb") as file:
        file.write(csv_of(table(good())[:1]))
        for _ in range(40):
            file.write(row * 1_000)
    assert path.stat().st_size > 20_000_000
    with path.open("rb") as stream:
        tracemalloc.start()
        count = sum(1 for _ in read_sheet(stream, limits=BULK).lines)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert count == 40_000 and peak < 16_000_000


def test_the_survey_counts_lines() -> None:
    assert surveyed(io.BytesIO(b"a,b\n1,2\n3,4")).lines == 3
    assert surveyed(io.BytesIO(b"a,b\n1,2\n")).lines == 2
