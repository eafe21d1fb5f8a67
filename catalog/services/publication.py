"""Review by a second person, publication, withdrawal, filing above; and the items that ship with the product."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from audit.services import record
from catalog import policies, selectors
from catalog.events import ItemFiled, ItemPublished, ItemSentBack, ItemSubmitted, ItemWithdrawn
from catalog.models import Item, ItemVersion
from catalog.rules.content import Content, written_content
from catalog.rules.publication import may_publish
from catalog.rules.states import State
from catalog.services.drafts import (
    CannotEdit,
    DraftMoved,
    NothingChanged,
    NotPublished,
    after,
    editable,
    name_item,
)
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from kernel.law import Verdict
from toolkit.clock import day_of


class CannotPublish(RuleBroken):
    code = "catalog.cannot_publish"
    message = "目录条目不能发布。"


class ReviewedByAnother(NotPermitted):
    code = "catalog.reviewed_by_another"
    message = "编目人不能审核自己编写的版本。请由信用办的另一名工作人员审核发布。"


class NoteMissing(Malformed):
    code = "catalog.note_missing"
    message = "请写明理由。"


class FiledWrongly(Malformed):
    code = "catalog.filed_wrongly"
    message = "请填写备案文号；备案日期不得早于发布日期，也不得晚于今天。"


def assess(*, content: Content, on: date) -> Verdict:
    """Whether the content may be published on that day: for the editor's page, before anything is submitted."""
    return may_publish(content, selectors.cited_documents([content]), on=on, sources=selectors.known_sources())


def _demand(content: Content, on: date) -> None:
    verdict = assess(content=content, on=on)
    if not verdict:
        raise CannotPublish("".join(r.message for r in verdict.against), reasons=verdict.against)


@transaction.atomic
def submit(*, version_id: int, seen: str, actor: Actor, now: datetime) -> None:
    """Hand a draft to the reviewer. What could not be published is refused here already, with every reason.

    Raises CannotEdit, VersionNotFound, WrongState, DraftMoved, NothingChanged, CannotPublish.
    """
    version = editable(version_id=version_id, actor=actor)
    target = after("submit", version)
    content = selectors.content_of(version)
    if content.seen != seen:
        raise DraftMoved
    current = selectors.current_version(version.item.code)
    if current and content.seen == selectors.content_of(ItemVersion.objects.get(pk=current.version_id)).seen:
        raise NothingChanged
    _demand(content, day_of(now))
    version.state, version.submitted_at = target, now
    version.save(update_fields=["state", "submitted_at"])
    fact = ItemSubmitted(version.pk, version.item.code, version.number, seen)
    record(fact, about=f"catalog.version:{version.pk}", actor=actor, now=now)


@transaction.atomic
def send_back(*, version_id: int, note: str, actor: Actor, now: datetime) -> None:
    """Give a submitted version back to its drafter with a note; the drafter himself may take it back so, too.

    Raises CannotEdit, VersionNotFound, WrongState, NoteMissing.
    """
    version = editable(version_id=version_id, actor=actor)
    target = after("send_back", version)
    if not note.strip():
        raise NoteMissing("请写明退回的理由，以便编目人修改。")
    version.state, version.review_note, version.submitted_at = target, note.strip(), None
    version.save(update_fields=["state", "review_note", "submitted_at"])
    fact = ItemSentBack(version.pk, version.item.code, version.number)
    record(fact, about=f"catalog.version:{version.pk}", actor=actor, now=now)


@transaction.atomic
def publish(*, version_id: int, seen: str, actor: Actor, now: datetime) -> None:
    """Publish what another person drafted. From now on new records come under it; older ones keep their version.

    `seen`: Content.seen of what the reviewer read. Raises CannotEdit, VersionNotFound, WrongState, ReviewedByAnother,
    DraftMoved, CannotPublish.
    """
    version = editable(version_id=version_id, actor=actor)
    target = after("publish", version)
    if not policies.may_review(actor, drafted_by=version.drafted_by):
        raise ReviewedByAnother
    content = selectors.content_of(version)
    if content.seen != seen:
        raise DraftMoved
    _demand(content, day_of(now))
    version.state, version.reviewed_by, version.published_on = target, actor.key, day_of(now)
    version.save(update_fields=["state", "reviewed_by", "published_on"])
    _published(version, content, actor=actor, now=now)


