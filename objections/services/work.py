"""What all steps share: the locked row, its clocks, its papers, its letters."""

import hashlib
import io
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, BinaryIO

from accounts.selectors import departments_by_id
from audit.services import record
from citizens.services import tell_applicant
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from kernel.identifiers import holds_citizen_id
from kernel.law import Verdict
from objections import selectors
from objections.events import ClockChanged, ObjectionMoved
from objections.models import Attachment, Clock, Objection
from objections.rules.clocks import last_day
from objections.rules.kinds import Kind
from objections.rules.letters import Matter
from objections.rules.rulesets import BY_CODE, Limit, What
from objections.rules.states import LIFE, State
from office.rules.attachments import LARGEST, MOST_FILES, fault_of
from office.selectors import calendar
from office.services import render_letter, store_file
from subjects.selectors import is_person, subject_of
from toolkit import crypto
from toolkit.db import refusing

TO_WHO_OBJECTED = frozenset({"异议处理答复书", "不予受理通知书"})


class WrongStep(RuleBroken):
    code = "objections.wrong_step"
    message = "这件异议刚刚已由他人办理，请刷新后再看。"


class NotYours(NotPermitted):
    code = "objections.not_yours"
    message = "该步骤由受理单位的经办人员办理。"


class NotTheProvider(NotPermitted):
    code = "objections.not_the_provider"
    message = "谁认定、谁负责：核查和结论由认定（提供）单位的人员办理。"


class TextMissing(Malformed):
    code = "objections.text_missing"
    message = "请写明理由，且不得写入公民身份号码。"


class FileRefused(Malformed):
    code = "objections.file_refused"
    message = "只能上传 PDF、JPG、PNG 文件，且扩展名应与内容一致。请另存为 PDF 后重新上传。"


class TooManyFiles(Malformed):
    code = "objections.too_many_files"
    message = f"材料最多 {MOST_FILES} 份，请合并后上传。"


class FileThere(RuleBroken):
    code = "objections.file_there"
    message = "同样的材料已经上传过。"


class NotAsTheLawAsks(RuleBroken):
    code = "objections.not_as_the_law_asks"
    message = "不符合规定，不能办理。"


def demand(verdict: Verdict, refusal: type[RuleBroken] = NotAsTheLawAsks) -> None:
    """Raises `refusal` with every reason and its article."""
    if not verdict:
        raise refusal("".join(reason.message for reason in verdict.against), reasons=verdict.against)


def demanded(text: str, *, least: int = 2) -> str:
    """The text, stripped. Raises TextMissing."""
    if len(text.strip()) < least or holds_citizen_id(text):
        raise TextMissing
    return text.strip()


def about(objection: Objection) -> str:
    return f"objections.objection:{objection.pk}"


def after(verb: str, row: Objection) -> State:
    """Raises WrongStep where the table has no such arrow."""
    state = State(row.state)
    if verb not in LIFE.open_to(state):
        raise WrongStep(f"这件异议现在是“{state.label}”，不能进行这一步。请刷新后再看。")
    return LIFE.after(verb, state)


def note_moved(*, row: Objection, actor: Actor, now: datetime) -> None:
    """Record a step that changed nothing of what it is about."""
    fact = ObjectionMoved(row.pk, row.number, State(row.state).label, row.provider_id or row.department_id)
    record(fact, about=about(row), actor=actor, now=now)


# --- clocks ---------------------------------------------------------------------------------------------------------


def begin(*, row: Objection, whats: Iterable[What], on: date) -> None:
    """Start these clocks of the row's rule set, on that day."""
    rules, days = BY_CODE[row.rules], calendar()
    for what in whats:
        limit = rules.limits[what]
        due = last_day(on, limit, days, selectors.pauses_of(row))
        Clock.objects.create(
            objection=row,
            what=what.value,
            began_on=on,
            days=limit.days,
            natural=limit.natural,
            source=str(rules.source),
            due_on=due.on,
            provisional=due.provisional,
        )
    refresh(row=row)


def meet(*, row: Objection, whats: Iterable[What], on: date) -> None:
    """These clocks are met; what was never started is nobody's concern."""
    Clock.objects.filter(objection=row, what__in=[one.value for one in whats], met_on=None).update(met_on=on)
    refresh(row=row)


