"""Organisations and their names: register, name, rename.

Every change raises the revision under its row lock in its own transaction; a row is never altered but closed
(rev_to) and written anew, so that what a check saw can be seen again.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce

from audit.services import record
from kernel import identifiers
from kernel.actor import Actor
from kernel.errors import Malformed
from kernel.names import LONGEST, display_name, name_key
from subjects import events, policies, selectors
from subjects.models import Conflict, Name, Subject
from subjects.rules.kinds import ORGANISATIONS, Kind, NameKind
from subjects.services.base import (
    IdentifierWrong,
    NameWrong,
    NotYours,
    PeriodReversed,
    SubjectNotFound,
    next_revision,
)


class NoIdentifier(Malformed):
    code = "subjects.no_identifier"
    message = "缺少统一社会信用代码、注册号或组织机构代码，仅凭名称不能登记主体。"


def _checked_name(name: str) -> tuple[str, str]:
    shown, key = display_name(name), name_key(name)
    if not key or len(shown) > LONGEST:
        raise NameWrong
    return shown, key


@transaction.atomic
def register_organisation(
    *,
    kind: str,
    name: str,
    uscc: str,
    registered_on: date | None,
    division_code: str,
    actor: Actor,
    now: datetime,
    reg_no: str = "",
    org_code: str = "",
    source: str = "登记",
) -> int:
    """Enter an organisation and return its id; known already under that code, the known id.

    A known code with another name is not merged: the name is kept as a conflict for the credit office, and the id of
    the code's holder returned. Raises NotYours, NameWrong, IdentifierWrong, NoIdentifier.
    """
    if not policies.may_register(actor):
        raise NotYours
    if Kind(kind) not in ORGANISATIONS:
        raise IdentifierWrong("自然人请按证件登记。")
    shown, key = _checked_name(name)
    uscc, reg_no, org_code = (identifiers.normalise_code(code) for code in (uscc, reg_no, org_code))
    org_code = org_code.replace("-", "")
    _check_codes(uscc, reg_no, org_code)
    if uscc and not org_code and identifiers.org_code_valid(uscc[8:17]):
        org_code = uscc[8:17]
    known = selectors.holder_of(uscc=uscc, reg_no=reg_no, org_code=org_code)
    if known is None:
        revision = next_revision()  # from here on nobody else registers
        known = selectors.holder_of(uscc=uscc, reg_no=reg_no, org_code=org_code)
    if known is not None:
        if uscc:
            _adopt_code(known, uscc, actor, now)
        _note_other_name(known, uscc or reg_no or org_code, shown, key, source, actor, now)
        return known
    subject = Subject.objects.create(
        kind=kind,
        name=shown,
        uscc=uscc or None,
        reg_no=reg_no or None,
        org_code=org_code or None,
        division_code=division_code or (uscc[2:8] if uscc else ""),
        registered_on=registered_on,
        created_at=now,
        updated_at=now,
    )
    Name.objects.create(
        subject=subject, name=shown, key=key, kind=NameKind.CURRENT, valid_from=registered_on, rev_from=revision
    )
    record(events.SubjectRegistered(subject.pk, kind, uscc), about=events.about(subject.pk), actor=actor, now=now)
    return subject.pk


def _adopt_code(subject_id: int, uscc: str, actor: Actor, now: datetime) -> None:
    """An organisation that was known by its old number alone has got its unified code: the same subject.

    The organisation code in it is its own too, or what is entered under that one would be taken for another's.
    """
    if Subject.objects.filter(pk=subject_id, uscc=None).exists():
        next_revision()
        codes: dict[str, Any] = {"uscc": uscc}
        if identifiers.org_code_valid(uscc[8:17]):
            codes["org_code"] = Coalesce("org_code", Value(uscc[8:17]))
        if Subject.objects.filter(pk=subject_id, uscc=None).update(**codes, updated_at=now):
            record(events.CodeAdopted(subject_id, uscc), about=events.about(subject_id), actor=actor, now=now)


def _check_codes(uscc: str, reg_no: str, org_code: str) -> None:
    if uscc and (problem := identifiers.uscc_problem(uscc)):
        raise IdentifierWrong(problem)
    if reg_no and not identifiers.reg_no_valid(reg_no):
        raise IdentifierWrong("注册号应为15位数字且校验码相符，请对照旧执照核对。")
    if org_code and not identifiers.org_code_valid(org_code):
        raise IdentifierWrong("组织机构代码应为9位且校验码相符，请核对。")
    if not (uscc or reg_no or org_code):
        raise NoIdentifier


def _note_other_name(
    subject_id: int, code: str, shown: str, key: str, source: str, actor: Actor, now: datetime
) -> None:
    if Name.objects.filter(subject_id=subject_id, rev_to=None, key=key).exists():
        return
    kept = Subject.objects.values_list("name", flat=True).get(pk=subject_id)
    _, made = Conflict.objects.get_or_create(
        code=code,
        other_name=shown,
        defaults={"subject_id": subject_id, "kept_name": kept, "source": source, "found_at": now},
    )
    if made:
        fact = events.ConflictFound(subject_id, code, kept, shown, source)
        record(fact, about=events.about(subject_id), actor=actor, now=now)


@transaction.atomic
def add_name(
    *,
    subject_id: int,
    name: str,
    kind: str,
    actor: Actor,
    now: datetime,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> int:
    """Add a former, short or new current name; a new current name makes the old one a former name.

    Raises NotYours, SubjectNotFound, NameWrong, PeriodReversed. The same name again changes nothing.
    """
    if not policies.may_register(actor):
        raise NotYours
    shown, key = _checked_name(name)
    if valid_from and valid_until and valid_until < valid_from:
        raise PeriodReversed
    subject = Subject.objects.select_for_update().filter(pk=subject_id).exclude(kind=Kind.NATURAL_PERSON).first()
    if subject is None:
        raise SubjectNotFound
    same = Name.objects.filter(subject=subject, rev_to=None, key=key, kind=kind).order_by("id").first()
    if same is not None and same.name == shown:
        return same.pk
    revision = next_revision()
    if kind == NameKind.CURRENT:
        _retire_current_name(subject, shown, revision, valid_from, now)
    added = Name.objects.create(
        subject=subject,
        name=shown,
        key=key,
        kind=kind,
        valid_from=valid_from,
        valid_until=valid_until,
        rev_from=revision,
    )
    fact = events.NameAdded(
        subject_id,
        shown,
        kind,
        valid_from.isoformat() if valid_from else "",
        valid_until.isoformat() if valid_until else "",
    )
    record(fact, about=events.about(subject_id), actor=actor, now=now)
    return added.pk


def _retire_current_name(subject: Subject, new: str, revision: int, since: date | None, now: datetime) -> None:
    for old in Name.objects.filter(subject=subject, kind=NameKind.CURRENT, rev_to=None).order_by("id"):
        old.rev_to = revision
        old.save(update_fields=["rev_to"])
        until = since - timedelta(days=1) if since else None
        if until and old.valid_from and until < old.valid_from:
            until = old.valid_from
        Name.objects.create(
            subject=subject,
            name=old.name,
            key=old.key,
            kind=NameKind.FORMER,
            valid_from=old.valid_from,
            valid_until=until,
            rev_from=revision,
        )
    subject.name, subject.updated_at = new, now
    subject.save(update_fields=["name", "updated_at"])
