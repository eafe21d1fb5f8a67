"""Reading the register: subjects with what is known of them, and whom an identifier means."""

from datetime import datetime

from django.db.models import Q, QuerySet

from kernel.actor import Actor
from kernel.identifiers import Found, normalise_code, warnings_of_uscc
from kernel.names import name_key
from office.selectors import division_codes
from subjects import policies
from subjects.models import Conflict, Name, PersonIndex, Responsibility, Revision, Subject
from subjects.rules.kinds import IdKind, Kind
from subjects.rules.persons import id_purpose
from subjects.selectors.search import named
from subjects.selectors.values import Candidate, Resolution, SubjectValue, subject_of, value_of
from toolkit import crypto

PERSON_KINDS = {"citizen_id": IdKind.CITIZEN_ID, "passport": IdKind.PASSPORT, "travel_permit": IdKind.TRAVEL_PERMIT}


def visible_to(actor: Actor) -> QuerySet[Subject]:
    """Organisations, for staff. Natural persons are never in a list: they are asked for one by one, with a reason."""
    if not policies.may_see_subjects(actor):
        return Subject.objects.none()
    return Subject.objects.exclude(kind=Kind.NATURAL_PERSON)


def is_person(subject_id: int) -> bool:
    return Subject.objects.filter(pk=subject_id, kind=Kind.NATURAL_PERSON).exists()


def names_of(subject_id: int) -> list[Name]:
    """Current, former and short names, the current first."""
    rows = Name.objects.filter(subject_id=subject_id, rev_to=None).order_by("valid_from", "id")
    return sorted(rows, key=lambda row: row.kind != "current")


def responsible_for(organisation_id: int) -> list[Responsibility]:
    """Who answers or answered for it, with masked names, the latest first."""
    rows = Responsibility.objects.filter(organisation_id=organisation_id, rev_to=None).select_related("person")
    return list(rows.order_by("-valid_from", "id"))


def posts_of(person_id: int) -> list[Responsibility]:
    """Which organisations somebody answers or answered for, the latest first."""
    rows = Responsibility.objects.filter(person_id=person_id, rev_to=None).select_related("organisation")
    return list(rows.order_by("-valid_from", "id"))


def conflicts_of(subject_id: int) -> list[Conflict]:
    return list(Conflict.objects.filter(subject_id=subject_id).order_by("-found_at", "id"))


def conflicts_waiting() -> QuerySet[Conflict]:
    """Conflicts that nobody has decided yet, the newest first."""
    return Conflict.objects.filter(state="open").select_related("subject").order_by("-found_at", "-id")


def conflict_page(*, after: tuple[datetime, int] | None, limit: int) -> list[Conflict]:
    """Some of them; `after`: (found_at, id) of the last one seen (keyset)."""
    waiting = conflicts_waiting()
    if after is not None:
        moment, last = after
        waiting = waiting.filter(Q(found_at__lte=moment) & (Q(found_at__lt=moment) | Q(id__lt=last)))
    return list(waiting[:limit])


def revision() -> int:
    return Revision.objects.values_list("revision", flat=True).get(pk=1)


# --- by identifier --------------------------------------------------------------------------------------------------


def holder_of(*, uscc: str = "", reg_no: str = "", org_code: str = "") -> int | None:
    """The one subject of these codes. The unified code decides; an old number only where it has one holder.

    With a unified code that nobody holds yet, an organisation that is known by its old number alone is the same one.
    """
    if uscc:
        found = Subject.objects.filter(uscc=uscc).values_list("pk", flat=True).first()
        if found is not None:
            return found
    old = Q(pk=None)
    if reg_no:
        old |= Q(reg_no=reg_no)
    if org_code:
        old |= Q(org_code=org_code)
    rows = Subject.objects.filter(old, uscc=None) if uscc else Subject.objects.filter(old)
    holders = list(rows.order_by("pk").values_list("pk", flat=True)[:2])
    return holders[0] if len(holders) == 1 else None


def find_person(number: str, *, id_kind: str = IdKind.CITIZEN_ID) -> int | None:
    """The person with that document number, found by the blind index under every live key."""
    wanted = Q(pk=None)
    for key_id, digest in crypto.blind_indexes(normalise_code(number), purpose=id_purpose(id_kind)):
        wanted |= Q(key_id=key_id, digest=digest)
    return PersonIndex.objects.filter(wanted).order_by("pk").values_list("subject_id", flat=True).first()


def resolve_code(found: Found) -> Resolution:
    """Whom a read identifier means. Identifiers decide; a name gives candidates and never a subject."""
    if found.kind in ("invalid", "missing"):
        return Resolution(found.kind, problem=found.problem)
    if found.kind in PERSON_KINDS:
        person = find_person(found.value, id_kind=PERSON_KINDS[found.kind])
        return Resolution("known", subject_of(person)) if person else Resolution("unknown")
    if found.kind == "name":
        return named(found.value)
    column = {"uscc": "uscc", "reg_no": "reg_no", "org_code": "org_code"}[found.kind]
    holders = [value_of(s) for s in Subject.objects.filter(**{column: found.value}).order_by("pk")[:10]]
    warnings = warnings_of_uscc(found.value, division_codes()) if found.kind == "uscc" else ()
    if not holders:
        return Resolution("unknown", warnings=warnings)
    if len(holders) > 1:
        several = tuple(
            Candidate(s.id, s.name, s.uscc, s.division_code, 90.0, ("旧代码相同，须以统一社会信用代码区分",))
            for s in holders
        )
        return Resolution("verify", candidates=several, problem="该旧代码有多个主体，请输入统一社会信用代码。")
    return Resolution("known", holders[0], warnings=warnings + _name_differs(found, holders[0]))


def _name_differs(found: Found, holder: SubjectValue) -> tuple[str, ...]:
    if not found.name or found.kind == "name":
        return ()
    if Name.objects.filter(subject_id=holder.id, rev_to=None, key=name_key(found.name)).exists():
        return ()
    # the name read is left out: it may be a person's, and this sentence is kept on the receipt
    return (f"所读名称与登记名称“{holder.name}”不一致，请核对证照。",)


def resolve(found: Found) -> Resolution:
    """The same as `resolve_code`; the name that says what it does for names as well."""
    return resolve_code(found)
