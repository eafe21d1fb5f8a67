"""Memoranda: as they ship, as the credit office edits them, and the files that belong to them.

A memorandum binds nobody; so no second person is needed before it is changed. What rests on it does: a measure item
that goes back to one of its measures keeps that measure from being deleted.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import BinaryIO

from django.db import transaction

from audit.services import record
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from kernel.law import Reason
from measures import policies
from measures.events import MemorandumFiled, MemorandumRegistered, MemorandumSaved
from measures.models import Conduct, MeasureItem, Memorandum, OriginalMeasure
from measures.rules import memoranda
from measures.rules.memoranda import ConductRow, MemorandumContent, OriginalRow
from measures.rules.sources import DIRECT_BASIS
from measures.selectors.memoranda import MemorandumNotFound, content_of, known_units, replacements
from measures.services.publication import CannotPublishHere
from office.services import store_file
from toolkit.db import refusing

LARGEST_FILE = 50 * 1024 * 1024
HEAD = (
    "title",
    "document_number",
    "document_number_confirmed",
    "issued_on",
    "lead",
    "subject_text",
    "complete",
    "text",
)


class MemorandaAreTheOffices(NotPermitted):
    code = "measures.memoranda_are_the_offices"
    message = "备忘录由信用办分解和维护。如需变更，请联系信用办。"


class BadMemorandum(Malformed):
    code = "measures.bad_memorandum"
    message = "备忘录的内容有误，没有保存。"


class MemorandumExists(RuleBroken):
    code = "measures.memorandum_exists"
    message = "已有这个编号的备忘录。请换一个编号，或打开原备忘录修改。"


class MemorandumMoved(RuleBroken):
    code = "measures.memorandum_moved"
    message = "该备忘录刚刚已被他人修改，您的内容没有保存。请打开最新内容核对后，再重新修改。"


class MeasureInUse(RuleBroken):
    code = "measures.measure_in_use"
    message = "有措施清单事项引用了这项原始措施，不能删除。请先撤回或改写该事项。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """One measure as a memorandum of the initial data states it."""

    number: int
    label: str
    reward: bool
    strength: str
    departments: list[str]
    legal_basis: list[str]


@transaction.atomic
def register_memorandum(
    *,
    code: str,
    title: str,
    document_number: str,
    document_number_confirmed: bool,
    issued_on: date | None,
    lead: str,
    signatories: list[str],
    subject_text: str,
    list_numbers: list[int],
    complete: bool,
    measures: Sequence[Original],
    conducts: Sequence[str] = (),
    actor: Actor,
    now: datetime,
) -> int:
    """Register a memorandum of the initial data, or bring it up to date; one that a person has edited is left alone.

    Without measures it is a stub that can never yield one. Returns its id. Raises CannotPublishHere.
    """
    if not policies.may_publish(actor):
        raise CannotPublishHere
    content = MemorandumContent(
        code=code,
        title=title,
        document_number=document_number,
        document_number_confirmed=document_number_confirmed,
        issued_on=issued_on,
        lead=lead,
        signatories=tuple(signatories),
        subject_text=subject_text,
        list_numbers=tuple(list_numbers),
        complete=complete,
        conducts=tuple(ConductRow(number=at, label=label) for at, label in enumerate(conducts, 1)),
        measures=tuple(
            OriginalRow(
                **asdict(one) | {"departments": tuple(one.departments), "legal_basis": tuple(one.legal_basis)}
            )
            for one in measures
        ),
    )
    known = Memorandum.objects.filter(code=code).first()
    if known is not None and (known.edited_by or content_of(known) == content):
        return known.pk
    row = known or Memorandum(code=code)
    _write(row, content)
    fact = MemorandumRegistered(row.pk, code, content.decomposed)
    record(fact, about=f"measures.memorandum:{row.pk}", actor=actor, now=now)
    return row.pk


@transaction.atomic
def create_memorandum(*, content: MemorandumContent, actor: Actor, now: datetime) -> int:
    """Begin a memorandum. Its id. Raises MemorandaAreTheOffices, MemorandumExists, BadMemorandum."""
    if not policies.may_publish(actor):
        raise MemorandaAreTheOffices
    _demand(content)
    if Memorandum.objects.filter(code=content.code).exists():
        raise MemorandumExists
    row = Memorandum(code=content.code, edited_by=actor.key, edited_at=now)
    with refusing("measures_memorandum_code_key", MemorandumExists):
        _write(row, content)
    _saved(row, "", content.seen, actor=actor, now=now)
    return row.pk


@transaction.atomic
def save_memorandum(*, code: str, content: MemorandumContent, seen: str, actor: Actor, now: datetime) -> str:
    """Write the whole of a memorandum; `seen`: MemorandumContent.seen of what the writer had before him. The new one.

    The same again changes nothing. Raises MemorandaAreTheOffices, MemorandumNotFound, MemorandumMoved, BadMemorandum,
    MeasureInUse.
    """
    if not policies.may_publish(actor):
        raise MemorandaAreTheOffices
    row = _locked(code)
    before, wanted = content_of(row).seen, replace(content, code=code)
    if before == wanted.seen:
        return before
    if before != seen:
        raise MemorandumMoved
    _demand(wanted)
    row.edited_by, row.edited_at = actor.key, now
    _write(row, wanted)
    _saved(row, before, wanted.seen, actor=actor, now=now)
    return wanted.seen


@transaction.atomic
def attach_file(*, code: str, stream: BinaryIO, name: str, actor: Actor, now: datetime) -> int:
    """Keep the memorandum's own file, in place of the one before; how long: as long as there is the memorandum.

    Returns the file's id. Raises MemorandaAreTheOffices, MemorandumNotFound, office.services.FileTooLarge, DiskFull.
    """
    if not policies.may_publish(actor):
        raise MemorandaAreTheOffices
    row = _locked(code)
    stored = store_file(stream=stream, name=name, keep_until=None, limit=LARGEST_FILE, actor=actor, now=now)
    row.file_id, row.edited_by, row.edited_at = stored.id, actor.key, now
    row.save(update_fields=["file", "edited_by", "edited_at"])
    fact = MemorandumFiled(row.pk, code, stored.id, stored.sha256)
    record(fact, about=f"measures.memorandum:{row.pk}", actor=actor, now=now)
    return stored.id


def _locked(code: str) -> Memorandum:
    row = Memorandum.objects.select_for_update().filter(code=code).first()
    if row is None:
        raise MemorandumNotFound
    return row


def _demand(content: MemorandumContent) -> None:
    problems = wrong_with(content)
    if problems:
        said = tuple(Reason("bad_memorandum", DIRECT_BASIS, f"{p.place}：{p.message}") for p in problems)
        raise BadMemorandum(reasons=said)


def wrong_with(content: MemorandumContent) -> list[memoranda.Problem]:
    """Everything that is wrong with a memorandum, with its references to others that are registered."""
    problems = memoranda.problems_of(content, units=known_units())
    if content.replaces:
        links = replacements()
        links.pop(content.code, None)
        if content.replaces != content.code and not Memorandum.objects.filter(code=content.replaces).exists():
            message = f"没有登记编号为“{content.replaces}”的备忘录。请改正“代替的备忘录”，或先登记它。"
            problems.append(memoranda.Problem("备忘录", message))
        elif (way := memoranda.circle(content.code, content.replaces, links)) and len(way) > 2:
            message = f"备忘录之间循环代替：{' → '.join(way)}。请改正“代替的备忘录”。"
            problems.append(memoranda.Problem("备忘录", message))
    return problems


def _write(row: Memorandum, content: MemorandumContent) -> None:
    """Every row under its number, so that what points to an original measure stays with it."""
    for key in HEAD:
        setattr(row, key, getattr(content, key))
    row.signatories, row.list_numbers = list(content.signatories), list(content.list_numbers)
    row.decomposed = content.decomposed
    row.replaces = Memorandum.objects.filter(code=content.replaces).first() if content.replaces else None
    row.save()
    kept = [one.number for one in content.measures]
    gone = OriginalMeasure.objects.filter(memorandum=row).exclude(number__in=kept)
    if MeasureItem.objects.filter(original__in=gone).exists():
        raise MeasureInUse
    gone.delete()
    Conduct.objects.filter(memorandum=row).exclude(number__in=[one.number for one in content.conducts]).delete()
    for conduct in content.conducts:
        said = {"label": conduct.label, "criteria": conduct.criteria}
        Conduct.objects.update_or_create(memorandum=row, number=conduct.number, defaults=said)
    for one in content.measures:
        fields = asdict(one) | {
            "departments": list(one.departments),
            "legal_basis": list(one.legal_basis),
            "conducts": list(one.conducts),
        }
        OriginalMeasure.objects.update_or_create(memorandum=row, number=fields.pop("number"), defaults=fields)


def _saved(row: Memorandum, before: str, after: str, *, actor: Actor, now: datetime) -> None:
    fact = MemorandumSaved(row.pk, row.code, before, after)
    record(fact, about=f"measures.memorandum:{row.pk}", actor=actor, now=now)
