"""What a memorandum says, as one value: head, conducts, original measures; and what is wrong with it. Pure.

A memorandum binds nobody by itself. What it does not state is said so in words (未查明, 未注明): an empty place is
a slip.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from measures.rules.units import is_known, nearest

NUMBER_UNKNOWN = "未查明"  # in place of a document number that nobody has found
NOT_STATED = "未注明"  # in place of departments or articles that the memorandum itself does not name
REWARD, PUNISHMENT = "激励", "惩戒"
MEANS = ("", "强制性", "推荐性")
STRENGTHS = {
    "": "",
    "restriction": "限制",
    "supervision": "监管",
    "publicity": "公示",
    "reference": "参考",
    "preference": "优惠",
}
NOT_CODES = frozenset({"new", "import"})  # addresses of their own
LISTS = range(1, 44)  # the list of objects in 篇十三
LONGEST = {"code": 60, "title": 300, "document_number": 60, "lead": 200}
LONGEST_UNIT, LONGEST_LABEL = 100, 4000
LONGEST_LINE = 30_000  # what a cell of a spreadsheet holds
LONGEST_TEXT = 500_000


class NotAMemorandum(ValueError):
    """A mapping that has not the shape of a memorandum; the message says which part, in Chinese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConductRow:
    """行为清单: one kind of conduct; `criteria`: 认定标准."""

    number: int
    label: str
    criteria: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalRow:
    """One measure as the memorandum states it. `conducts`: numbers of ConductRow; empty lists: 未注明."""

    number: int
    label: str
    reward: bool
    strength: str = ""
    means: str = ""
    departments: tuple[str, ...] = ()
    legal_basis: tuple[str, ...] = ()
    conducts: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MemorandumContent:
    """`list_numbers`: in 篇十三; `replaces`: code of an older memorandum; `document_number` "": 未查明."""

    code: str
    title: str
    document_number: str = ""
    document_number_confirmed: bool = False
    issued_on: date | None = None
    lead: str = ""
    signatories: tuple[str, ...] = ()
    subject_text: str = ""
    list_numbers: tuple[int, ...] = ()
    replaces: str = ""
    complete: bool = False
    text: str = ""
    conducts: tuple[ConductRow, ...] = ()
    measures: tuple[OriginalRow, ...] = field(default=())

    @cached_property
    def seen(self) -> str:
        """A short text that changes whenever the content does."""
        said = json.dumps(written(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:20]

    @property
    def decomposed(self) -> bool:
        """Without a measure it is a stub, 未分解, which can never yield one."""
        return bool(self.measures)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where: "备忘录", "行为 3", "原始措施 5". The message says how to mend it."""

    place: str
    message: str


def written(content: MemorandumContent) -> dict[str, Any]:
    """As plain values, the same for YAML and for the token; what is not known stands there in words."""
    said = asdict(content)
    said["document_number"] = content.document_number or NUMBER_UNKNOWN
    said["issued_on"] = content.issued_on.isoformat() if content.issued_on else ""
    said["signatories"], said["list_numbers"] = list(content.signatories), list(content.list_numbers)
    said["conducts"] = [asdict(one) for one in content.conducts]
    said["measures"] = [
        asdict(one)
        | {
            "departments": list(one.departments) or [NOT_STATED],
            "legal_basis": list(one.legal_basis) or [NOT_STATED],
            "conducts": list(one.conducts),
        }
        for one in content.measures
    ]
    return said


def read(said: Mapping[str, Any]) -> tuple[MemorandumContent, list[Problem]]:
    """The content that a mapping says, and what in it was left empty that must be said. Raises NotAMemorandum."""
    _keys(said, MemorandumContent, "备忘录")
    problems: list[Problem] = []
    number = _text(said, "document_number", "文号")
    if not number:
        message = f"没有填写文号。请填写；确实查不到的，填“{NUMBER_UNKNOWN}”。"
        problems.append(Problem("备忘录", message))
    conducts = tuple(_conduct(one, at) for at, one in enumerate(_list(said, "conducts", "行为清单"), 1))
    measures = tuple(_original(one, at, problems) for at, one in enumerate(_list(said, "measures", "原始措施"), 1))
    content = MemorandumContent(
        code=_text(said, "code", "编号"),
        title=_text(said, "title", "名称"),
        document_number="" if number == NUMBER_UNKNOWN else number,
        document_number_confirmed=_bool(said, "document_number_confirmed", "文号已核实"),
        issued_on=_day(said.get("issued_on")),
        lead=_text(said, "lead", "牵头部门"),
        signatories=_texts(said, "signatories", "签署单位"),
        subject_text=_text(said, "subject_text", "联合奖惩对象"),
        list_numbers=_numbers(said, "list_numbers", "篇十三序号"),
        replaces=_text(said, "replaces", "代替的备忘录"),
        complete=_bool(said, "complete", "已全部分解"),
        text=plain_text(_text(said, "text", "正文")),
        conducts=conducts,
        measures=measures,
    )
    return content, problems


def plain_text(text: str) -> str:
    """The memorandum's words line by line, without the white space that spreadsheets and web pages put around."""
    return "\n".join(line.strip() for line in text.splitlines()).strip()


def problems_of(content: MemorandumContent, *, units: Collection[str]) -> list[Problem]:
    """Everything that is wrong with it but references to other memoranda. `units`: names known in the city."""
    also = {*units, *content.signatories, content.lead, *content.lead.split("、")}
    return [*_of_head(content), *_of_conducts(content), *_of_measures(content, also - {""})]


def _of_head(content: MemorandumContent) -> Iterator[Problem]:
    for key, label in (("code", "编号"), ("title", "名称")):
        if not getattr(content, key):
            yield Problem("备忘录", f"没有填写{label}。")
    if content.code in NOT_CODES:
        yield Problem("备忘录", f"编号不能是“{content.code}”。请换一个编号。")
    for key, longest in LONGEST.items():
        if len(getattr(content, key)) > longest:
            yield Problem("备忘录", f"{WORDS[key]}超过 {longest} 个字符，请缩短。")
    if len(content.subject_text) > LONGEST_LINE:
        yield Problem("备忘录", f"联合奖惩对象超过 {LONGEST_LINE} 个字符，请缩短。")
    if content.document_number_confirmed and not content.document_number:
        yield Problem("备忘录", f"文号为“{NUMBER_UNKNOWN}”，不能标为已核实。请填写文号，或改为未核实。")
    if wrong := [str(n) for n in content.list_numbers if n not in LISTS]:
        yield Problem("备忘录", f"篇十三中没有序号 {'、'.join(wrong)}。请填写 1 至 43。")
    if long := [name for name in content.signatories if len(name) > LONGEST_UNIT]:
        yield Problem("备忘录", f"签署单位“{long[0][:20]}…”过长，疑为没有分开。请每行一个，或用分号分开。")
    if twice := [name for name, times in Counter(content.signatories).items() if times > 1]:
        yield Problem("备忘录", f"签署单位重复：{'、'.join(twice)}。请删去重复的。")
    if content.replaces and content.replaces == content.code:
        yield Problem("备忘录", "备忘录不能代替自己。请改正“代替的备忘录”。")
    if content.complete and not content.measures:
        yield Problem("备忘录", "没有原始措施，不能标为已全部分解。")
    if len(content.text) > LONGEST_TEXT or any(len(line) > LONGEST_LINE for line in content.text.split("\n")):
        yield Problem("备忘录", "正文过长。请分段，或只保留与奖惩有关的部分，全文以附件上传。")


def _of_conducts(content: MemorandumContent) -> Iterator[Problem]:
    yield from _twice("行为", [one.number for one in content.conducts])
    for one in content.conducts:
        if not one.label:
            yield Problem(f"行为 {one.number}", "没有填写行为。")
        if max(len(one.label), len(one.criteria)) > LONGEST_LABEL:
            yield Problem(f"行为 {one.number}", f"行为或认定标准超过 {LONGEST_LABEL} 个字符，请缩短。")


def _of_measures(content: MemorandumContent, also: Collection[str]) -> Iterator[Problem]:
    known = {one.number for one in content.conducts}
    yield from _twice("原始措施", [one.number for one in content.measures])
    for one in content.measures:
        place = f"原始措施 {one.number}"
        if not one.label:
            yield Problem(place, "没有填写措施内容。")
        if len(one.label) > LONGEST_LABEL:
            yield Problem(place, f"措施内容超过 {LONGEST_LABEL} 个字符，请缩短。")
        if one.means not in MEANS:
            yield Problem(place, f"应用要求“{one.means}”不对。请填强制性、推荐性，或留空。")
        if one.strength not in STRENGTHS:
            words = "、".join(filter(None, STRENGTHS.values()))
            yield Problem(place, f"措施类型“{one.strength}”不对。请填{words}，或留空。")
        if missing := [str(n) for n in one.conducts if n not in known]:
            yield Problem(place, f"行为清单中没有第 {'、'.join(missing)} 项。请改正对应行为，或先补充行为清单。")
        for name in one.departments:
            if not is_known(name, also):
                like = nearest(name, also)
                how = f"是否为“{like}”？请改正" if like else "请核对"
                yield Problem(place, f"实施部门“{name}”不在部门名录中，也不是签署单位。{how}，或先把它列入签署单位。")
        if any("；" in text or "\n" in text for text in (*one.departments, *one.legal_basis)):
            yield Problem(place, "一项实施部门或依据条文中含有分号或换行。请分成几项填写。")


def _twice(what: str, numbers: list[int]) -> Iterator[Problem]:
    for number, times in Counter(numbers).items():
        if times > 1:
            yield Problem(f"{what} {number}", f"序号 {number} 出现 {times} 次。请改为各不相同的序号。")


def circle(code: str, replaces: str, links: Mapping[str, str]) -> list[str]:
    """The codes that would replace each other in a circle; empty: none. `links`: what replaces what already."""
    way, here = [code], replaces
    while here:
        way.append(here)
        if here == code:
            return way
        if here in way[:-1]:
            return []
        here = links.get(here, "")
    return []


# --- reading plain values -------------------------------------------------------------------------------------------

WORDS = {
    "code": "编号",
    "title": "名称",
    "document_number": "文号",
    "lead": "牵头部门",
}


def _conduct(said: Any, at: int) -> ConductRow:
    place = f"行为清单第 {at} 项"
    if not isinstance(said, Mapping):
        raise NotAMemorandum(f"{place}不是一项内容。")
    _keys(said, ConductRow, place)
    return ConductRow(
        number=_number(said.get("number", at), place),
        label=_text(said, "label", "行为"),
        criteria=_text(said, "criteria", "认定标准"),
    )


def _original(said: Any, at: int, problems: list[Problem]) -> OriginalRow:
    place = f"原始措施第 {at} 项"
    if not isinstance(said, Mapping):
        raise NotAMemorandum(f"{place}不是一项内容。")
    _keys(said, OriginalRow, place)
    number = _number(said.get("number", at), place)
    departments, basis = _texts(said, "departments", "实施部门"), _texts(said, "legal_basis", "依据条文")
    where = f"原始措施 {number}"
    if not departments:
        message = f"没有填写实施部门。请填写；备忘录没有写明的，填“{NOT_STATED}”。"
        problems.append(Problem(where, message))
    if not basis:
        message = f"没有填写依据条文。请填写；备忘录没有写明的，填“{NOT_STATED}”，形成措施清单事项时须另有法律依据。"
        problems.append(Problem(where, message))
    return OriginalRow(
        number=number,
        label=_text(said, "label", "措施内容"),
        reward=_bool(said, "reward", "性质"),
        strength=_text(said, "strength", "措施类型"),
        means=_text(said, "means", "应用要求"),
        departments=() if departments == (NOT_STATED,) else departments,
        legal_basis=() if basis == (NOT_STATED,) else basis,
        conducts=_numbers(said, "conducts", "对应行为"),
    )


def _keys(said: Mapping[str, Any], kind: type, place: str) -> None:
    if strange := set(said) - set(kind.__dataclass_fields__):  # type: ignore[attr-defined]  # a dataclass
        raise NotAMemorandum(f"{place}中没有这样的内容：{'、'.join(sorted(map(str, strange)))}。")


def _text(said: Mapping[str, Any], key: str, label: str) -> str:
    value = said.get(key, "")
    if value is None:
        return ""
    if not isinstance(value, str):
        raise NotAMemorandum(f"{label}不是文字：{value!r}。请加上引号。")
    return value.strip()


def _bool(said: Mapping[str, Any], key: str, label: str) -> bool:
    value = said.get(key, False)
    if not isinstance(value, bool):
        raise NotAMemorandum(f"{label}应为 true 或 false。")
    return value


def _list(said: Mapping[str, Any], key: str, label: str) -> list[Any]:
    value = said.get(key) or []
    if not isinstance(value, list | tuple):
        raise NotAMemorandum(f"{label}不是列表。")
    return list(value)


def _texts(said: Mapping[str, Any], key: str, label: str) -> tuple[str, ...]:
    values = _list(said, key, label)
    if not all(isinstance(value, str) for value in values):
        raise NotAMemorandum(f"{label}中有的不是文字。请加上引号。")
    return tuple(value.strip() for value in values if value.strip())


def _numbers(said: Mapping[str, Any], key: str, label: str) -> tuple[int, ...]:
    return tuple(_number(value, label) for value in _list(said, key, label))


def _number(value: Any, place: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 9999:
        raise NotAMemorandum(f"{place}的序号“{value}”不对。请填 1 至 9999 的整数。")
    return value


def _day(value: Any) -> date | None:
    if value in (None, ""):
        return None
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise NotAMemorandum(f"印发日期“{value}”不对。请写成 2018-11-22 的样子，不清楚的留空。") from error
