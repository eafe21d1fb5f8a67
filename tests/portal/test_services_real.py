"""Real names and codes, where they are at hand; and the pure parts of it everywhere."""

import csv
import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from portal.rules.real_sample import Asked, Stock, draw
from portal.services.real_check import FILES, REGISTER
from portal.services.real_lists import LISTS, Published, reason_of, valid_codes

FOLDER = Path(os.environ.get("REAL_DATA_DIR", "../shared/data"))
STOCK = Stock(
    loaded=[(f"甲{n}", f"91350100M000100Y{n}") for n in range(50)],
    not_loaded=[("乙", "2")],
    wrong_codes=[("丙", "3")],
    lookalikes=["丁"],
    listed=[Asked("黑名单", "戊", "5")] * 20,
)


def row(uscc: str = "", org_code: str = "", reg_no: str = "") -> Published:
    return Published(2, "某公司", uscc, org_code, reg_no, "x", "y")


def test_the_sample_is_the_same_each_time_and_holds_every_listed_row() -> None:
    sample = draw(STOCK, 200)
    assert sample == draw(STOCK, 200) != draw(STOCK, 200, seed=1)
    assert len(sample) == 200 and sum(one.origin == "黑名单" for one in sample) == 20
    assert {"近似名称", "错误或旧代码", "登记库：只有名称"} <= {one.origin for one in sample}


@pytest.mark.parametrize(
    ("published", "codes"),
    [
        (
            row(uscc="91350100M000100Y43", org_code="M000100Y4"),
            {"uscc": "91350100M000100Y43", "org_code": "M000100Y4"},
        ),
        (row(uscc=" 91350100m000100y43 "), {"uscc": "91350100M000100Y43"}),
        (row(uscc="913713005578801721"), {}),  # OCR: wrong check digit
        (row(uscc="", org_code="69232753-X"), {"org_code": "69232753X"}),
        (row(uscc="00000000000000000X"), {}),
    ],
)
def test_only_codes_with_a_right_check_digit_say_who_it_is(published: Published, codes: dict[str, str]) -> None:
    assert valid_codes(published) == codes


def test_why_a_row_names_nobody() -> None:
    assert reason_of(row()) == "没有任何代码，仅凭名称不能确定主体"
    assert "校验" in reason_of(row(uscc="913713005578801721"))


def test_a_folder_that_is_not_complete_is_refused_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=REGISTER) as raised:
        call_command("big_check", folder=tmp_path)
    assert raised.value.returncode == 2


@pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no real registers at {FOLDER}")
@pytest.mark.django_db
def test_a_slice_of_the_real_registers(tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: Any) -> None:
    settings.DATA_DIR = tmp_path
    for name in FILES:
        _slice(FOLDER / name, tmp_path / name, rows=400)
    call_command("big_check", folder=tmp_path, count=600)
    out = capsys.readouterr().out.strip().splitlines()
    said = json.loads(out[-1])
    assert said["agrees_with_sql"] and said["checked"] == said["hit"] + said["clear"] + said["could_not_check"] == 600
    assert said["hit"] > 0 and said["could_not_check"] > 0 and said["list_rows_unresolved"] > 0
    with (tmp_path / "big_check.csv").open(encoding="utf-8-sig", newline="") as file:
        explained = list(csv.DictReader(file))
    assert all(line["原因"] or line["说明"] for line in explained)
    assert sum(line["结论"] == "could_not_check" for line in explained) == said["could_not_check"]
    assert {f"名单 {code}" for code in LISTS} & {line["来源"].split(" 第")[0] for line in explained}


def _slice(source: Path, target: Path, *, rows: int) -> None:
    opened = gzip.open if source.suffix == ".gz" else open
    with opened(source, "rt", encoding="utf-8") as old, opened(target, "wt", encoding="utf-8") as new:
        for _, line in zip(range(rows + 1), old, strict=False):
            new.write(line)
