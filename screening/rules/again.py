"""A check made again, as a rule before the decision: whom it asks about, and what has changed since. Pure.

国办发〔2020〕49号: what counts is what is in force when the department decides, not when the papers came in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Content = Mapping[str, Any]
NOTHING_CHANGED = "没有变化"


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The check before, as its receipt keeps it. `at`: as it is read, 2026-11-20 10:00."""

    number: str
    at: str
    content: Content


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """A subject that can be asked about again without its papers: its code in its role."""

    code: str
    role: str


def asked_again(content: Content) -> tuple[list[AskedAgain], list[str]]:
    """Whom a receipt lets ask about again, and the sentences for those whose papers are needed: a natural person's
    number is kept nowhere (个人信息保护法 第六条), and a name alone was nobody.
    """
    known = [AskedAgain(s["code"], s["role"]) for s in content["subjects"] if s["code"] and not is_person(s)]
    return known, [_left_out(s) for s in content["subjects"] if not s["code"] or is_person(s)]


def is_person(subject: Content) -> bool:
    return bool(subject["kind"] == "natural_person" or subject["blind"])


def compared(earlier: Earlier, content: Content) -> dict[str, Any]:
    """What the new receipt keeps of the one before: number, time, and a line for each subject that differs."""
    names = {s["code"]: s["name"] for one in (earlier.content, content) for s in one["consulted"]}
    before = {_key(s): s for s in earlier.content["subjects"]}
    after = {_key(s): s for s in content["subjects"]}
    lines = [
        f"{_named(one)}：{'；'.join(changed)}"
        for key, one in after.items()
        if (changed := _changes(before[key], one, names) if key in before else ["上次没有核查"])
    ]
    return {
        "number": earlier.number,
        "at": earlier.at,
        "differs": lines,
        "left_out": [_left_out(one) for key, one in before.items() if key not in after],
    }


def sentence(told: Content) -> str:
    """What is read out first: 与 JL-… 相比：没有变化 / what differs."""
    return f"与 {told['at']} 的核查相比：{'。'.join(told['differs']) or NOTHING_CHANGED}。"


def _key(subject: Content) -> tuple[str, str]:
    """Who it was: the register's id, or what identifies one that is not in it; of a name alone, nothing does."""
    return subject["role"], str(subject["id"] or subject["code"] or subject["blind"] or id(subject))


def _named(subject: Content) -> str:
    return str(subject["name"] or subject["code"] or subject["role_label"])


def _left_out(subject: Content) -> str:
    if is_person(subject):
        return f"{subject['role_label']}是自然人，平台不保存证件号码，请重新扫描或输入。"
    return f"{subject['role_label']}上次没有核实身份，请输入统一社会信用代码。"


def _changes(before: Content, after: Content, names: Mapping[str, str]) -> Sequence[str]:
    found = []
    if before["headline"] != after["headline"]:
        found.append(f"由“{before['headline']}”变为“{after['headline']}”")
    found += _moved("记录", _triggers(before), _triggers(after))
    found += _moved("措施", _measures(before), _measures(after))
    found += _moved("未能核查", _gaps(before, names), _gaps(after, names))
    found += _moved("激励", _rewards(before), _rewards(after))
    return found


def _moved(what: str, before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    come = "、".join(words for key, words in after.items() if key not in before)
    gone = "、".join(words for key, words in before.items() if key not in after)
    return [*([f"新增{what} {come}"] if come else ()), *([f"不再有{what} {gone}"] if gone else ())]


def _triggers(subject: Content) -> dict[str, str]:
    """By reference and by whether it is disputed: an objection accepted meanwhile is news."""
    return {
        f"{t['ref']} {t['disputed']}": f"{t['source']} {t['document_no']}{'（存在异议）' if t['disputed'] else ''}"
        for t in subject["triggers"]
    }


def _measures(subject: Content) -> dict[str, str]:
    return {
        f"{m['code']} {m['suspended']}": f"{m['content']}{'（暂不执行）' if m['suspended'] else ''}"
        for m in subject["measures"]
    }


def _gaps(subject: Content, names: Mapping[str, str]) -> dict[str, str]:
    return {gap["code"]: names.get(gap["code"], gap["code"]) for gap in subject["gaps"]}


def _rewards(subject: Content) -> dict[str, str]:
    return {f"{r['code']} {r['state']}": f"{r['content']}（{r['label']}）" for r in subject["rewards"]}
