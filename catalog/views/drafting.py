"""A draft's editor: attributes, information items, rules. Each part is its own form and works without JavaScript.

Two people may edit one draft. A form carries the token of the part that it showed; who comes second with another part
loses nothing, and who comes second with the same part is told, keeps what he typed, and decides.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare

from catalog import selectors, services
from catalog.models import ItemVersion
from catalog.rules.content import Content, written_content
from catalog.rules.states import State
from catalog.views.shown import people
from kernel.actor import Actor
from kernel.errors import Refusal, RuleBroken
from toolkit import clock
from toolkit.http import status_of

PARTS = {
    "attributes": (
        "name", "information_class", "class_edition", "legal_basis", "bases", "subject_kinds", "provider_units",
        "sharing_scope", "update_cycle", "report_within", "retention_months", "publicity_months",
    ),
    "fields": ("fields",),
    "rules": ("rules",),
    "roles": ("roles",),
    "raises": ("raises",),
}  # fmt: skip


class PartMoved(RuleBroken):
    code = "catalog.part_moved"
    message = (
        "在您编辑期间，他人已经保存了这一部分。您填写的内容仍在下面，尚未保存：再次保存将以您的内容为准；"
        "如不保留，请打开最新内容。"
    )


class NotADraft(RuleBroken):
    code = "catalog.not_a_draft"
    message = "该版本已提交或发布，不能编辑。待审核的请先退回，已发布的请用“变更”编写新版本。"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a page of the editor starts from."""

    version: ItemVersion
    content: Content

    def seen(self, part: str) -> str:
        return part_token(self.content, part)


def open_draft(actor: Actor, version_id: int) -> Draft:
    """Raises VersionNotFound, NotADraft."""
    version = selectors.version_by_id(actor, version_id)
    if version.state != State.DRAFT:
        raise NotADraft
    return Draft(version, selectors.content_of(version))


def part_token(content: Content, part: str) -> str:
    said = written_content(content)
    text = json.dumps({key: said[key] for key in PARTS[part]}, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def save(draft: Draft, part: str, *, seen: str, content: Content, actor: Actor) -> None:
    """Write one part over what stands now. Raises PartMoved when somebody else has written the same part since."""
    if not constant_time_compare(seen, draft.seen(part)):
        raise PartMoved
    services.save_draft(
        version_id=draft.version.pk, content=content, seen=draft.content.seen, actor=actor, now=clock.now()
    )


def editor_page(
    request: HttpRequest,
    draft: Draft,
    template: str,
    context: dict[str, Any],
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page of the editor, with what still stands in the way of publication."""
    today = clock.today()
    frame = {
        "version": draft.version,
        "content": draft.content,
        "against": services.assess(content=draft.content, on=today).against,
        "people": people([draft.version]),
        "refusal": refusal,
        "token": draft.content.seen,
        "wide": False,
    }
    return render(request, template, frame | context, status=status_of(refusal) if refusal else status)


def seen_next(one: Draft, part: str, posted: str, refusal: Refusal | None) -> str:
    """The token for the form shown again: of what stands now only when its writer has just been told about it."""
    told = isinstance(refusal, PartMoved | services.DraftMoved)
    return one.seen(part) if told or not posted else posted


def saving(
    request: HttpRequest,
    draft: Draft,
    part: str,
    *,
    seen: str,
    content: Content,
    actor: Actor,
    again: Callable[[Refusal], HttpResponse],
    to: str,
    said: str = "已保存。",
) -> HttpResponse:
    """Save and go on to `to`; refused, the page once more with everything that was typed."""
    try:
        save(draft, part, seen=seen, content=content, actor=actor)
    except Refusal as refusal:
        return again(refusal)
    messages.success(request, said)
    return redirect(to)
