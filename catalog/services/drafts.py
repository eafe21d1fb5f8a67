"""Drafting: a new item, the next version of an item, saving, giving up. One draft of an item at a time."""

import re
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.services import record
from catalog import policies, selectors
from catalog.events import DraftDiscarded, DraftSaved, ItemDrafted
from catalog.models import Item, ItemVersion, Power, Upkeep
from catalog.rules.content import Content, written_content
from catalog.rules.states import LIFE, State
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from kernel.machine import TransitionRefused
from toolkit.db import refusing

ITEM_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{1,59}")


class CannotEdit(NotPermitted):
    code = "catalog.cannot_edit"
    message = "目录由信用办编目和维护。如需变更，请联系信用办。"


class CodeWrong(Malformed):
    code = "catalog.code_wrong"
    message = "条目编码应以字母开头，由字母、数字、“_”“-”“.”组成，2 至 60 个字符。请修改后再保存。"


class ItemExists(RuleBroken):
    code = "catalog.item_exists"
    message = "目录中已有这个编码的条目。请换一个编码，或在原条目上“变更”。"


class DraftOpen(RuleBroken):
    code = "catalog.draft_open"
    message = "该条目已有一个编目中或待审核的版本。请在那个版本上继续，或先将其放弃。"


class NotPublished(RuleBroken):
    code = "catalog.not_published"
    message = "该条目没有已发布的版本，不能进行该操作。"


class DraftMoved(RuleBroken):
    code = "catalog.draft_moved"
    message = "该版本刚刚已被他人修改，您的内容没有保存。请刷新后核对，再重新修改。"


class NothingChanged(RuleBroken):
    code = "catalog.nothing_changed"
    message = "内容与上一个已发布的版本完全相同，无需发布。请修改后再提交，或放弃该版本。"


class WrongState(RuleBroken):
    code = "catalog.wrong_state"
    message = "该版本当前的状态不能进行该操作。请刷新后再看。"


VERBS = {"submit": "提交审核", "send_back": "退回", "publish": "发布", "withdraw": "撤销"}


def after(verb: str, version: ItemVersion) -> State:
    """The state after a verb of LIFE. Raises WrongState, in the words of the page."""
    state = State(version.state)
    try:
        return LIFE.after(verb, state)
    except TransitionRefused as refused:
        raise WrongState(f"该版本为“{state.label}”，不能{VERBS[verb]}。请刷新后再看。") from refused


def editable(*, version_id: int, actor: Actor) -> ItemVersion:
    """The locked row of a version that the actor may work on. Raises CannotEdit, VersionNotFound."""
    if not policies.may_edit(actor):
        raise CannotEdit
    return selectors.version_by_id(actor, version_id, for_update=True)


def write(version: ItemVersion, content: Content) -> None:
    """Set the columns of the content, unsaved."""
    for key, value in written_content(content).items():
        setattr(version, key, value)


@transaction.atomic
def draft_item(*, code: str, content: Content, actor: Actor, now: datetime) -> int:
    """Begin a new item: its version 1, as a draft. Returns the version's id.

    Raises CannotEdit, CodeWrong, ItemExists.
    """
    if not policies.may_edit(actor):
        raise CannotEdit
    code = code.strip()
    if not ITEM_CODE.fullmatch(code):
        raise CodeWrong
    if Item.objects.filter(code=code).exists():
        raise ItemExists
    with refusing("catalog_item_code_key", ItemExists):
        item = Item.objects.create(
            code=code,
            name=content.name,
            information_class=content.information_class,
            class_edition=content.class_edition,
        )
    return _draft(item, 1, content, actor=actor, now=now)


@transaction.atomic
def draft_version(*, item_code: str, actor: Actor, now: datetime) -> int:
    """Begin the next version of an item as a copy of its newest published (or withdrawn) one. The draft's id.

    Raises CannotEdit, NotPublished, DraftOpen.
    """
    if not policies.may_edit(actor):
        raise CannotEdit
    item = Item.objects.select_for_update().filter(code=item_code).first()
    shown = item and ItemVersion.objects.filter(item=item, state__in=selectors.ON_SHOW).order_by("-number").first()
    if item is None or not shown:
        raise NotPublished
    content = selectors.content_of(shown)
    return _draft(item, selectors.latest_number(item.pk) + 1, content, actor=actor, now=now)


def _draft(item: Item, number: int, content: Content, *, actor: Actor, now: datetime) -> int:
    said: dict[str, Any] = {"drafted_by": actor.key, "drafted_at": now, **written_content(content)}
    with refusing("catalog_itemversion_one_draft", DraftOpen):
        version = ItemVersion.objects.create(item=item, number=number, state=State.DRAFT, **said)
    fact = ItemDrafted(item.pk, version.pk, item.code, number)
    record(fact, about=f"catalog.item:{item.pk}", actor=actor, now=now)
    return version.pk


@transaction.atomic
def save_draft(*, version_id: int, content: Content, seen: str, actor: Actor, now: datetime) -> str:
    """Write a draft's whole content; whoever saves it has drafted it. Returns the `seen` of what is there now.

    `seen`: Content.seen of what the writer had in front of him. The same again changes nothing.
    Raises CannotEdit, VersionNotFound, WrongState, DraftMoved.
    """
    version = editable(version_id=version_id, actor=actor)
    if version.state != State.DRAFT:
        raise WrongState(f"该版本为“{State(version.state).label}”，不能修改。请先退回或新建版本。")
    before, wanted = selectors.content_of(version).seen, content.seen
    if before == wanted:
        return before
    if before != seen:
        raise DraftMoved
    write(version, content)
    version.drafted_by, version.drafted_at = actor.key, now
    version.save()
    item = version.item
    if not ItemVersion.objects.filter(item=item, state__in=selectors.ON_SHOW).exists():
        name_item(item, content)
    fact = DraftSaved(version.pk, item.code, version.number, before, wanted)
    record(fact, about=f"catalog.version:{version.pk}", actor=actor, now=now)
    return wanted


def name_item(item: Item, content: Content) -> None:
    """The item is called as its newest version on show, or its first draft, says."""
    item.name = content.name
    item.information_class, item.class_edition = content.information_class, content.class_edition
    item.save(update_fields=["name", "information_class", "class_edition"])


@transaction.atomic
def discard_draft(*, version_id: int, actor: Actor, now: datetime) -> None:
    """Give a draft up; an item that was never published goes with it, and its power may be derived again.

    Raises CannotEdit, VersionNotFound, WrongState.
    """
    version = editable(version_id=version_id, actor=actor)
    if version.state != State.DRAFT:
        raise WrongState(f"该版本为“{State(version.state).label}”，不能放弃。待审核的，请先退回。")
    item, number = version.item, version.number
    version.delete()
    if not ItemVersion.objects.filter(item=item).exists():
        Power.objects.filter(item=item).update(item=None)
        Upkeep.objects.filter(item=item).update(item=None)
        item.delete()
    fact = DraftDiscarded(version_id, item.code, number)
    record(fact, about=f"catalog.version:{version_id}", actor=actor, now=now)
