"""Loading a register extract, and rotating keys, from the command line."""

import csv
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from audit.models import Event
from subjects import selectors
from subjects.management.commands import load_subjects
from subjects.models import Conflict, Name, Subject
from tests.factories import subjects as make

pytestmark = pytest.mark.django_db
Load = Callable[..., str]
HEADER = "name,uscc,reg_date,province,city"


@pytest.fixture
def load(capsys: pytest.CaptureFixture[str]) -> Load:
    def run(file: Path, *arguments: str) -> str:
        call_command("load_subjects", str(file), *arguments)
        return capsys.readouterr().out

    return run


def write(folder: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    file = folder / "rows.csv"
    file.write_bytes("\n".join((header, *rows)).encode(encoding))
    return file


def good(number: int = 3) -> list[str]:
    return [f"江澜第{n}甲乙食品有限公司,{make.uscc()},2019-07-01,浙江,江澜" for n in range(number)]


def test_a_dry_run_writes_nothing(tmp_path: Path, load: Load) -> None:
    before = (Subject.objects.count(), Event.objects.count())
    assert "试运行：3 行可以载入，0 行有误" in load(write(tmp_path, *good()))
    assert (Subject.objects.count(), Event.objects.count()) == before


def test_loading_twice_changes_nothing(tmp_path: Path, load: Load) -> None:
    file = write(tmp_path, *good())
    assert "新增 3，已有 0，名称冲突 0，有误 0" in load(file, "--apply")
    before = (Subject.objects.count(), Name.objects.count(), Event.objects.count(), selectors.revision())
    assert "新增 0，已有 3，名称冲突 0，有误 0" in load(file, "--apply")
    assert (Subject.objects.count(), Name.objects.count(), Event.objects.count(), selectors.revision()) == before


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_other_headings_and_encodings(tmp_path: Path, load: Load, encoding: str) -> None:
    code = make.uscc()
    file = write(tmp_path, f"{code},江澜宏晟化工有限公司", header="统一社会信用代码,企业名称", encoding=encoding)
    packed = tmp_path / "rows.csv.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    assert "新增 1" in load(packed, "--apply")
    assert Subject.objects.get(uscc=code).name == "江澜宏晟化工有限公司"
    assert selectors.candidates("宏晟化工")[0].uscc == code


def test_what_is_loaded_is_what_the_service_registers(tmp_path: Path, load: Load) -> None:
    code = make.uscc("92339901")
    load(write(tmp_path, f"江澜市甲乙小吃店,{code},2019/7/1,,"), "--apply")
    value = Subject.objects.get(uscc=code)
    assert (value.kind, value.org_code, value.division_code) == ("sole_trader", code[8:17], "339901")
    name = Name.objects.get(subject=value)
    assert (name.key, name.kind, name.rev_from) == ("江澜市甲乙小吃店", "current", selectors.revision())


def test_one_chunk_is_one_fact(tmp_path: Path, load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_subjects, "CHUNK", 2)
    load(write(tmp_path, *good(3)), "--apply")
    facts = Event.objects.filter(name="subjects.rows.loaded", about="subjects.file:rows.csv").order_by("id")
    assert [(f.payload["first_line"], f.payload["last_line"], f.payload["created"]) for f in facts] == [
        (2, 3, 2),
        (4, 4, 1),
    ]


def test_bad_rows_are_listed_and_stop_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = ["江澜甲公司,9133990OMA9K3H5T3Y,,,", "=cmd(),91339901MA9K3H5T3Y,,,", "江澜乙公司,110101199003070134,,,"]
    errors = tmp_path / "errors.csv"
    call_command("load_subjects", str(write(tmp_path, *bad, *good(1))), "--apply", "--errors", str(errors))
    said = capsys.readouterr()
    assert "新增 1" in said.out and "有误 3" in said.out
    assert "第2行“统一社会信用代码”" in said.err and "第8位是字母“O”" in said.err
    assert "110101199003070134" not in said.err + errors.read_text("utf-8-sig")
    with errors.open(encoding="utf-8-sig", newline="") as file:
        listed = list(csv.reader(file))
    assert [row[0] for row in listed] == ["行", "2", "3", "4"] and listed[2][2].startswith("'=")


def test_only_twenty_bad_rows_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_subjects", str(write(tmp_path, *["甲公司,x,,,"] * 30)))
    said = capsys.readouterr()
    assert said.err.count("“统一社会信用代码”") == 20 and "--errors" in said.err and "30 行有误" in said.out


def test_a_second_name_of_a_code_is_a_conflict(tmp_path: Path, load: Load) -> None:
    code = make.uscc()
    rows = [f"江澜甲食品有限公司,{code},,,", f"江澜乙化工有限公司,{code},,,", f"江澜甲食品有限责任公司,{code},,,"]
    assert "新增 1，已有 2，名称冲突 1" in load(write(tmp_path, *rows), "--apply")
    conflict = Conflict.objects.get(code=code)
    assert (conflict.kept_name, conflict.other_name) == ("江澜甲食品有限公司", "江澜乙化工有限公司")
    assert conflict.source == "rows.csv 第3行"
    assert "名称冲突 0" in load(write(tmp_path, *rows), "--apply")


def test_an_organisation_of_an_old_number_gets_its_code(tmp_path: Path, load: Load) -> None:
    code = make.uscc()
    old = make.organisation("江澜甲食品有限公司", code="", org_code=code[8:17])
    load(write(tmp_path, f"江澜甲食品有限公司,{code},,,"), "--apply")
    assert Subject.objects.get(uscc=code).pk == old


@pytest.mark.parametrize("text", ["", "甲,乙\n1,2"])
def test_a_file_without_the_columns_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "rows.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match="表头缺少"):
        call_command("load_subjects", str(file))


def test_a_broken_or_absent_file_says_so(tmp_path: Path) -> None:
    file = write(tmp_path, *good(2000))
    packed = tmp_path / "rows.csv.gz"
    packed.write_bytes(gzip.compress(file.read_bytes())[:-200])
    with pytest.raises(CommandError, match="文件读取失败"):
        call_command("load_subjects", str(packed))
    with pytest.raises(CommandError, match="没有这个文件"):
        call_command("load_subjects", str(tmp_path / "none.csv"))
