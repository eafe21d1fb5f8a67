"""find_subjects: a file of names, the same ranking as the page's."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from subjects import selectors, services
from tests.conftest import NOW
from tests.factories import subjects as make

pytestmark = pytest.mark.django_db


def ask(
    folder: Path, capsys: pytest.CaptureFixture[str], *lines: str, encoding: str = "utf-8"
) -> list[dict[str, Any]]:
    file = folder / "names.txt"
    file.write_bytes("\n".join(lines).encode(encoding))
    call_command("find_subjects", "--file", str(file), "--limit", "5", "--json")
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_each_line_has_its_ranked_candidates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], encoding: str
) -> None:
    firm = make.organisation("江澜云帆科技发展有限公司")
    services.add_name(subject_id=firm, name="江澜旧帆科技有限公司", kind="former", actor=make.ACTOR, now=NOW)
    services.add_name(subject_id=firm, name="云帆科发", kind="short", actor=make.ACTOR, now=NOW)
    make.organisation("江澜云帆软件科技有限公司")
    asked = ("云帆科技", "", "江澜旧帆科技有限责任公司", "云帆科发", "江澜云凡科技发展有限公司", "有限公司")
    said = ask(tmp_path, capsys, *asked, encoding=encoding)
    assert [one["line"] for one in said] == [1, 2, 3, 4, 5, 6] and [one["name"] for one in said] == list(asked)
    for one in said:
        same = [c.name for c in selectors.candidates(one["name"], 5)]
        assert [c["name"] for c in one["candidates"]] == same
        scores = [c["score"] for c in one["candidates"]]
        assert scores == sorted(scores, reverse=True)
    code = selectors.subject_of(firm)
    assert code
    assert [one["candidates"][0]["code"] for one in said[2:5]] == [code.uscc] * 3
    first = [one["candidates"][0]["reasons"][0] if one["candidates"] else "" for one in said]
    assert first[2:5] == ["曾用名称一致（江澜旧帆科技有限公司）", "简称一致（云帆科发）", "相差一个字（“凡”与“帆”）"]
    assert said[1]["state"] == "missing" and "补充字号" in said[5]["problem"]


def test_a_code_decides_and_a_persons_number_is_not_repeated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, number = make.uscc(), make.citizen_id()
    make.organisation("江澜云帆科技发展有限公司", code=code)
    make.person("沈建国", number=number)
    said = ask(tmp_path, capsys, code, number, f"沈建国 {number}", "9133990OMA9K3H5T3Y")
    assert (said[0]["state"], said[0]["subject"]["code"], said[0]["candidates"]) == ("known", code, [])
    assert [one["state"] for one in said[1:]] == ["person", "person", "invalid"]
    assert number not in json.dumps(said) and "沈" not in json.dumps(said, ensure_ascii=False)


ODD = [
    "云" * 300,
    "a" * 200_000,
    "'; DROP TABLE subjects_name; --",
    "%_[(.*\\",
    "(?:云帆){9}$^\\1",
    "😀😀",
    "\ue000\ue001帆",
    "云",
    "有限公司",
    "有限责任公司（集团）",
    "科技发展",
    "云帆\x00科技",
    "云\r帆\x0b科\x0c技\x1e\x85公\u2028司\u2029",
    "\u202e司公限有",
    "{}",
    "NULL",
    "0",
    "\t \u3000",
]


def test_each_odd_line_has_one_answer_in_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make.organisation("江澜云帆科技发展有限公司")
    lines = [one for odd in ODD for one in (odd, "云帆科技")]
    said = ask(tmp_path, capsys, *lines)
    assert [one["line"] for one in said] == list(range(1, len(lines) + 1))
    assert all(one["candidates"] for one in said[1::2])
    told = {odd: one["problem"] for odd, one in zip(ODD, said[::2], strict=True)}
    assert "过长" in told["云" * 300] and "过长" in told["a" * 200_000]
    short = [odd for odd in ("云", "有限公司", "有限责任公司（集团）", "科技发展") if "补充字号" not in told[odd]]
    assert short == [] and "没有识别出" in told["😀😀"]


def test_bytes_that_are_no_text_stop_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make.organisation("江澜云帆科技发展有限公司")
    file = tmp_path / "names.txt"
    file.write_bytes(b"\xff\xfe\xfd\n\xed\xa0\x80\n\x80\x81\x82\n" + "云帆科技\r\n\n".encode("gb18030") + b"\x00\x00")
    call_command("find_subjects", "--file", str(file), "--json")
    assert [json.loads(line)["line"] for line in capsys.readouterr().out.splitlines()]


@pytest.mark.django_db(transaction=True)
def test_a_long_file_is_answered_in_its_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    brands = ["云帆", "宏晟", "江海", "澜达", "瑞祥"]
    for brand in brands:
        make.organisation(f"江澜{brand}科技发展有限公司")
    lines = [f"{brands[n % 5]}科技" for n in range(133)]
    said = ask(tmp_path, capsys, *lines)
    assert [(one["line"], one["name"]) for one in said] == list(enumerate(lines, start=1))
    assert all(one["name"][:2] in one["candidates"][0]["name"] for one in said)


def test_as_text_and_what_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make.organisation("江澜云帆科技发展有限公司")
    file = tmp_path / "names.txt"
    file.write_text("云帆科技", encoding="utf-8")
    call_command("find_subjects", "--file", str(file))
    assert "江澜云帆科技发展有限公司" in capsys.readouterr().out
    with pytest.raises(CommandError, match="没有这个文件"):
        call_command("find_subjects", "--file", str(tmp_path / "none.txt"))
    with pytest.raises(CommandError, match="1 至 100"):
        call_command("find_subjects", "--file", str(file), "--limit", "0")