def refresh(*, row: Objection) -> None:
    """The nearest open clock stands on the row, for the queue."""
    nearest = Clock.objects.filter(objection=row, met_on=None).order_by("due_on").first()
    row.due_on = nearest.due_on if nearest else None
    row.due_provisional = bool(nearest and nearest.provisional)
    Objection.objects.filter(pk=row.pk).update(due_on=row.due_on, due_provisional=row.due_provisional)


def reckon(*, row: Objection, clocks: Iterable[Clock]) -> int:
    """Work out last days anew, with the days that do not count; how many moved."""
    days, pauses, moved = calendar(), selectors.pauses_of(row), 0
    for clock in clocks:
        due = last_day(clock.began_on, Limit(clock.days, clock.natural), days, pauses, more=clock.more)
        if (due.on, due.provisional) != (clock.due_on, clock.provisional):
            clock.due_on, clock.provisional = due.on, due.provisional
            clock.escalated_on = None
            moved += 1
        clock.save(update_fields=["due_on", "provisional", "more", "more_reason", "escalated_on"])
    refresh(row=row)
    return moved


def note_clock(*, row: Objection, why: str, actor: Actor, now: datetime) -> None:
    """Record that its days are counted otherwise, and until when."""
    fact = ClockChanged(row.pk, row.number, why, row.due_on.isoformat() if row.due_on else "")
    record(fact, about=about(row), actor=actor, now=now)


# --- papers ---------------------------------------------------------------------------------------------------------


def keep(*, row: Objection, kind: str, name: str, stream: BinaryIO, actor: Actor, now: datetime) -> int:
    """Put a file into the objection's, by its content alone. Its id. In the caller's transaction.

    Raises FileRefused, TooManyFiles, FileThere, office.services.FileTooLarge, DiskFull.
    """
    name = name.replace("\\", "/").rpartition("/")[2][:200] or "材料"
    if Attachment.objects.filter(objection=row).count() >= MOST_FILES:
        raise TooManyFiles
    fault = fault_of(name, stream.read(LARGEST + 1))
    if fault:
        raise FileRefused(fault)
    stream.seek(0)
    file = store_file(stream=stream, name=name, keep_until=None, limit=LARGEST, actor=actor, now=now)
    with refusing("objections_attachment_once", FileThere):
        made = Attachment.objects.create(
            objection=row, kind=kind, file_id=file.id, sha256=file.sha256, added_by=actor.key, added_at=now
        )
    return made.pk


def write(*, row: Objection, kind: str, data: dict[str, Any], actor: Actor, now: datetime) -> int:
    """A letter as PDF into the objection's file, and a word to who objected where it is for him; its id.

    Raises CharacterMissing, LetterNotWritten.
    """
    body = render_letter(name="letter", data=data)
    file = store_file(
        stream=io.BytesIO(body),
        name=f"{kind} {row.number}.pdf",
        keep_until=None,
        limit=LARGEST,
        actor=actor,
        now=now,
    )
    made = Attachment.objects.create(
        objection=row,
        kind=kind,
        file_id=file.id,
        sha256=hashlib.sha256(body).hexdigest(),
        added_by=actor.key,
        added_at=now,
    )
    if kind in TO_WHO_OBJECTED:
        word = f"有新的文书《{kind}》"
        tell_party(row=row, word=word, actor=actor, now=now)
    return made.pk


def tell_party(*, row: Objection, word: str, actor: Actor, now: datetime) -> bool:
    """A word to who objected: the number and the step, nothing else."""
    return tell_applicant(
        key=row.filed_by,
        contact=crypto.decrypt(row.contact_ct, aad=contact_place(row.pk)) if row.contact_ct else "",
        subject=f"异议 {row.number}",
        text=f"您的异议 {row.number} {word}。请登录公众门户，在“我的”—“异议”查看。",
        about=about(row),
        actor=actor,
        now=now,
    )


def contact_place(key: int) -> str:
    """Where the sealed contact of an objection belongs."""
    return f"objections_objection:contact_ct:{key}"


def matter_of(*, row: Objection, on: date) -> Matter:
    """The objection as its papers tell it."""
    subject = subject_of(row.subject_id)
    rules = BY_CODE[row.rules]
    return Matter(
        agency=next(iter(departments_by_id([row.department_id]).values())).name,
        name=subject.name if subject else "",
        code=subject.uscc if subject and not is_person(row.subject_id) else "",
        number=row.number,
        filed_on=row.filed_on,
        kind=Kind(row.kind).label,
        about=selectors.about(row, on=on).text,
        rules=f"{rules.source}（{rules.name}）。{rules.note}",
    )
