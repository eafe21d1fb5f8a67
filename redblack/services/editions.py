"""Editions of list types: drafted by one person of the credit office, reviewed and published by another; and the
confirmation of single facts. Only a 现行 list takes entries (redblack.rules.evidence.may_take_entries).
"""

import re
from datetime import date, datetime

from django.db import transaction

from accounts.selectors import department_by_code
from audit.services import record
from collection.services import lock_register
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from kernel.law import Verdict
from kernel.machine import TransitionRefused
from redblack import policies
from redblack.events import (
    EditionDiscarded,
    EditionDrafted,
    EditionPublished,
    EditionSaved,
    EditionSentBack,
    EditionSubmitted,
    ListFactConfirmed,
)
from redblack.models import Entry, ListType, ListTypeEdition
from redblack.rules import editions
from redblack.rules.editions import TypeContent, written
from redblack.rules.states import EDITION_LIFE, EditionState
from redblack.selectors.editions import (
    cited_documents,
    content_of,
    edition_by_id,
    merged_into,
    standing,
    type_by_code,
)
from redblack.services.types import CannotRegister, apply_content
from toolkit.clock import day_of
from toolkit.db import refusing

TYPE_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{1,38}")
VERBS = {"submit": "提交审核", "send_back": "退回", "publish": "发布", "discard": "作废"}


class TypeCodeWrong(Malformed):
    code = "redblack.type_code_wrong"
    message = "名单代码应以字母开头，由字母、数字、“-”“_”组成，2 至 39 个字符。请修改后再保存。"


class TypeExists(RuleBroken):
    code = "redblack.type_exists"
    message = "已有这个代码的名单类型。请换一个代码，或在原名单类型上“变更”。"


class EditionOpen(RuleBroken):
    code = "redblack.edition_open"
    message = "该名单类型已有一个起草中或待审核的版本。请在那个版本上继续，或先将其作废。"


class EditionMoved(RuleBroken):
    code = "redblack.edition_moved"
    message = "该版本刚刚已被他人修改，您的内容没有保存。请打开最新内容核对后，再重新修改。"


class WrongEditionState(RuleBroken):
    code = "redblack.edition_state"
    message = "该版本当前的状态不能进行该操作。请刷新后再看。"


class EditionSame(RuleBroken):
    code = "redblack.edition_same"
    message = "内容与现行版本完全相同，无需发布。请修改后再提交，或将该版本作废。"


class CannotPublishEdition(RuleBroken):
    code = "redblack.cannot_publish_edition"
    message = "名单类型不能发布。"


class ReviewedByAnother(NotPermitted):
    code = "redblack.edition_reviewed_by_another"
    message = "起草人不能审核自己起草的版本。请由信用办的另一名工作人员审核发布。"


class NoteMissing(Malformed):
    code = "redblack.edition_note_missing"
    message = "请写明退回的理由，以便起草人修改。"


class FactUnknown(Malformed):
    code = "redblack.fact_unknown"
    message = "没有这一项内容可以确认。请刷新页面后重试。"


class FactMoved(RuleBroken):
    code = "redblack.fact_moved"
    message = "这一项内容刚刚有了变化，或已经确认。请刷新页面，核对后再确认。"


def assess(*, code: str, content: TypeContent, on: date) -> Verdict:
    """Whether the content may be published on that day, for the editor's page, before anything is submitted."""
    links = merged_into()
    links.pop(code, None)
    ranks = [document.rank for document in cited_documents(content, on=on)]
    round_ = editions.circle(code, content.merged_into, links) if content.merged_into else []
    stands = Entry.objects.filter(list_type__code=code, released_on=None).select_related("list_type").first()
    return editions.may_publish(
        content, ranks=ranks, circle=round_, standing_from=stands.list_type.origin if stands else ""
    )


