"""A row of a sheet of list types as the content that it says, and which list type it is about. Pure.

What a row leaves out, a column or in the plain table of 篇十三 a cell, stays as it is published.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from redblack.rules.editions import KIND_LABELS, LEVELS, PUBLIC, SCOPES, TypeContent
from redblack.rules.lists import LegalStatus, Origin
from redblack.rules.type_sheet import HEADINGS, TypeRow, folded, one_line
from subjects.rules.kinds import Kind

PREFIX = "LT-"  # codes of the objects of 篇十三, by their number there
KINDS = {label: kind for kind, label in KIND_LABELS.items()} | {
    "惩戒": "serious",
    "提示": "abnormal",
    "激励": "reward",
}
BOTH = re.compile(r"混合|激励.*惩戒|惩戒.*激励")
REWARD = re.compile(r"联合激励|守信|诚信|优秀|A级")
PUNISH = re.compile(r"联合惩戒|失信|违法|黑名单|欠")
LONGEST = {
    "title": 200,
    "initiator": 200,
    "memorandum": 300,
    "legal_basis": 2000,
    "conduct": 4000,
    "term_rule": 500,
    "exit_rule": 2000,
    "publicity": 60,
    "department": 40,
    "merged_into": 40,
}
IN_LINES = frozenset({"legal_basis", "conduct", "exit_rule"})
BETWEEN = {
    "number": (1, 999),
    "term_months": (1, 1200),
    "freshness_days": (1, 3660),
    "fuse_percent": (1, 100),
    "fuse_rows": (0, 10_000_000),
}
MAY_NOT_BE_EMPTIED = frozenset({"kind", "legal_status", "origin", "fuse_percent", "fuse_rows"})
NEW = TypeContent(
    title="",
    kind="",
    origin=Origin.CITY.value,
    legal_status=LegalStatus.UNDER_LEGAL_REVIEW.value,
    initiator="",
)


class Slip(ValueError):
    """What is wrong with one cell, in Chinese, with how to mend it."""


def content_of_row(row: TypeRow, base: TypeContent | None, *, plain: bool) -> tuple[TypeContent, list[str]]:
    """What the list type is to say, and every reason why it cannot. `base`: what is published; None: a new list,
    which is 待法制审核 and merged into nothing, whatever the row says.
    """
    before = base or NEW
    said: dict[str, Any] = {}
    against: list[str] = []
    for part, text in row.cells.items():
        if part not in READERS or (not text and (plain or part in MAY_NOT_BE_EMPTIED)):
            continue
        try:
            said[part] = READERS[part](part, text, before, plain)
        except Slip as slip:
            against.append(f"“{HEADINGS[part]}”：{slip}")
    if base is None:
        said |= {"legal_status": LegalStatus.UNDER_LEGAL_REVIEW.value, "merged_into": ""}
    content = replace(before, **said)
    wrong = {one.partition("：")[0] for one in against}
    if not content.title and f"“{HEADINGS['title']}”" not in wrong:
        against.append(f"“{HEADINGS['title']}”：没有填写。请写明名单（联合奖惩对象）的名称。")
    if not content.initiator and f"“{HEADINGS['initiator']}”" not in wrong:
        against.append(f"“{HEADINGS['initiator']}”：没有填写。查不到的请填“（原文未列）”。")
    if not content.kind and plain and not row.cells.get("kind"):
        content = replace(content, kind=_nature(content.title + content.memorandum))
    if not content.kind and f"“{HEADINGS['kind']}”" not in wrong:
        against.append(
            f"“{HEADINGS['kind']}”：看不出是激励还是惩戒。请在“性质”列填写：{'、'.join(KIND_LABELS.values())}。"
        )
    return content, against


def _nature(text: str) -> str:
    """Of an object of 篇十三 whose row does not tell it; "" where its name and memorandum say both or neither."""
    reward, punish = bool(REWARD.search(text.replace("失信", ""))), bool(PUNISH.search(text))
    return "" if reward == punish else "reward" if reward else "serious"


def _text(part: str, text: str, before: TypeContent, plain: bool) -> str:
    text = text if part in IN_LINES else one_line(text)
    if len(text) > LONGEST[part]:
        raise Slip(f"超过 {LONGEST[part]} 个字，请缩短。")
    known: str = getattr(before, part)
    fold = folded if plain else _spaceless
    return known if fold(text) == fold(known) else text  # a sheet breaks lines where it likes


def _spaceless(text: str) -> str:
    return "".join(text.split())


def _number(part: str, text: str, before: TypeContent, plain: bool) -> int | None:
    low, high = BETWEEN[part]
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
        raise Slip(f"“{text[:20]}”不对。请填 {low} 至 {high} 的整数。")
    return int(text)


def _one_of(*values: str) -> Callable[[str, str, TypeContent, bool], str]:
    def read(part: str, text: str, before: TypeContent, plain: bool) -> str:
        if text and text not in values:
            raise Slip(f"“{text[:20]}”不对。请填写：{'、'.join(values)}。")
        return text

    return read


def _kind(part: str, text: str, before: TypeContent, plain: bool) -> str:
    if plain and before.kind and BOTH.search(text):
        return before.kind
    if text not in KINDS:
        raise Slip(f"“{text[:20]}”不对。请填写：{'、'.join(KIND_LABELS.values())}。")
    return KINDS[text]


def _scopes(part: str, text: str, before: TypeContent, plain: bool) -> dict[str, str]:
    """自然人信用信息不得向社会公开 (山东省社会信用条例 第二十条): no draft says so, whoever writes it."""
    by_label = {kind.label: kind for kind in Kind}
    scopes: dict[str, str] = {}
    for one in filter(None, (piece.strip() for piece in re.split(r"[；;\n]", text))):
        label, _, scope = (piece.strip() for piece in one.replace(":", "：").partition("："))
        if label not in by_label or scope not in SCOPES:
            raise Slip(
                f"“{one[:30]}”不对。请写成“法人：社会公开；自然人：政务共享”的样子，"
                f"主体为{'、'.join(by_label)}，范围为{'、'.join(SCOPES)}。"
            )
        if by_label[label] is Kind.NATURAL_PERSON and scope == PUBLIC:
            raise Slip("自然人信用信息不得向社会公开。请改为政务共享或授权查询。")
        if by_label[label].value in scopes:
            raise Slip(f"“{label}”写了两次。请删去其中一个。")
        scopes[by_label[label].value] = scope
    return scopes


READERS: dict[str, Callable[[str, str, TypeContent, bool], Any]] = {
    **dict.fromkeys(LONGEST, _text),
    **dict.fromkeys(BETWEEN, _number),
    "kind": _kind,
    "legal_status": _one_of(*LegalStatus),
    "origin": _one_of(*Origin),
    "level": _one_of(*LEVELS),
    "publicity_scopes": _scopes,
}


def codes_of(
    rows: Sequence[TypeRow], known: Mapping[str, Sequence[TypeContent]]
) -> tuple[dict[int, str], list[tuple[int, str]]]:
    """Row -> code for a table without codes, and the rows that could mean several or none.

    A row is about the list of its title; failing that, about the object of 篇十三 with its number, unless another row
    has that one's title; else it is a new list. `known`: code -> what is published and what is drafted of it.
    """
    titles: dict[str, dict[str, None]] = {}
    for code, contents in known.items():
        for content in contents:
            titles.setdefault(folded(content.title), {})[code] = None
    found: dict[int, str] = {}
    problems: list[tuple[int, str]] = []
    others = []
    numbered: dict[str, int] = {}
    for row in rows:
        if (number := row.cells["number"]) and (first := numbered.setdefault(number, row.number)) != row.number:
            problems.append((row.number, f"序号“{number[:10]}”与第 {first} 行重复。请改正其中一行的序号。"))
        called = list(titles.get(folded(row.cells["title"]), ()))
        if len(called) > 1:
            called = [one for one in called if _has_number(known[one], row.cells["number"])] or called
        if len(called) == 1:
            found[row.number] = called[0]
        elif called:
            message = f"“{row.cells['title'][:40]}”有几个名单类型：{'、'.join(called)}。请使用有“名单编码”列的表。"
            problems.append((row.number, message))
        elif not row.cells["number"].isdecimal():
            problems.append((row.number, "没有填写序号，也没有同名的名单类型。请填写序号（整数）。"))
        else:
            others.append(row)
    taken = set(found.values())
    for row in others:
        code = f"{PREFIX}{int(row.cells['number']):02d}"
        if code in taken:
            numbers = [int(one.removeprefix(PREFIX)) for one in taken | set(known) if _is_numbered(one)]
            code = f"{PREFIX}{max(numbers) + 1:02d}"
        found[row.number] = code
        taken.add(code)
    return found, problems


def _has_number(contents: Sequence[TypeContent], text: str) -> bool:
    return any(str(content.number) == text for content in contents)


def _is_numbered(code: str) -> bool:
    return code.startswith(PREFIX) and code.removeprefix(PREFIX).isdecimal()
