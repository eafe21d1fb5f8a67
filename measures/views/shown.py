"""What a measure item says, arranged for the eye: the same in the editor, in review and on the public page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

import accounts.selectors
import office.selectors
from accounts.selectors import DepartmentValue
from catalog.rules.marks import Piece, marked
from collection.rules.freshness import SourceKind
from collection.selectors import source_ages
from kernel.actor import Actor, Kind, Role
from measures import selectors
from measures.models import BasicMeasure, MeasureItem, OriginalMeasure
from measures.rules.condition_scope import WARNINGS, Scope, warning
from measures.rules.condition_words import Names, sentence
from measures.rules.conditions import Condition, read_condition, tests_of
from measures.rules.content import NO_MATTER, STAGE_LABELS, ItemValue
from measures.rules.rehearsed import read_figures
from measures.rules.wording import VERBS

KINDS = {1: "第一类（减损权益或增加义务）", 2: "第二类（管理措施）", 3: "第三类（市场主体自主实施）"}
UNCONFIRMED = ("P", "G")
GROUPS = {
    SourceKind.SERIOUS: "严重失信主体名单",
    SourceKind.ABNORMAL: "异常名录",
    SourceKind.REWARD: "守信激励名单",
    SourceKind.RECORD: "信用信息记录",
}


@dataclass(frozen=True, slots=True)
class BasisLine:
    title: str
    article: str
    rank: str
    warning: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One column of two wordings, with what differs marked."""

    label: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]

    @property
    def differs(self) -> bool:
        return any(piece.changed for piece in (*self.before, *self.after))


@dataclass(frozen=True, slots=True)
class Shown:
    """One item, ready for a template."""

    item: MeasureItem
    value: ItemValue
    department: str
    columns: tuple[tuple[str, str], ...]
    kind: str
    basic: str
    basic_unconfirmed: bool
    bases: tuple[BasisLine, ...]
    triggers: tuple[str, ...]
    unless_bad: tuple[str, ...]
    sentence: str
    warning: str
    original: OriginalMeasure | None
    figures: str


def shown(item: MeasureItem, *, today: date) -> Shown:
    """Everything that the item says; a condition that always or never holds is warned about."""
    value = selectors.value_of(item)
    content = value.content
    names = selectors.source_names(as_of=today)
    documents = selectors.documents_of(value)
    basics = BasicMeasure.objects.select_related("basic_list").order_by("id")
    basic = basics.filter(pk=content.basic_id).first() if content.basic_id else None
    originals = OriginalMeasure.objects.select_related("memorandum").order_by("id")
    condition = read_condition(content.condition)
    warned = warning(condition, scope_of(value, names))
    lines = []
    for one in value.articles:
        document = documents.get(one.document_code)
        if document is None:
            lines.append(BasisLine(one.document_code, one.article, "", "没有登记"))
        else:
            said = "" if document.in_force(today) else "不在施行期内"
            lines.append(BasisLine(document.title, one.article, document.rank.label, said))
    return Shown(
        item=item,
        value=value,
        department=department_name(item),
        columns=tuple(columns_of(value).items()),
        kind=KINDS.get(content.kind or 0, "激励" if content.reward else "未确定"),
        basic=f"{basic.basic_list.title}第 {basic.number} 项：{basic.label}" if basic else "",
        basic_unconfirmed=basic is not None and basic.confidence in UNCONFIRMED and not basic.confirmed_by,
        bases=tuple(lines),
        triggers=tuple(names[i][1] for i in sorted(value.triggers) if i in names),
        unless_bad=tuple(names[i][1] for i in sorted(value.unless_bad) if i in names),
        sentence=in_words(condition, word_names(today)),
        warning=WARNINGS[warned] if warned else "",
        original=originals.filter(pk=content.original_id).first() if content.original_id else None,
        figures=read_figures(item.rehearsed).sentence if item.rehearsed else "",
    )


@dataclass(frozen=True, slots=True)
class PublicRow:
    """One published item in a list: what stands in its own row, and its condition as a sentence."""

    item: MeasureItem
    department: str
    stages: str
    kind: str
    sentence: str


def public_rows(items: Iterable[MeasureItem], *, today: date) -> list[PublicRow]:
    """Rows of the public list; names are looked up once for all."""
    names = word_names(today)
    return [
        PublicRow(
            item=item,
            department=department_name(item),
            stages="、".join(label for code, label in STAGE_LABELS.items() if code in item.stages),
            kind=KINDS.get(item.kind or 0, "激励"),
            sentence=in_words(read_condition(item.condition), names) if item.condition else "",
        )
        for item in items
    ]


def columns_of(value: ItemValue) -> dict[str, str]:
    """The eight columns of 篇十五 under their headings."""
    content = value.content
    return {
        "事项名称": content.matter_name,
        "责任处室（单位）": content.responsible_office,
        "奖惩依据": content.basis_text,
        "奖惩对象": content.target_text,
        "奖惩措施": content.content,
        "管理阶段": "、".join(label for code, label in STAGE_LABELS.items() if code in content.stages),
        "组织实施": content.organisation,
        "应用手段": content.means,
    }


def compared(before: Shown, after: Shown) -> list[Compared]:
    """What differs between two editions, column by column."""
    old, new = _said(before), _said(after)
    return [_compared(label, old[label], new[label]) for label in new if old[label] != new[label]]


