"""Review by a second person, publication, withdrawal; and the items that ship with the product."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from audit.services import record
from kernel.actor import Actor, Kind
from kernel.errors import Malformed, NotFound, NotPermitted, RuleBroken
from kernel.law import Rank, Verdict
from measures import policies, selectors
from measures.events import ItemSentBack, ItemSubmitted, MeasurePublished, MeasureWithdrawn
from measures.models import BasicMeasure, Basis, Calls, MeasureItem
from measures.rules.content import NO_MATTER, Article, ItemContent, ItemValue
from measures.rules.publication import Draft, Edited, may_be_submitted, may_publish
from measures.rules.rehearsed import RehearsalFigures, written_figures
from measures.rules.states import ItemState
from measures.services.drafts import COUNTER, DraftMoved, after, cited, draftable
from office.selectors import document_by_code
from toolkit.clock import day_of
from toolkit.db import lock_counter, raise_counter

COLUMNS = {
    "matter_name": "事项名称",
    "responsible_office": "责任处室（单位）",
    "basis_text": "奖惩依据",
    "target_text": "奖惩对象",
    "content": "奖惩措施",
    "organisation": "组织实施",
    "means": "应用手段",
    "term_text": "期限",
}


class CannotPublishHere(NotPermitted):
    code = "measures.cannot_publish_here"
    message = "只有信用办可以发布措施清单事项。"


class CannotPublish(RuleBroken):
    code = "measures.cannot_publish"
    message = "措施不能发布。"


class ReviewedByAnother(NotPermitted):
    code = "measures.reviewed_by_another"
    message = "起草人不能审核自己起草的措施。请由信用办的另一名工作人员审核发布。"


class NotRehearsed(RuleBroken):
    code = "measures.not_rehearsed"
    message = "发布前须先预演，看清会新增适用于谁、不再适用于谁，并在发布时确认预演的数字。"


class RehearsedAnother(RuleBroken):
    code = "measures.rehearsed_another"
    message = "预演之后内容又有修改，原来的数字不再是这一稿的。请重新预演后再发布。"


class NoteMissing(Malformed):
    code = "measures.note_missing"
    message = "请写明理由。"


class NothingChanged(RuleBroken):
    code = "measures.nothing_changed"
    message = "内容与已发布的版本完全相同，无需发布。请修改后再提交，或者作废该版本。"


class NotPublished(NotFound):
    code = "measures.not_published"
    message = "没有已发布的该措施。"


def assess(*, value: ItemValue, on: date) -> Verdict:
    """What stands in the way of publishing what a person wrote, on that day."""
    content = value.content
    documents = selectors.documents_of(value)
    basics = BasicMeasure.objects.select_related("basic_list").order_by("id")
    listed = basics.filter(pk=content.basic_id).first() if content.basic_id else None
    edition = listed.basic_list if listed else None
    first_day, last_day = (edition.effective_from, edition.effective_until) if edition else (None, None)
    quoted = [(documents[one.document_code], one.article) for one in value.articles if one.document_code in documents]
    edited = Edited(
        blank=[label for name, label in COLUMNS.items() if not getattr(content, name).strip()],
        stages=len(content.stages),
        without_article=[document.title for document, article in quoted if not article.strip()],
        lapsed=[document.title for document, _ in quoted if not document.in_force(on)],
        listed_kind=listed.kind if listed else None,
        matter_unregistered=not content.matter_code and content.matter_name.strip() not in ("", NO_MATTER),
        edition_over=last_day is not None and last_day < on,
        edition_to_come=first_day is not None and on < first_day,
        unless_bad=len(value.unless_bad),
    )
    return may_be_submitted(_draft(value, [document.rank for document, _ in quoted], on), edited, on=on)


def _draft(value: ItemValue, ranks: Sequence[Rank], on: date) -> Draft:
    content = value.content
    own = value.triggers & selectors.own_term_source_ids()
    listed = value.triggers & selectors.list_source_ids(as_of=on) if own else frozenset()
    return Draft(
        content=content.content,
        reward=content.reward,
        kind=content.kind,
        wording=content.wording,
        ranks=ranks,
        triggers=len(value.triggers),
        has_department=content.department_id is not None,
        term=content.term_text,
        own_term_triggers=len(own),
        listed=len(listed),
        continues=content.continues,
        own_document_no=content.own_document_no,
        own_article=content.own_article,
        own_until=content.own_until,
    )


def _demand(verdict: Verdict) -> None:
    if not verdict:
        raise CannotPublish("".join(r.message for r in verdict.against), reasons=verdict.against)


@transaction.atomic
def submit(*, item_id: int, seen: str, actor: Actor, now: datetime) -> None:
    """Hand a draft to the credit office. What could not be published is refused here already, with every reason.

    Raises ItemNotFound, CannotDraft, WrongState, DraftMoved, NothingChanged, CannotPublish.
    """
    item = draftable(item_id=item_id, actor=actor)
    target = after("submit", item)
    value = selectors.value_of(item)
    if value.seen != seen:
        raise DraftMoved
    standing = selectors.standing(item.code)
    if standing is not None and selectors.value_of(standing).seen == value.seen:
        raise NothingChanged
    _demand(assess(value=value, on=day_of(now)))
    item.state, item.submitted_at = target, now
    item.save(update_fields=["state", "submitted_at"])
    record(ItemSubmitted(item.pk, item.code, seen), about=f"measures.item:{item.pk}", actor=actor, now=now)


@transaction.atomic
def send_back(*, item_id: int, note: str, actor: Actor, now: datetime) -> None:
    """Give a submitted item back to its drafter with a note; the drafter himself may take it back so, too.

    Raises ItemNotFound, CannotDraft, WrongState, NoteMissing.
    """
    item = draftable(item_id=item_id, actor=actor)
    target = after("send_back", item)
    if not note.strip():
        raise NoteMissing("请写明退回的理由，以便起草人修改。")
    item.state, item.review_note, item.submitted_at = target, note.strip(), None
    item.save(update_fields=["state", "review_note", "submitted_at"])
    record(ItemSentBack(item.pk, item.code), about=f"measures.item:{item.pk}", actor=actor, now=now)


def hold_list() -> int:
    """Lock the measure list to the end of the caller's transaction; its revision. Nothing is published meanwhile."""
    return lock_counter(COUNTER)


