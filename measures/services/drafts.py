"""Drafting measure items: from nothing, an original measure, a published item. One draft of a code at a time."""

import re
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from audit.services import record
from kernel.actor import Actor
from kernel.errors import Malformed, NotFound, NotPermitted, RuleBroken
from kernel.machine import TransitionRefused
from measures import policies, selectors
from measures.events import ItemDraftDiscarded, ItemDrafted, ItemDraftSaved
from measures.models import BasicMeasure, Basis, Calls, MeasureItem, MeasureList, OriginalMeasure
from measures.rules.conditions import read_condition, written
from measures.rules.content import NO_MATTER, Article, ItemContent, ItemValue, settled
from measures.rules.states import ITEM_LIFE, ItemState
from measures.rules.wording import verb_of
from office.selectors import document_by_code
from toolkit.db import lock_counter, refusing

ITEM_CODE = re.compile(r"[A-Za-z](?:[A-Za-z0-9_.-]{0,38}[A-Za-z0-9])?")
COUNTER = MeasureList._meta.db_table
OPEN = (ItemState.DRAFT.value, ItemState.IN_REVIEW.value)


class CannotDraft(NotPermitted):
    code = "measures.cannot_draft"
    message = "措施清单事项由实施部门的经办人员或者信用办起草。您只能起草本部门的事项。"


class CodeWrong(Malformed):
    code = "measures.code_wrong"
    message = "事项编号以字母开头，以字母或数字结尾，只用字母、数字和 - _ .，最多 40 位。"


class ItemExists(RuleBroken):
    code = "measures.item_exists"
    message = "已有这个编号的措施清单事项。请换一个编号，或者在原事项上“变更”。"


class DraftOpen(RuleBroken):
    code = "measures.draft_open"
    message = "该事项已有起草中或者待审核的版本。请在那个版本上继续，或者先将其作废。"


class DraftMoved(RuleBroken):
    code = "measures.draft_moved"
    message = "该版本刚刚已被他人修改，您的内容没有保存。请核对最新内容后重新修改。"


class WrongState(RuleBroken):
    code = "measures.wrong_state"
    message = "该版本当前的状态不能进行该操作。请刷新后再看。"


class UnknownDocument(Malformed):
    code = "measures.unknown_document"
    message = "所引用的依据文件没有登记。"


class UnknownOriginal(NotFound):
    code = "measures.unknown_original"
    message = "没有这条原始措施。尚未分解的备忘录不能产生措施，请先分解备忘录。"


class UnknownBasicMeasure(Malformed):
    code = "measures.unknown_basic_measure"
    message = "没有这条清单措施，请从清单中选择。"


VERBS = {"submit": "提交审核", "send_back": "退回", "publish": "发布", "withdraw": "撤回", "discard": "作废"}


def after(verb: str, item: MeasureItem) -> ItemState:
    """The state after a verb of ITEM_LIFE. Raises WrongState, in the words of the page."""
    state = ItemState(item.state)
    try:
        return ITEM_LIFE.after(verb, state)
    except TransitionRefused as refused:
        raise WrongState(f"该版本为“{state.label}”，不能{VERBS[verb]}。请刷新后再看。") from refused


def draftable(*, item_id: int, actor: Actor) -> MeasureItem:
    """The locked row of an item that the actor may work on. Raises ItemNotFound, CannotDraft."""
    item = selectors.item_by_id(actor, item_id, for_update=True)
    if not policies.may_draft(actor, department_id=item.department_id):
        raise CannotDraft
    return item


@transaction.atomic
def draft_item(*, value: ItemValue, actor: Actor, now: datetime) -> int:
    """Begin a new item; an empty code is given one. Returns its id.

    Raises CannotDraft, CodeWrong, ItemExists, ConditionWrong, UnknownDocument, UnknownBasicMeasure.
    """
    content = value.content
    if not policies.may_draft(actor, department_id=content.department_id):
        raise CannotDraft
    lock_counter(COUNTER)  # of two who begin with one code, or with none, the second sees what the first has taken
    code = content.code.strip() or _next_code(content.department_id)
    if not ITEM_CODE.fullmatch(code):
        raise CodeWrong
    if MeasureItem.objects.filter(code=code).exclude(state=ItemState.DISCARDED.value).exists():
        raise ItemExists
    return _draft(replace(value, content=replace(content, code=code)), actor=actor, now=now)


@transaction.atomic
def draft_from_item(*, item_id: int, actor: Actor, now: datetime) -> int:
    """Begin the next edition of a published or withdrawn item as a copy of it. Returns its id.

    Raises ItemNotFound, CannotDraft, WrongState, DraftOpen.
    """
    item = draftable(item_id=item_id, actor=actor)
    if item.state not in (ItemState.PUBLISHED.value, ItemState.WITHDRAWN.value):
        raise WrongState("只能在已发布或者已撤回的事项上变更。")
    value = selectors.value_of(item)
    verb = value.content.verb or verb_of(value.content.wording)
    return _draft(replace(value, content=replace(value.content, verb=verb)), actor=actor, now=now)


