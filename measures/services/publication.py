"""Publishing and withdrawing measure items."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from audit.services import record
from kernel.actor import Actor
from kernel.errors import Malformed, NotFound, NotPermitted, RuleBroken
from kernel.law import Rank
from measures import policies
from measures.events import MeasurePublished, MeasureWithdrawn
from measures.models import Basis, Calls, MeasureItem, MeasureList
from measures.rules.publication import Draft, may_publish
from measures.rules.states import ItemState
from office.selectors import document_by_code
from toolkit.db import lock_counter, raise_counter

COUNTER = MeasureList._meta.db_table


class CannotPublishHere(NotPermitted):
    code = "measures.cannot_publish_here"
    message = "只有信用办可以发布措施清单事项。"


class CannotPublish(RuleBroken):
    code = "measures.cannot_publish"
    message = "措施不能发布。"


class UnknownDocument(Malformed):
    code = "measures.unknown_document"
    message = "所引用的依据文件没有登记。"


class NotPublished(NotFound):
    code = "measures.not_published"
    message = "没有已发布的该措施。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article by the code of its document in `office`."""

    document_code: str
    article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemContent:
    """A measure item as a department writes it: the eight columns of 篇十五 and the logic beside them."""

    code: str
    department_id: int | None
    department_text: str
    matter_code: str
    matter_name: str
    responsible_office: str
    basis_text: str
    target_text: str
    content: str
    stages: list[str]
    organisation: str
    means: str
    reward: bool
    kind: int | None
    wording: str
    term_text: str
    extends_to_responsible: bool


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
    """Publish a measure item; the one published under that code before is replaced. The same changes nothing.

    `triggers`, `unless_bad`: ids of collection sources. Raises CannotPublishHere, UnknownDocument, CannotPublish.
    """
    if not policies.may_publish(actor):
        raise CannotPublishHere
    documents = []
    for cited in articles:
        document = document_by_code(cited.document_code)
        if document is None:
            raise UnknownDocument(f"依据文件“{cited.document_code}”没有登记，请先登记法律依据文件。")
        documents.append((document, cited.article))
    verdict = may_publish(
        Draft(
            content=content.content,
            reward=content.reward,
            kind=content.kind,
            wording=content.wording,
            ranks=[Rank(document.rank) for document, _ in documents],
            triggers=len(triggers),
            has_department=content.department_id is not None,
        )
    )
    if not verdict:
        raise CannotPublish("".join(r.message for r in verdict.against), reasons=verdict.against)
    lock_counter(COUNTER)  # of two who publish one code at once, the second replaces what the first has published
    before = MeasureItem.objects.filter(code=content.code, rev_from__isnull=False, rev_to=None).first()
    wanted = {(document.id, article) for document, article in documents}
    if before is not None and _says(before, content, wanted, set(triggers), set(unless_bad)):
        return before.pk
    revision = raise_counter(COUNTER)
    if before is not None:
        MeasureItem.objects.filter(pk=before.pk).update(rev_to=revision, state=ItemState.REPLACED.value)
    item = MeasureItem.objects.create(
        **asdict(content),
        rev_from=revision,
        edition=before.edition + 1 if before else 1,
        published_at=now,
    )
    Basis.objects.bulk_create(Basis(item=item, document_id=d, article=a) for d, a in sorted(wanted))
    Calls.objects.bulk_create(
        [Calls(item=item, source_id=s) for s in sorted(set(triggers))]
        + [Calls(item=item, source_id=s, unless_bad=True) for s in sorted(set(unless_bad))]
    )
    record(MeasurePublished(item.pk, item.code, revision), about=f"measures.item:{item.pk}", actor=actor, now=now)
    return item.pk


@transaction.atomic
def withdraw_item(*, code: str, reason: str, actor: Actor, now: datetime) -> None:
    """Withdraw a published item: from this moment nobody is told to apply it. Raises NotPublished."""
    if not policies.may_publish(actor):
        raise CannotPublishHere
    lock_counter(COUNTER)
    item = MeasureItem.objects.filter(code=code, rev_from__isnull=False, rev_to=None).first()
    if item is None:
        raise NotPublished
    revision = raise_counter(COUNTER)
    MeasureItem.objects.filter(pk=item.pk).update(rev_to=revision, state=ItemState.WITHDRAWN.value)
    record(MeasureWithdrawn(item.pk, code, reason, revision), about=f"measures.item:{item.pk}", actor=actor, now=now)


def _says(
    item: MeasureItem, content: ItemContent, articles: set[tuple[int, str]], triggers: set[int], unless_bad: set[int]
) -> bool:
    calls = set(item.calls.order_by("id").values_list("source_id", "unless_bad"))
    return (
        all(getattr(item, key) == value for key, value in asdict(content).items())
        and set(item.bases.order_by("id").values_list("document_id", "article")) == articles
        and calls == {(s, False) for s in triggers} | {(s, True) for s in unless_bad}
    )
