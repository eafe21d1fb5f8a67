"""How the demo city's departments report their penalties: every week as one batch, and at times too late. Pure."""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from collection.rules.samples import EMPTY_PENALTY, penalty_rows
from portal.rules.city import BackgroundPenalty
from portal.rules.story import document_of, last_day

FRIDAY = 4
FORGOTTEN = 6  # every sixth batch lies on a desk for two weeks
PUBLICITY_YEARS = {"一般": "1y", "严重": "3y"}
SCENE_SIX_ROWS = 20
SCENE_SIX_FAULTS = (4, 10, 16)  # yuan for ten thousand yuan; the letter O for 0; an end before its start


@dataclass(frozen=True, slots=True)
class Report:
    """What one department hands in on one day: penalties with the day of each decision."""

    authority: str
    on: date
    penalties: tuple[tuple[BackgroundPenalty, date], ...]

    def triggers(self, *, without: Container[int]) -> int:
        """How many of its rows raise P-GEN; rows count from 1."""
        rows = enumerate(self.penalties, start=1)
        return sum(penalty.grade in PUBLICITY_YEARS for row, (penalty, _) in rows if row not in without)


def reports(
    penalties: Iterable[BackgroundPenalty], *, decided: Callable[[BackgroundPenalty], date], until: date
) -> list[Report]:
    """Weekly reports of each department, none after `until`, the oldest first."""
    weeks: dict[tuple[str, date], list[tuple[BackgroundPenalty, date]]] = {}
    for penalty in penalties:
        day = decided(penalty)
        friday = day + timedelta(days=(FRIDAY - day.weekday()) % 7)
        weeks.setdefault((penalty.authority, friday), []).append((penalty, day))
    found = []
    for number, ((authority, friday), rows) in enumerate(sorted(weeks.items()), start=1):
        on = friday + timedelta(days=14) if number % FORGOTTEN == 0 else friday
        found.append(Report(authority, min(on, until), tuple(rows)))
    return sorted(found, key=lambda report: (report.on, report.authority))


def row_of(penalty: BackgroundPenalty, decided_on: date, *, name: str, department: str, seed: int) -> dict[str, str]:
    """The penalty as its department writes it into the 双公示 template."""
    row = next(
        penalty_rows(1, seed=seed, bad_share=0, people_share=0, today=decided_on, subjects=[(penalty.uscc, name)])
    )
    years = PUBLICITY_YEARS.get(penalty.grade)
    return row | {
        "CF_WSH": document_of(penalty.document_no, decided_on),
        "CF_WFXW": penalty.ground.partition("，")[0],
        "CF_CFLB": penalty.category.replace("、", ";"),
        "CF_NR": penalty.content,
        "CF_NR_FK": f"{penalty.fine_wan:g}" if penalty.fine_wan else "",
        "CF_NR_WFFF": "",
        "CF_NR_ZKDX": "",
        "CF_JDRQ": decided_on.isoformat(),
        "CF_CFJG": department,
        "CF_SJLY": department,
        "CF_CFJGDM": penalty.authority,
        "CF_SJLYDM": penalty.authority,
        "CF_CXLB": penalty.procedure,
        "CF_JB": penalty.grade,
        "CF_GSZT": "公示中" if years else "不予公示",
        "CF_GSJZQ": last_day(decided_on, years).isoformat() if years else "",
    }


def scene_six(
    *, subjects: list[tuple[str, str]], department: str, code: str, decided: list[date]
) -> list[dict[str, str]]:
    """Twenty penalties of the environment bureau, three of them as people really get them wrong.

    `subjects`: at least twenty (code, name); `decided`: the days that the decisions are spread over.
    """
    rows = []
    for number, (uscc, name) in zip(range(SCENE_SIX_ROWS), subjects, strict=False):
        day = decided[number % len(decided)]
        row = EMPTY_PENALTY | next(
            penalty_rows(1, seed=600 + number, bad_share=0, people_share=0, today=day, subjects=[(uscc, name)])
        )
        rows.append(
            row
            | {
                "CF_WSH": f"江环罚〔{day.year}〕{801 + number}号",
                "CF_WFXW": "未按证排污",
                "CF_SY": f"{day.year}年{day.month}月执法检查发现，当事人排放水污染物超过排污许可证规定的浓度限值",
                "CF_YJ": "《排污许可管理条例》第三十四条",
                "CF_CFLB": "罚款",
                "CF_NR": "罚款人民币12万元",
                "CF_NR_FK": "12",
                "CF_NR_WFFF": "",
                "CF_JDRQ": day.isoformat(),
                "CF_CFJG": department,
                "CF_SJLY": department,
                "CF_CFJGDM": code,
                "CF_SJLYDM": code,
                "CF_JB": "一般",
                "CF_GSZT": "公示中",
                "CF_GSJZQ": last_day(day, "1y").isoformat(),
            }
        )
    yuan, letter, reversed_ = SCENE_SIX_FAULTS
    rows[yuan]["CF_NR_FK"] = "120000"
    head, tail = rows[letter]["CF_XDR_SHXYM"][:8], rows[letter]["CF_XDR_SHXYM"][8:]
    rows[letter]["CF_XDR_SHXYM"] = head.replace("0", "O", 1) + tail
    rows[reversed_]["CF_GSJZQ"] = (date.fromisoformat(rows[reversed_]["CF_JDRQ"]) - timedelta(days=1)).isoformat()
    return rows
