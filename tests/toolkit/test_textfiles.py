"""Files as people send them."""

import gzip
from pathlib import Path

import pytest

from toolkit.textfiles import LONGEST_LINE, csv_rows, encoding_of, open_text

TEXT = "名称,统一社会信用代码\n江澜恒泰食品有限公司,91339901MA9K3H5T3Y\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("packed", [False, True])
def test_every_usual_encoding(tmp_path: Path, encoding: str, packed: bool) -> None:
    file = tmp_path / "a.csv"
    raw = TEXT.encode(encoding)
    file.write_bytes(gzip.compress(raw) if packed else raw)
    with open_text(file) as text:
        assert list(csv_rows(text)) == [
            ["名称", "统一社会信用代码"],
            ["江澜恒泰食品有限公司", "91339901MA9K3H5T3Y"],
        ]


def test_a_character_cut_in_two_by_the_sample_is_no_other_encoding() -> None:
    assert encoding_of("名称".encode()[:-1]) == "utf-8"


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_the_separator_is_read_off_the_first_line(tmp_path: Path, separator: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text(TEXT.replace(",", separator), encoding="utf-8")
    with open_text(file) as text:
        assert [len(row) for row in csv_rows(text)] == [2, 2]


def test_a_character_of_no_encoding_comes_back_marked(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(TEXT.encode() * 20000 + b"\xff\xfe\n")
    with open_text(file) as text:
        assert any("\ufffd" in cell for row in csv_rows(text) for cell in row)


def test_a_line_without_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"name,uscc\n" + b"x" * (3 * LONGEST_LINE) + b"\x00\n")
    with open_text(file) as text:
        assert max(len(cell) for row in csv_rows(text) for cell in row) <= LONGEST_LINE
