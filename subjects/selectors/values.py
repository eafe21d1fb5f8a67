"""What this app hands to the floors above: values, never rows."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from subjects.models import Subject


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


def value_of(subject: Subject) -> SubjectValue:
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
    return value_of(subject) if subject else None


def subjects_of(subject_ids: Collection[int]) -> dict[int, SubjectValue]:
    return {subject.pk: value_of(subject) for subject in Subject.objects.filter(pk__in=subject_ids).order_by("pk")}
