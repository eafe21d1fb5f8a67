"""Whether a new version of a received list may replace the last one by itself, or waits for a person. Pure."""

from dataclasses import dataclass

from kernel.law import Reason, Verdict
from redblack.rules.sources import SHARING


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A new version beside what stands. `before`: entries that stand and whose term is not over; `removed`: those of
    them that the new version no longer holds; `expired`: entries whose term is over anyway. `lost`: rows whose
    identifier is gone or wrong; `refused`: rows whose papers do not suffice; `freed`: rows of whom a paper let go;
    `twice`: rows said before.
    `stray`: lost or refused rows that belong to no entry we know; `unsure`: of those removed, who may be meant by it.
    """

    rows: int
    before: int
    added: int
    kept: int
    changed: int
    removed: int
    lost: int = 0
    refused: int = 0
    freed: int = 0
    twice: int = 0
    expired: int = 0
    unsure: int = 0
    stray: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Of one list. A part is suspicious where it is at least `percent` of the whole and at least `rows` rows."""

    percent: int
    rows: int


def may_apply(compared: Compared, limits: Limits) -> Verdict:
    """Whether the version may be applied by itself; else a person has to decide, and last time's stands.

    国办发〔2020〕49号 名单共享和更新: what is shared has to be true and complete; a version that lost half its rows
    on the way says nothing about those who are missing. The first version of a list has nothing to be compared with.
    One without any row, where some stood, is always held; so is one whose spoilt rows may be those who are missing.
    """
    was, held = compared.before, []
    if was and not compared.rows:
        held.append(Reason("emptied", SHARING, f"新版本没有任何行，上一版本有 {was} 条在期。请向发布单位核实。"))
    elif _suspicious(compared.removed, was, limits):
        held.append(
            Reason(
                "shrunk",
                SHARING,
                f"新版本缺少上一版本在期的 {compared.removed} 条，占 {_share(compared.removed, was)}，"
                f"达到上限 {limits.percent}%。请向发布单位核实是否漏传。",
            )
        )
    if was and _suspicious(compared.added, was, limits):
        held.append(
            Reason(
                "grown",
                SHARING,
                f"新版本新增 {compared.added} 条，相当于上一版本的 {_share(compared.added, was)}，"
                f"达到上限 {limits.percent}%。请向发布单位核实是否错传。",
            )
        )
    if compared.unsure:
        held.append(
            Reason(
                "rows_unmatched",
                SHARING,
                f"有 {compared.stray} 行无法对应主体，可能属于新版本缺少的 {compared.unsure} 条在期记录。"
                "请向发布单位核实代码、名称和文号。",
            )
        )
    if _suspicious(compared.lost, compared.rows, limits):
        held.append(
            Reason(
                "identifiers_lost",
                SHARING,
                f"新版本有 {compared.lost} 行没有有效代码，占 {_share(compared.lost, compared.rows)}，"
                f"达到上限 {limits.percent}%。请核对代码列是否丢失或被改为数值格式。",
            )
        )
    if _suspicious(compared.refused, compared.rows, limits):
        held.append(
            Reason(
                "papers_lost",
                SHARING,
                f"新版本有 {compared.refused} 行缺少文号、依据或期限，占 {_share(compared.refused, compared.rows)}，"
                f"达到上限 {limits.percent}%。请核对相应的列。",
            )
        )
    return Verdict(tuple(held))


def _suspicious(part: int, whole: int, limits: Limits) -> bool:
    return part > 0 and part >= limits.rows and part * 100 >= limits.percent * whole


def _share(part: int, whole: int) -> str:
    return f"{part * 100 / whole:.0f}%" if whole else "100%"