@transaction.atomic
def draft_from_original(*, original_id: int, department_id: int, actor: Actor, now: datetime) -> int:
    """Begin an item that carries out a memorandum's measure, in its words. Returns its id.

    Raises CannotDraft, UnknownOriginal.
    """
    original = OriginalMeasure.objects.select_related("memorandum").filter(pk=original_id).first()
    if original is None:
        raise UnknownOriginal
    memorandum = original.memorandum
    number = f"（{memorandum.document_number}）" if memorandum.document_number else ""
    content = ItemContent(
        code="",
        department_id=department_id,
        department_text="",
        matter_code="",
        matter_name=NO_MATTER,
        responsible_office="",
        basis_text="；".join([*original.legal_basis, f"《{memorandum.title.strip('《》')}》{number}"]),
        target_text=memorandum.subject_text,
        content=original.label,
        stages=[],
        organisation="",
        means="推荐应用" if original.reward else "强制应用",
        reward=original.reward,
        kind=None,
        wording="",
        term_text="",
        extends_to_responsible=False,
        original_id=original.pk,
    )
    return draft_item(value=ItemValue(content=content), actor=actor, now=now)


@transaction.atomic
def save_draft(*, item_id: int, value: ItemValue, seen: str, actor: Actor, now: datetime) -> str:
    """Write a draft's whole content; whoever saves it has drafted it. Returns the `seen` of what is there now.

    `seen`: ItemValue.seen of what the writer had in front of him. The same again changes nothing; code and department
    stay. Raises ItemNotFound, CannotDraft, WrongState, DraftMoved, ConditionWrong, UnknownDocument,
    UnknownBasicMeasure.
    """
    item = draftable(item_id=item_id, actor=actor)
    if item.state != ItemState.DRAFT:
        raise WrongState(f"该版本为“{ItemState(item.state).label}”，不能修改。待审核的请先退回，已发布的请“变更”。")
    before = selectors.value_of(item)
    content = replace(
        value.content,
        code=item.code,
        department_id=item.department_id,
        department_text=item.department_text,
    )
    wanted = _settled(replace(value, content=content))
    if before.seen == wanted.seen:
        return before.seen
    if before.seen != seen:
        raise DraftMoved
    for name, said in asdict(wanted.content).items():
        setattr(item, name, said)
    item.drafted_by, item.drafted_at = actor.key, now
    item.save()
    item.bases.all().delete()
    item.calls.all().delete()
    _rest(item, wanted)
    fact = ItemDraftSaved(item.pk, item.code, before.seen, wanted.seen)
    record(fact, about=f"measures.item:{item.pk}", actor=actor, now=now)
    return wanted.seen


@transaction.atomic
def discard_draft(*, item_id: int, actor: Actor, now: datetime) -> None:
    """Give a draft up; it stays on record as 已作废. Raises ItemNotFound, CannotDraft, WrongState."""
    item = draftable(item_id=item_id, actor=actor)
    item.state = after("discard", item)
    item.save(update_fields=["state"])
    record(ItemDraftDiscarded(item.pk, item.code), about=f"measures.item:{item.pk}", actor=actor, now=now)


def _draft(value: ItemValue, *, actor: Actor, now: datetime) -> int:
    wanted = _settled(value)
    code = wanted.content.code
    last = MeasureItem.objects.filter(code=code, rev_from__isnull=False).aggregate(last=Max("edition"))["last"]
    with refusing("measures_item_one_draft", DraftOpen):
        item = MeasureItem.objects.create(
            **asdict(wanted.content),
            state=ItemState.DRAFT.value,
            edition=(last or 0) + 1,
            drafted_by=actor.key,
            drafted_at=now,
        )
    _rest(item, wanted)
    record(ItemDrafted(item.pk, code, item.edition), about=f"measures.item:{item.pk}", actor=actor, now=now)
    return item.pk


def _settled(value: ItemValue) -> ItemValue:
    """With class and wording as they follow, and the condition as it is kept."""
    content = value.content
    listed = None
    if content.basic_id is not None:
        listed = BasicMeasure.objects.filter(pk=content.basic_id).first()
        if listed is None:
            raise UnknownBasicMeasure
    condition = written(read_condition(content.condition))
    return settled(
        replace(value, content=replace(content, condition=condition)), listed_kind=listed.kind if listed else None
    )


def _rest(item: MeasureItem, value: ItemValue) -> None:
    Basis.objects.bulk_create(
        Basis(item=item, document_id=document, article=article) for document, article in cited(value.articles)
    )
    Calls.objects.bulk_create(
        [Calls(item=item, source_id=s) for s in sorted(value.triggers)]
        + [Calls(item=item, source_id=s, unless_bad=True) for s in sorted(value.unless_bad)]
    )


def cited(articles: Iterable[Article]) -> list[tuple[int, str]]:
    """Document ids with articles, each once, in order. Raises UnknownDocument."""
    found = set()
    for one in articles:
        document = document_by_code(one.document_code)
        if document is None:
            raise UnknownDocument(f"依据文件“{one.document_code}”没有登记，请先登记法律依据文件。")
        found.add((document.id, one.article.strip()))
    return sorted(found)


def _next_code(department_id: int | None) -> str:
    """A code that nobody chose: QD, the department, a running number."""
    prefix = f"QD{department_id or 0}-"
    taken = MeasureItem.objects.filter(code__startswith=prefix).order_by("id").values_list("code", flat=True)
    numbers = [int(tail) for code in taken if (tail := code.removeprefix(prefix)).isdecimal()]
    return f"{prefix}{max(numbers, default=0) + 1:04d}"
