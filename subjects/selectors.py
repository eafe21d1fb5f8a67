"""Reading the register: by identifier first, by name only to give candidates."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Q, QuerySet

from kernel.actor import Actor
from kernel.identifiers import Found, normalise_code, warnings_of_uscc
from kernel.names import LONGEST, SUFFIXES, TRADES, bigrams, name_key, without_form
from office.selectors import division_codes, region_names
from subjects import policies
from subjects.models import Conflict, Name, PersonIndex, Responsibility, Revision, Subject
from subjects.rules.kinds import IdKind, Kind
from subjects.rules.persons import id_purpose
from subjects.rules.ranking import Listed, Question, ranked
from toolkit import crypto

PERSON_KINDS = {"citizen_id": IdKind.CITIZEN_ID, "passport": IdKind.PASSPORT, "travel_permit": IdKind.TRAVEL_PERMIT}
ENOUGH = 300  # names that one step of the search hands to the ranking
TOO_GENERAL = "名称太短或只有组织形式。请补充字号，或输入统一社会信用代码。"
NOT_A_NAME = "名称过长，请只填写名称，或输入统一社会信用代码。"


@dataclass(frozen=True, slots=True)
class SubjectValue:
    """A subject as the floors above see it; of a natural person `name` is the masked form."""

    id: int
    kind: str
    name: str
    uscc: str
    reg_no: str
    org_code: str
    division_code: str
    registered_on: date | None
    status: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A subject that a name may mean. To be verified by code; never a ground for a measure (I6)."""

    subject_id: int
    name: str
    uscc: str
    division_code: str
    score: float
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resolution:
    """Whom a Found means. `state`: known, unknown (a good identifier that nobody here holds), verify (a name, or a
    code with several holders: see `candidates`), invalid, missing.
    """

    state: str
    subject: SubjectValue | None = None
    candidates: tuple[Candidate, ...] = ()
    problem: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def subject_id(self) -> int | None:
        return self.subject.id if self.subject else None


def _value(subject: Subject) -> SubjectValue:
    return SubjectValue(
        subject.pk,
        subject.kind,
        subject.name,
        subject.uscc or "",
        subject.reg_no or "",
        subject.org_code or "",
        subject.division_code,
        subject.registered_on,
        subject.status,
    )


def subject_of(subject_id: int) -> SubjectValue | None:
    subject = Subject.objects.filter(pk=subject_id).first()
    return _value(subject) if subject else None


def subjects_of(subject_ids: Collection[int]) -> dict[int, SubjectValue]:
    return {subject.pk: _value(subject) for subject in Subject.objects.filter(pk__in=subject_ids).order_by("pk")}


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
        return _by_name(found.value)
    column = {"uscc": "uscc", "reg_no": "reg_no", "org_code": "org_code"}[found.kind]
    holders = [_value(s) for s in Subject.objects.filter(**{column: found.value}).order_by("pk")[:10]]
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


def _by_name(name: str) -> Resolution:
    if len(name) > LONGEST:
        return Resolution("invalid", problem=NOT_A_NAME)
    found = tuple(candidates(name))
    if not found and Question.of(name, region_names()).too_general:
        return Resolution("verify", problem=TOO_GENERAL)
    return Resolution("verify" if found else "unknown", candidates=found)


# --- by name --------------------------------------------------------------------------------------------------------


def candidates(name: str, limit: int = 10) -> list[Candidate]:
    """Organisations that a name may mean, best first, each with its reasons in words. Never a confirmation."""
    regions = region_names()
    asked = Question.of(name[: LONGEST + 1], regions)
    if len(asked.key) < 2 or len(name) > LONGEST:
        return []
    best = ranked(asked, _listed(asked), regions, limit)
    subjects = subjects_of([one.listed.subject_id for one in best])
    return [
        Candidate(s.id, s.name, s.uscc, s.division_code, one.score, one.why)
        for one in best
        if (s := subjects[one.listed.subject_id])
    ]


# bigrams that fit thousands of names: of trades and forms, and where a trade meets 有限公司
_GENERAL = frozenset(b for word in TRADES + SUFFIXES for b in bigrams(word)) | {word[-1] + "有" for word in TRADES}
_COLUMNS = "subject_id, name, key, kind"
_EXACT = f"SELECT {_COLUMNS} FROM subjects_name WHERE key = %s AND rev_to IS NULL LIMIT {ENOUGH}"
_ALL = f"""SELECT {_COLUMNS} FROM subjects_name
WHERE subjects_bigrams(key) @> %s::text[] AND rev_to IS NULL LIMIT {ENOUGH}"""
_MOST = f"""SELECT {_COLUMNS} FROM (
  SELECT {_COLUMNS} FROM subjects_name WHERE subjects_bigrams(key) && %s::text[] AND rev_to IS NULL LIMIT 5000) n
ORDER BY (SELECT count(*) FROM unnest(subjects_bigrams(key)) b WHERE b = ANY(%s::text[])) DESC LIMIT {ENOUGH}"""


def _listed(asked: Question) -> Iterable[Listed]:
    """Names by the bigram index, from the narrowest question to the widest; stops when one gave enough."""
    steps: list[tuple[str, list[str | list[str]]]] = [(_EXACT, [asked.key])]
    if not asked.too_general:
        steps.append((_ALL, [bigrams(asked.core)]))
        if asked.brand != asked.core:
            steps.append((_ALL, [bigrams(asked.brand)]))
        if telling := [b for b in bigrams(without_form(asked.key)) if b not in _GENERAL]:
            steps.append((_MOST, [telling, telling]))
    found: dict[tuple[int, str], Listed] = {}
    with connection.cursor() as cursor:
        for statement, arguments in steps:
            cursor.execute(statement, arguments)
            for row in cursor.fetchall():
                found.setdefault((row[0], row[2]), Listed(*row))
            if len(found) >= ENOUGH:
                break
    return found.values()
