"""Every nasty file goes through reading, matching of headings and checking of rows; the user's sentence is exact."""

from pathlib import Path

import pytest
import yaml

from collection.rules.headings import HeadingsRefused
from collection.rules.sheet_guard import BULK, FileRefused
from collection.rules.sheets import read_sheet
from collection.rules.stamp import WrongTemplate, stamp_in, version_note
from collection.rules.template import template
from tests.collection.corpus import READ, REFUSED, Case
from tests.collection.corpus_rows import RETURNED, TAKEN
from tests.collection.files import csv_of, definition, good, outcome, table

SAID = yaml.safe_load((Path(__file__).parent / "corpus.yaml").read_text())


def named(case: Case) -> str:
    return case.name


def test_there_are_more_than_sixty_and_each_has_its_sentence() -> None:
    names = [case.name for case in (*REFUSED, *RETURNED)]
    assert len(names) + len(READ) + len(TAKEN) > 120 and len(set(names)) == len(names)
    assert set(SAID) == set(names)


@pytest.mark.parametrize("case", REFUSED, ids=named)
def test_refused_with_what_to_do(case: Case) -> None:
    with pytest.raises(FileRefused) as refused:
        outcome(case.make())
    assert [str(refused.value)] == SAID[case.name]


@pytest.mark.parametrize("case", READ, ids=named)
def test_looks_nasty_and_is_read(case: Case) -> None:
    assert outcome(case.make()) == (case.taken, [])


@pytest.mark.parametrize("case", TAKEN, ids=named)
def test_odd_rows_are_taken(case: Case) -> None:
    assert outcome(case.make()) == (2, [])


@pytest.mark.parametrize("case", RETURNED, ids=named)
def test_bad_rows_are_returned_with_every_reason_and_the_others_are_taken(case: Case) -> None:
    assert outcome(case.make()) == (1, SAID[case.name])


def test_a_gigabyte_is_refused_by_its_size(tmp_path: Path) -> None:
    big = tmp_path / "big.csv"
    with big.open("wb") as file:
        file.truncate(1024**3)  # a sparse file: it takes no room
    with pytest.raises(FileRefused) as refused, big.open("rb") as stream:
        read_sheet(stream, limits=BULK)
    assert str(refused.value) == (
        "文件有 1024 MB，超过 1000 MB 的上限。请删去图片和多余的工作表，或分成几个文件提交。"
    )


def test_an_older_template_is_known_and_still_read() -> None:
    data = template(definition(version=1))
    assert version_note(stamp_in(data), definition(version=3)) == (
        "文件使用的是“行政处罚信息”第 1 版模板，现行为第 3 版，各行按第 3 版校验。建议下载新版模板。"
    )
    assert version_note(stamp_in(data), definition(version=1)) == ""
    assert version_note(stamp_in(csv_of(table(good()))), definition()) == ""


def test_the_template_of_another_item_is_named() -> None:
    with pytest.raises(WrongTemplate) as refused:
        version_note(stamp_in(template(definition("permit_28"))), definition())
    assert str(refused.value) == (
        "文件使用的是条目“permit”的模板，不是“行政处罚信息”（penalty）的模板。"
        "请在“permit”下报送，或下载“行政处罚信息”的模板填写。"
    )


def test_headings_of_another_item_are_refused_without_a_stamp_too() -> None:
    lines = [[field.name for field in definition("permit_28").fields]]
    with pytest.raises(HeadingsRefused, match="疑为其他目录条目的表格"):
        outcome(csv_of(lines))