@transaction.atomic
def draft_edition(*, code: str, content: TypeContent | None, actor: Actor, now: datetime) -> int:
    """Begin the next edition of a list type as a copy of what stands; with `content` a new type. The draft's id.

    Raises CannotRegister, TypeCodeWrong, TypeExists, TypeNotFound, EditionOpen.
    """
    if not policies.may_register_types(actor):
        raise CannotRegister
    code = code.strip()
    if not TYPE_CODE.fullmatch(code):
        raise TypeCodeWrong
    lock_register()
    known = ListType.objects.filter(code=code).first()
    if content is not None and known is not None:
        raise TypeExists
    if content is None:
        known = type_by_code(code)
        published = standing(code)
        if published is None:
            raise WrongEditionState("该名单类型没有可供变更的版本。请先重新装载初始数据。")
        content = content_of(published)
    last = ListTypeEdition.objects.filter(code=code).order_by("-number").first()
    with refusing("redblack_edition_one_open", EditionOpen):
        made = ListTypeEdition.objects.create(
            code=code,
            number=last.number + 1 if last else 1,
            list_type=known,
            state=EditionState.DRAFT.value,
            content=written(content),
            drafted_by=actor.key,
            drafted_at=now,
        )
    record(EditionDrafted(made.pk, code, made.number), about=_about(made), actor=actor, now=now)
    return made.pk


@transaction.atomic
def save_edition(*, edition_id: int, content: TypeContent, seen: str, actor: Actor, now: datetime) -> str:
    """Write a draft's whole content; whoever saves it has drafted it. Returns the `seen` of what is there now.

    `seen`: TypeContent.seen of what the writer had in front of him. The same again changes nothing.
    Raises EditionNotFound, WrongEditionState, EditionMoved, DepartmentNotFound, TypeNotFound.
    """
    edition = edition_by_id(edition_id, actor=actor, for_update=True)
    if edition.state != EditionState.DRAFT:
        raise WrongEditionState(f"该版本为“{EditionState(edition.state).label}”，不能修改。待审核的请先退回。")
    before = content_of(edition).seen
    if before == content.seen:
        return before
    if before != seen:
        raise EditionMoved
    if content.department:
        department_by_code(content.department)
    if content.merged_into:
        type_by_code(content.merged_into)
    edition.content, edition.drafted_by, edition.drafted_at = written(content), actor.key, now
    edition.save(update_fields=["content", "drafted_by", "drafted_at"])
    fact = EditionSaved(edition.pk, edition.code, edition.number, before, content.seen)
    record(fact, about=_about(edition), actor=actor, now=now)
    return content.seen


@transaction.atomic
def submit_edition(*, edition_id: int, seen: str, actor: Actor, now: datetime) -> None:
    """Hand a draft to its reviewer; what could not be published is refused here already, with every reason.

    Raises EditionNotFound, WrongEditionState, EditionMoved, EditionSame, CannotPublishEdition.
    """
    edition = edition_by_id(edition_id, actor=actor, for_update=True)
    target = _after("submit", edition)
    content = content_of(edition)
    if content.seen != seen:
        raise EditionMoved
    published = standing(edition.code)
    if published is not None and content_of(published).seen == content.seen:
        raise EditionSame
    _demand(edition.code, content, day_of(now))
    edition.state, edition.submitted_at = target.value, now
    edition.save(update_fields=["state", "submitted_at"])
    record(EditionSubmitted(edition.pk, edition.code, edition.number), about=_about(edition), actor=actor, now=now)


@transaction.atomic
def send_back_edition(*, edition_id: int, note: str, actor: Actor, now: datetime) -> None:
    """Give a submitted edition back with a note; its drafter may take it back so, too.

    Raises EditionNotFound, WrongEditionState, NoteMissing.
    """
    edition = edition_by_id(edition_id, actor=actor, for_update=True)
    target = _after("send_back", edition)
    if not note.strip():
        raise NoteMissing
    edition.state, edition.review_note, edition.submitted_at = target.value, note.strip(), None
    edition.save(update_fields=["state", "review_note", "submitted_at"])
    record(EditionSentBack(edition.pk, edition.code, edition.number), about=_about(edition), actor=actor, now=now)