def _compared(label: str, before: str, after: str) -> Compared:
    """Both texts in pieces; the same text is one piece that did not change."""
    if before == after:
        same = (Piece(before, False),) if before else ()
        return Compared(label, same, same)
    return Compared(label, *marked(before, after))


def _said(one: Shown) -> dict[str, str]:
    content = one.value.content
    own = f"{content.own_document_no}{content.own_article}，至 {content.own_until}" if content.continues else "否"
    return dict(one.columns) | {
        "期限": content.term_text,
        "类别": one.kind,
        "对应的清单措施": one.basic,
        "条文用语": VERBS.get(content.verb, ""),
        "窗口用语": content.wording,
        "依据条文": "；".join(f"{line.title}{line.article}" for line in one.bases),
        "触发来源": "、".join(one.triggers),
        "激励的前提": "、".join(one.unless_bad),
        "执行条件": one.sentence,
        "及于责任人员": "是" if content.extends_to_responsible else "否",
        "移出后继续适用": own,
    }


def against_original(one: Shown) -> list[Compared]:
    """The item beside the memorandum's measure that it carries out; what was added or left out is marked."""
    original = one.original
    if original is None:
        return []
    said = dict(one.columns)
    pairs = (
        ("奖惩措施", original.label, said["奖惩措施"]),
        ("奖惩依据", "；".join(original.legal_basis), said["奖惩依据"]),
        ("奖惩对象", original.memorandum.subject_text, said["奖惩对象"]),
        ("实施部门", "、".join(original.departments), one.department),
        ("强制或推荐", original.means or original.strength, said["应用手段"]),
    )
    return [_compared(label, before, after) for label, before, after in pairs]


def department_name(item: MeasureItem) -> str:
    return item.department.name if item.department is not None else item.department_text or "–"


def scope_of(value: ItemValue, names: dict[int, tuple[str, str]]) -> Scope:
    """Where the item applies anyway, so that a condition is judged there."""
    return Scope(
        sources=tuple(names[i][0] for i in sorted(value.triggers) if i in names),
        matters=(value.content.matter_code or NO_MATTER,),
        stages=tuple(value.content.stages),
    )


def word_names(today: date) -> Names:
    """What the values of facts are called on the screen."""
    sources = {code: name for code, name in selectors.source_names(as_of=today).values()}
    return {"source": sources, "matter": {NO_MATTER: NO_MATTER} | matter_names()}


def in_words(condition: Condition | None, names: Names) -> str:
    """The condition as a sentence, places by their names."""
    tests = tests_of(condition) if condition is not None else []
    codes = {one for test in tests if test.fact == "area" and isinstance(test.value, tuple) for one in test.value}
    places = office.selectors.division_names(codes) if codes else {}
    return sentence(condition, {**names, "area": places})


def matter_names() -> dict[str, str]:
    """Code -> name of every matter; matters are registered above, in settings.KNOWN_MATTERS."""
    found: Iterable[Any] = import_string(settings.KNOWN_MATTERS)()
    return {one.code: one.name for one in found}


def matter_choices() -> list[tuple[str, str]]:
    return [(code, f"{code} {name}") for code, name in matter_names().items()]


def source_choices(today: date, *, bad: bool = False) -> list[Any]:
    """Lists and kinds of record by their kind; `bad`: without the lists of honours."""
    ages = source_ages(as_of=today)
    groups = [(GROUPS[kind], [(str(a.id), a.name) for a in ages if a.kind is kind]) for kind in GROUPS]
    return [(label, rows) for label, rows in groups if rows and not (bad and label == GROUPS[SourceKind.REWARD])]


def basic_choices() -> list[Any]:
    """The measures of the national basic list and of local supplements, by edition, the newest first."""
    rows = BasicMeasure.objects.select_related("basic_list")
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in rows.order_by("-basic_list__edition", "basic_list_id", "number"):
        unsure = "（待核实）" if row.confidence in UNCONFIRMED and not row.confirmed_by else ""
        label = f"第{'零一二三'[row.kind]}类 {row.number}. {row.label}{unsure}"
        groups.setdefault(row.basic_list.title, []).append((str(row.pk), label))
    return list(groups.items())


def document_choices() -> list[tuple[str, str]]:
    """Registered legal documents, the highest rank first."""
    documents = sorted(office.selectors.registered_documents(), key=lambda one: (one.rank, one.code))
    return [(one.code, f"{one.title}（{one.rank.label}）") for one in documents]


def department_choices(actor: Actor) -> list[tuple[str, str]]:
    """The departments for which the actor may draft."""
    return [(str(one.id), one.name) for one in own_departments(actor)]


def own_departments(actor: Actor) -> list[DepartmentValue]:
    every = accounts.selectors.all_departments()
    if actor.kind is Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE):
        return every
    return [one for one in every if one.id in actor.departments]


def every_department() -> list[tuple[str, str]]:
    return [(str(one.id), one.short_name or one.name) for one in accounts.selectors.all_departments()]


def people(items: Sequence[MeasureItem]) -> dict[str, str]:
    """Who drafted and reviewed these, by the keys that the rows keep."""
    return accounts.selectors.shown_names(key for one in items for key in (one.drafted_by, one.reviewed_by) if key)


def rehearse_link(item: MeasureItem) -> str:
    """Where the rehearsal of a draft is made; it belongs to a higher floor and is linked by name."""
    try:
        return reverse("screening:rehearse", args=[item.pk])
    except NoReverseMatch:
        return ""