def _published(version: ItemVersion, content: Content, *, actor: Actor, now: datetime) -> None:
    item = version.item
    name_item(item, content)
    fact = ItemPublished(item.pk, version.pk, item.code, version.number, version.drafted_by)
    record(fact, about=f"catalog.item:{item.pk}", actor=actor, now=now)


@transaction.atomic
def withdraw(*, version_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """Withdraw an item's current version: nothing new is collected under the item; records keep their version.

    Raises CannotEdit, VersionNotFound, WrongState, NotPublished, NoteMissing.
    """
    version = editable(version_id=version_id, actor=actor)
    target = after("withdraw", version)
    current = selectors.current_version(version.item.code)
    if current is None or current.version_id != version.pk:
        raise NotPublished("只能撤销条目当前有效的版本；较早的版本已被新版本取代，无需撤销。")
    if not reason.strip():
        raise NoteMissing("请写明撤销的理由和依据。")
    version.state, version.withdrawn_on, version.withdrawn_reason = target, day_of(now), reason.strip()
    version.save(update_fields=["state", "withdrawn_on", "withdrawn_reason"])
    item = version.item
    fact = ItemWithdrawn(item.pk, version.pk, item.code, version.number)
    record(fact, about=f"catalog.item:{item.pk}", actor=actor, now=now)


@transaction.atomic
def file_above(*, version_id: int, filed_on: date, filing_no: str, actor: Actor, now: datetime) -> None:
    """Note that a published version was reported to the office above (备案, 篇七(一)1); again corrects the note.

    Raises CannotEdit, VersionNotFound, NotPublished, FiledWrongly.
    """
    version = editable(version_id=version_id, actor=actor)
    if version.published_on is None:
        raise NotPublished("只有已发布的版本才能登记备案。")
    number = filing_no.strip()
    longest = ItemVersion._meta.get_field("filing_no").max_length or 0
    if not number or len(number) > longest or not version.published_on <= filed_on <= day_of(now):
        raise FiledWrongly
    version.filed_on, version.filing_no = filed_on, number
    version.save(update_fields=["filed_on", "filing_no"])
    fact = ItemFiled(version.pk, version.item.code, version.number, filed_on.isoformat())
    record(fact, about=f"catalog.version:{version.pk}", actor=actor, now=now)


@transaction.atomic
def publish_item(*, code: str, content: Content, actor: Actor, now: datetime) -> int:
    """Publish a version of an item of the initial data, unless one of its versions says the same already.

    For the platform itself: returns the id of the version that says it, or of the newest one where that is the
    city's own, drafted or withdrawn by a person: what ships never overrules it. Raises CannotEdit, CannotPublish.
    """
    if not policies.may_review(actor, drafted_by=actor.key):
        raise CannotEdit
    _demand(content, day_of(now))
    item, fresh = Item.objects.get_or_create(
        code=code,
        defaults={
            "name": content.name,
            "information_class": content.information_class,
            "class_edition": content.class_edition,
        },
    )
    if not fresh:
        Item.objects.select_for_update().get(pk=item.pk)  # of two loads at once the second reads what the first wrote
    shown = ItemVersion.objects.filter(item=item, state__in=selectors.ON_SHOW).order_by("-number")
    for version in shown:
        if selectors.content_of(version).seen == content.seen:
            return version.pk
    last = shown.first()
    if last is not None and (last.state == State.WITHDRAWN or not last.drafted_by.startswith("system:")):
        return last.pk
    said: dict[str, Any] = written_content(content)
    version = ItemVersion.objects.create(
        item=item,
        number=selectors.latest_number(item.pk) + 1,
        state=State.PUBLISHED,
        drafted_by=actor.key,
        drafted_at=now,
        reviewed_by=actor.key,
        published_on=day_of(now),
        **said,
    )
    _published(version, content, actor=actor, now=now)
    return version.pk
