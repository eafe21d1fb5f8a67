"""docs/manual/plugin.md and the code say the same: attributes, hidden fields, refusals, periods, columns."""

import re
from pathlib import Path

from screening.rules import finished, plugin
from screening.services import choosing
from screening.services import finished as finished_services
from screening.services import plugin as services
from screening.services.checking import NotYourMatter
from tests.architecture.project import ROOT

MANUAL = (ROOT / "docs/manual/plugin.md").read_text(encoding="utf-8")
SUPERVISOR = (ROOT / "docs/manual/supervisor.md").read_text(encoding="utf-8")
SCRIPT = Path(ROOT / "static/plugin/v1.js").read_text(encoding="utf-8")


def in_attributes(name: str) -> str:
    return "data-" + re.sub("[A-Z]", lambda letter: f"-{letter[0].lower()}", name)


def test_every_attribute_that_the_script_reads_is_described() -> None:
    read = {in_attributes(name) for name in re.findall(r"\bsaid\.(\w+)", SCRIPT)}
    table = MANUAL.split("| 属性 | 必填 | 内容 |")[1].split("\n\n")[0]
    assert set(re.findall(r"`(data-[a-z-]+)`", table)) == read


def test_every_hidden_field_is_described() -> None:
    [names] = re.findall(r'\["receipt"[^\]]+\]', SCRIPT)
    table = MANUAL.split("| 字段 | 内容 |")[1].split("\n\n")[0]
    assert re.findall(r"`credit_(\w+)`", table) == re.findall(r'"(\w+)"', names)


def test_the_refusals_and_periods_are_as_described() -> None:
    kinds = [
        services.TokenMissing, services.TokenWrong, services.TokenExpired, services.TokenUsed,
        services.TokenOfAnotherPage, services.OriginNotRegistered, NotYourMatter, choosing.AlreadyChosen,
    ]  # fmt: skip
    assert set(re.findall(r"`(screening\.\w+)`", MANUAL)) == {kind.code for kind in kinds}
    assert f"核查令牌 {plugin.CHECK_SECONDS // 60} 分钟，登记选择的令牌 {plugin.CHOICE_SECONDS // 60} 分钟" in MANUAL


def test_the_script_knows_nothing_dangerous() -> None:
    """Whatever comes from outside is text; nothing of a token is kept or written into an address."""
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "localStorage", "?token"):
        assert word not in SCRIPT


def test_the_supervisors_table_names_the_columns() -> None:
    table = SUPERVISOR.split("| 列 | 必填 | 说明 |")[1].split("\n\n")[0]
    told = [name for line in re.findall(r"^\| ([^|]+) \| [是否]", table, re.MULTILINE) for name in line.split("、")]
    assert told == list(finished.COLUMNS)
    assert f"{finished_services.LIMITS.rows} 行" in SUPERVISOR