@transaction.atomic
def publish_edition(*, edition_id: int, seen: str, actor: Actor, now: datetime) -> int:
    """Publish what another person drafted; from now on the list is what the edition says. The list type's id.

    Facts that it says otherwise than before count as confirmed, for two people of the credit office have stood for
    them; the others keep their marks. Raises EditionNotFound, WrongEditionState, ReviewedByAnother, EditionMoved,
    CannotPublishEdition.
    """
    lock_register()
    edition = edition_by_id(edition_id, actor=actor, for_update=True)
    target = _after("publish", edition)
    if not policies.may_review_types(actor, drafted_by=edition.drafted_by):
        raise ReviewedByAnother
    content = content_of(edition)
    if content.seen != seen:
        raise EditionMoved
    _demand(edition.code, content, day_of(now))
    before, known = standing(edition.code), ListType.objects.filter(code=edition.code).first()
    changed = editions.changed_facts(content_of(before) if before else None, content)
    confidence = dict(known.confidence) if known else {}
    confirmations = dict(known.confirmations) if known else {}
    for fact in sorted(changed):
        confirmations[fact] = {
            "by": actor.key,
            "on": day_of(now).isoformat(),
            "was": editions.mark_of(confidence, fact),
        }
    documents = cited_documents(content, on=day_of(now))
    more = {
        "edition": edition.number,
        "basis_rank": min((int(document.rank) for document in documents), default=None),
        "confirmations": confirmations,
    }
    made = apply_content(code=edition.code, content=content, more=more, actor=actor, now=now)
    edition.state, edition.reviewed_by, edition.published_at = target.value, actor.key, now
    edition.list_type_id = made
    edition.save(update_fields=["state", "reviewed_by", "published_at", "list_type"])
    fact_ = EditionPublished(made, edition.pk, edition.code, edition.number, edition.drafted_by)
    record(fact_, about=_about(edition), actor=actor, now=now)
    return made


@transaction.atomic
def discard_edition(*, edition_id: int, actor: Actor, now: datetime) -> None:
    """Give a draft up; it stays to be seen as 已作废. Raises EditionNotFound, WrongEditionState."""
    edition = edition_by_id(edition_id, actor=actor, for_update=True)
    edition.state = _after("discard", edition).value
    edition.save(update_fields=["state"])
    record(EditionDiscarded(edition.pk, edition.code, edition.number), about=_about(edition), actor=actor, now=now)


@transaction.atomic
def confirm_fact(*, code: str, fact: str, seen: str, actor: Actor, now: datetime) -> None:
    """The credit office has read a fact in its source: from now on it shows 已确认, by whom and when.

    `seen`: editions.fact_token of what was read. The mark that it came with is kept beside.
    Raises CannotRegister, TypeNotFound, FactUnknown, FactMoved.
    """
    if not policies.may_register_types(actor):
        raise CannotRegister
    if fact not in editions.FACTS:
        raise FactUnknown
    lock_register()  # a publication at the same moment writes the confirmations, too
    list_type = ListType.objects.filter(code=code).first() or type_by_code(code)
    published = standing(code)
    if published is None or editions.fact_token(content_of(published), fact) != seen:
        raise FactMoved
    if fact in list_type.confirmations:
        raise FactMoved
    was = editions.mark_of(list_type.confidence, fact)
    said = {"by": actor.key, "on": day_of(now).isoformat(), "was": was}
    list_type.confirmations = {**list_type.confirmations, fact: said}
    list_type.save(update_fields=["confirmations"])
    about = f"redblack.list_type:{list_type.pk}"
    record(ListFactConfirmed(list_type.pk, code, fact, was), about=about, actor=actor, now=now)


def _demand(code: str, content: TypeContent, on: date) -> None:
    verdict = assess(code=code, content=content, on=on)
    if not verdict:
        raise CannotPublishEdition("".join(r.message for r in verdict.against), reasons=verdict.against)


def _after(verb: str, edition: ListTypeEdition) -> EditionState:
    state = EditionState(edition.state)
    try:
        return EDITION_LIFE.after(verb, state)
    except TransitionRefused as refused:
        raise WrongEditionState(f"该版本为“{state.label}”，不能{VERBS[verb]}。请刷新后再看。") from refused


def _about(edition: ListTypeEdition) -> str:
    return f"redblack.edition:{edition.pk}"
