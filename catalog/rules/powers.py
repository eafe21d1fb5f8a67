"""Lists of powers and duties (事项清单) as departments keep them: which heading means what, what a row must say, and
what a catalogue item takes over from a power. Pure.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from catalog.rules.content import Basis, Content

HEADINGS = {
    "code": ("事项编码", "事项代码", "权力编码", "职权编码", "基本编码", "实施编码"),
    "name": ("事项名称", "权力名称", "职权名称", "权力事项名称"),
    "kind": ("事项类型", "权力类型", "职权类型", "事项类别", "权力类别"),
    "department": ("实施部门代码", "实施部门", "实施主体", "行使主体", "责任单位", "实施机构"),
    "basis": ("设定依据", "实施依据", "法律依据", "法定依据"),
}
LABELS = {
    "code": "事项编码",
    "name": "事项名称",
    "kind": "事项类型",
    "department": "实施部门代码",
    "basis": "设定依据",
}
LONGEST = {"code": 60, "name": 300, "basis": 20_000}
KINDS = (
    "行政许可",
    "行政处罚",
    "行政强制",
    "行政征收",
    "行政给付",
    "行政检查",
    "行政确认",
    "行政奖励",
    "行政裁决",
    "行政补偿",
    "其他行政权力",
)
OTHER_WORDS = {
    "行政监督检查": "行政检查",
    "其他": "其他行政权力",
    "其他权力": "其他行政权力",
    "其他职权": "其他行政权力",
}
DERIVED_FROM = {"行政许可": "permit", "行政处罚": "penalty"}  # kind of power -> the item of the data standard
LONGEST_NAME = 200
ARTICLE = re.compile(r"第[一二三四五六七八九十百千零〇\d]+条(?:之[一二三四五六七八九十]+)?")


@dataclass(frozen=True, slots=True)
class RowRefused:
    """A row that was not taken: its number in the file, and why (Chinese)."""

    row: int
    message: str


@dataclass(frozen=True, slots=True)
class PowerRow:
    """A row that says what it must. `department`: code or name, as it is written."""

    row: int
    code: str
    name: str
    kind: str
    department: str
    basis: str


def understand(rows: Iterable[tuple[int, Mapping[str, str]]]) -> tuple[list[PowerRow], list[RowRefused]]:
    """Rows (number in the file, text by heading) as powers, and all that is wrong with each of the others."""
    good: list[PowerRow] = []
    refused: list[RowRefused] = []
    seen: dict[str, int] = {}
    for number, cells in rows:
        said = _said(cells)
        wrong = list(_problems(said))
        first = seen.setdefault(said["code"], number)
        if said["code"] and first != number:
            wrong.append(f"事项编码“{said['code']}”与第 {first} 行重复，请删去其中一行或改正编码")
        if wrong:
            refused.append(RowRefused(number, "；".join(wrong) + "。"))
        else:
            good.append(PowerRow(number, **said))
    return good, refused


def _said(cells: Mapping[str, str]) -> dict[str, str]:
    by_heading = {_plain(heading): text for heading, text in cells.items()}
    said = {
        part: next((by_heading[h].strip() for h in headings if by_heading.get(h, "").strip()), "")
        for part, headings in HEADINGS.items()
    }
    said["code"] = unicodedata.normalize("NFKC", said["code"])
    said["kind"] = OTHER_WORDS.get(said["kind"], said["kind"])
    return said


def _plain(heading: str) -> str:
    return re.sub(r"[\s＊*]", "", unicodedata.normalize("NFKC", heading))


def _problems(said: Mapping[str, str]) -> Iterable[str]:
    for part in ("code", "name", "department"):
        if not said[part]:
            yield f"没有填写{LABELS[part]}"
    for part, longest in LONGEST.items():
        if len(said[part]) > longest:
            yield f"{LABELS[part]}有 {len(said[part])} 个字符，超过 {longest} 个，请缩短"
    for part, text in said.items():
        if any(unicodedata.category(char) == "Cc" and char not in "\n\t" for char in text):
            yield f"{LABELS[part]}中有不可见的控制字符，请删除后重新填写"
    if said["kind"] not in KINDS:
        yield f"事项类型“{said['kind']}”不对，请改为：{'、'.join(KINDS)}"


# --- what an item takes over ----------------------------------------------------------------------------------------


class Document(Protocol):
    """A registered legal document, as office.selectors.DocumentValue is one."""

    @property
    def code(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def short(self) -> str: ...
    @property
    def number(self) -> str: ...


def bases_in(text: str, documents: Sequence[Document]) -> tuple[Basis, ...]:
    """The registered documents that a text of basis cites, in its order, each with the articles that follow it."""
    places: list[tuple[int, int, str]] = []
    for document in documents:
        # in brackets, because a short title may stand within a longer one: 行政处罚法 within 行政处罚法实施办法
        words = [f"《{document.title}》", f"《{document.short}》", document.number]
        found = [(text.find(word), len(word)) for word in words if word and word in text]
        if found:
            at, length = min(found)
            places.append((at, at + length, document.code))
    places.sort()
    result = []
    for index, (_, after, code) in enumerate(places):
        until = places[index + 1][0] if index + 1 < len(places) else len(text)
        until = min(until, stop if (stop := text.find("《", after)) >= 0 else until)
        result.append(Basis(document=code, article="、".join(dict.fromkeys(ARTICLE.findall(text[after:until])))))
    return tuple(result)


def derived(
    standard: Content, *, name: str, basis: str, department_code: str, documents: Sequence[Document]
) -> Content:
    """The standard content of permits or penalties for one power: its name, its basis, its department."""
    cited = bases_in(basis, documents)
    known = {one.document for one in cited}
    return replace(
        standard,
        name=f"{name[: LONGEST_NAME - 10]}（{standard.name.removesuffix('信息')}）",
        legal_basis="；".join(filter(None, [basis.rstrip("。；; \n"), standard.legal_basis])),
        bases=(*cited, *(one for one in standard.bases if one.document not in known)),
        provider_units=(department_code,),
    )


def item_code(kind: str, code: str) -> str:
    """The code of the item that is derived from a power: permit-330100123456."""
    plain = re.sub(r"[^A-Za-z0-9_.]+", "-", code).strip("-")
    return f"{DERIVED_FROM[kind]}-{plain}"[:60]
