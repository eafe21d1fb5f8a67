"""Legal documents and measure items, made through the services."""

from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from typing import Any

from accounts.models import Department
from kernel.actor import Actor, Role
from kernel.law import Rank
from measures import selectors, services
from measures.models import BasicList, BasicMeasure, MeasureItem, Memorandum, OriginalMeasure
from measures.services import Article, ItemContent, ItemValue, RehearsalFigures
from office.services import register_document
from tests.factories import accounts, collection
from tests.factories.accounts import LONG_AGO, PLATFORM

_numbers = count(1)


def document(*, rank: Rank = Rank.LAW, **fields: Any) -> str:
    """A registered legal document. Its code."""
    number = next(_numbers)
    said = {"code": f"D{number}", "title": f"中华人民共和国某{number}法", "short": f"某{number}法", "confidence": "L"}
    register_document(rank=rank, actor=PLATFORM, now=LONG_AGO, **said | fields)
    return str((said | fields)["code"])


def content(**fields: Any) -> ItemContent:
    """A punishment of kind 1 that an article demands, for a matter before the decision."""
    said = {
        "code": f"TY{next(_numbers)}",
        "department_text": "",
        "matter_code": "",
        "matter_name": "某事项",
        "responsible_office": "",
        "basis_text": "某法",
        "target_text": "失信主体",
        "content": "限制申请",
        "stages": ["before"],
        "organisation": "",
        "means": "强制应用",
        "reward": False,
        "kind": 1,
        "wording": "依法应当",
        "term_text": "名单有效期内",
        "extends_to_responsible": False,
    }
    if "department_id" not in fields:
        fields["department_id"] = accounts.department().pk
    return ItemContent(**said | fields)


def item(*, triggers: list[int], unless_bad: list[int] | None = None, **fields: Any) -> int:
    """A published item that these sources call for; `articles` or a law of its own. Its id."""
    articles = fields.pop("articles", None) or [Article(document_code=document(), article="第一条")]
    actor, now = fields.pop("actor", PLATFORM), fields.pop("now", LONG_AGO)
    return services.publish_item(
        content=content(**fields),
        articles=articles,
        triggers=triggers,
        unless_bad=unless_bad or [],
        actor=actor,
        now=now,
    )


def reward(*, triggers: list[int], unless_bad: list[int], **fields: Any) -> int:
    """A published reward that is offered while no bad record stands on `unless_bad`. Its id."""
    said = {"reward": True, "kind": None, "wording": "可以提供", "content": "容缺受理", "means": "推荐应用"}
    return item(triggers=triggers, unless_bad=unless_bad, **said | fields)


def editor() -> Actor:
    """One of the credit office."""
    return accounts.actor(Role.CREDIT_OFFICE)


def basic(*, kind: int = 2, **fields: Any) -> int:
    """A measure of an edition of the national list. Its id."""
    given = {"effective_from": fields.pop("effective_from", None), "effective_until": fields.pop("until", None)}
    edition = BasicList.objects.create(
        code=f"national-{next(_numbers)}",
        title="全国失信惩戒措施基础清单",
        edition="2024年版",
        confidence="P",
        local=given["effective_until"] is not None,  # the national editions that ship follow each other
        **given,
    )
    said = {"number": 1, "label": "限制申请财政性资金项目", "confidence": "P"}
    return BasicMeasure.objects.create(basic_list=edition, kind=kind, **said | fields).pk


def value(**fields: Any) -> ItemValue:
    """A whole item as a person would write it: kind 2 from the national list, on an article of a law."""
    rest = {
        "articles": tuple(fields.pop("articles", None) or [Article(document_code=document(), article="第一条")]),
        "triggers": frozenset(fields.pop("triggers", None) or [collection.source()]),
        "unless_bad": frozenset(fields.pop("unless_bad", ())),
    }
    said = {
        "responsible_office": "信用科",
        "organisation": "受理环节核查",
        "verb": "may",
        "kind": None,
        "wording": "",
        "matter_name": "专项资金申报" if fields.get("matter_code") else "无",
    }
    if "basic_id" not in fields and not fields.get("reward"):
        fields["basic_id"] = basic()
    return ItemValue(content=content(**said | fields), **rest)


def draft(*, actor: Actor | None = None, **fields: Any) -> int:
    """A draft of a whole item. Its id."""
    return services.draft_item(value=value(**fields), actor=actor or editor(), now=LONG_AGO)


def seen(item_id: int) -> str:
    return selectors.value_of(MeasureItem.objects.get(pk=item_id)).seen


def changed(item_id: int, **fields: Any) -> ItemValue:
    """What an item says, with these columns of its content changed."""
    said = selectors.value_of(MeasureItem.objects.get(pk=item_id))
    return replace(said, content=replace(said.content, **fields))


def in_review(*, actor: Actor | None = None, **fields: Any) -> int:
    """An item that waits for the second person. Its id."""
    actor = actor or editor()
    made = draft(actor=actor, **fields)
    services.submit(item_id=made, seen=seen(made), actor=actor, now=LONG_AGO)
    return made


def figures(item_id: int, **fields: Any) -> RehearsalFigures:
    """The figures of a rehearsal of what the item says now."""
    counts = ("checks", "checks_newly", "checks_no_longer", "subjects", "subjects_newly", "subjects_no_longer")
    said: dict[str, Any] = {
        "digest": seen(item_id),
        "checked_from": date(2025, 1, 5),
        "checked_until": date(2026, 1, 5),
        **dict.fromkeys(counts, 0),
    }
    return RehearsalFigures(**said | fields)


def published(*, actor: Actor | None = None, **fields: Any) -> int:
    """An item that one person wrote and another published. Its id."""
    made = in_review(**fields)
    services.publish(item_id=made, seen=seen(made), rehearsed=figures(made), actor=actor or editor(), now=LONG_AGO)
    return made


@dataclass(frozen=True)
class Items:
    """One item in each state that a page is about, all of one department, and a memorandum's measure."""

    draft: int
    waiting: int
    published: int
    code: str
    original: int

    def of(self, name: str) -> int:
        """The item that a URL of this name is about."""
        if name in ("measures:review", "measures:send_back"):
            return self.waiting
        return self.published if name == "measures:change" else self.draft


def original(**fields: Any) -> int:
    """A measure of a memorandum. Its id."""
    memorandum = Memorandum.objects.create(
        code=f"BW{next(_numbers)}",
        title="某联合惩戒合作备忘录",
        document_number="发改财金〔2016〕1号",
        subject_text="当事人",
    )
    said = {"number": 1, "label": "限制申请财政性资金", "reward": False, "legal_basis": ["某法第一条"]}
    return OriginalMeasure.objects.create(memorandum=memorandum, **said | fields).pk


def items(department: Department) -> Items:
    done = published(department_id=department.pk)
    return Items(
        draft=draft(department_id=department.pk, responsible_office=""),
        waiting=in_review(department_id=department.pk),
        published=done,
        code=MeasureItem.objects.get(pk=done).code,
        original=original(),
    )