@transaction.atomic
def publish(*, item_id: int, seen: str, rehearsed: RehearsalFigures | None, actor: Actor, now: datetime) -> int:
    """Publish what another person wrote, quoting what its rehearsal found; the edition before is replaced.

    `seen`: ItemValue.seen of what the reviewer read. Returns the new revision of the measure list.
    Raises ItemNotFound, CannotPublishHere, WrongState, ReviewedByAnother, DraftMoved, NotRehearsed, RehearsedAnother,
    CannotPublish.
    """
    if not policies.may_publish(actor):
        raise CannotPublishHere
    lock_counter(COUNTER)
    item = draftable(item_id=item_id, actor=actor)
    target = after("publish", item)
    if not policies.may_review(actor, drafted_by=item.drafted_by):
        raise ReviewedByAnother
    value = selectors.value_of(item)
    if value.seen != seen:
        raise DraftMoved
    if rehearsed is None:
        raise NotRehearsed
    if rehearsed.digest != value.seen:
        raise RehearsedAnother
    _demand(assess(value=value, on=day_of(now)))
    revision = raise_counter(COUNTER)
    _replace(item.code, revision)
    item.state, item.reviewed_by, item.published_at = target, actor.key, now
    item.rehearsed, item.rev_from = written_figures(rehearsed), revision
    item.save(update_fields=["state", "reviewed_by", "published_at", "rehearsed", "rev_from"])
    record(MeasurePublished(item.pk, item.code, revision), about=f"measures.item:{item.pk}", actor=actor, now=now)
    return revision


def _replace(code: str, revision: int) -> None:
    MeasureItem.objects.filter(code=code, state=ItemState.PUBLISHED.value).update(
        rev_to=revision, state=ItemState.REPLACED.value
    )


@transaction.atomic
def publish_item(
    *,
    content: ItemContent,
    articles: Sequence[Article],
    triggers: Sequence[int],
    unless_bad: Sequence[int],
    actor: Actor,
    now: datetime,
) -> int:
    """Publish an item of the initial data; the one published under that code before is replaced.

    For the platform itself. The same changes nothing; what ships never overrules the city: an item that a person
    drafted or withdrew is left alone. `triggers`, `unless_bad`: ids of collection sources. Returns the id of the item
    that stands, or stood last. Raises CannotPublishHere, UnknownDocument, CannotPublish.
    """
    if actor.kind is not Kind.SYSTEM:
        raise CannotPublishHere
    bases = cited(articles)
    documents = [document for one in articles if (document := document_by_code(one.document_code)) is not None]
    value = ItemValue(
        content=content,
        articles=tuple(articles),
        triggers=frozenset(triggers),
        unless_bad=frozenset(unless_bad),
    )
    on = day_of(now)
    _demand(may_publish(_draft(value, [document.rank for document in documents], on), on=on))
    lock_counter(COUNTER)  # of two who publish one code at once, the second replaces what the first has published
    last = MeasureItem.objects.filter(code=content.code, rev_from__isnull=False).order_by("-rev_from").first()
    if last is not None and (last.state == ItemState.WITHDRAWN or last.drafted_by.startswith("user:")):
        return last.pk
    if last is not None and selectors.value_of(last).seen == value.seen:
        return last.pk
    revision = raise_counter(COUNTER)
    _replace(content.code, revision)
    item = MeasureItem.objects.create(
        **asdict(content),
        rev_from=revision,
        edition=last.edition + 1 if last else 1,
        published_at=now,
    )
    Basis.objects.bulk_create(Basis(item=item, document_id=d, article=a) for d, a in bases)
    Calls.objects.bulk_create(
        [Calls(item=item, source_id=s) for s in sorted(set(triggers))]
        + [Calls(item=item, source_id=s, unless_bad=True) for s in sorted(set(unless_bad))]
    )
    record(MeasurePublished(item.pk, item.code, revision), about=f"measures.item:{item.pk}", actor=actor, now=now)
    return item.pk


@transaction.atomic
def withdraw_item(*, code: str, reason: str, actor: Actor, now: datetime) -> None:
    """Withdraw a published item: from this moment nobody is told to apply it.

    Raises CannotPublishHere, NoteMissing, NotPublished.
    """
    if not policies.may_publish(actor):
        raise CannotPublishHere
    if not reason.strip():
        raise NoteMissing("请写明撤回的理由和依据。")
    lock_counter(COUNTER)
    item = selectors.standing(code)
    if item is None:
        raise NotPublished
    revision = raise_counter(COUNTER)
    item.state, item.rev_to = after("withdraw", item), revision
    item.save(update_fields=["state", "rev_to"])
    fact = MeasureWithdrawn(item.pk, code, reason.strip(), revision)
    record(fact, about=f"measures.item:{item.pk}", actor=actor, now=now)
