"""Reading the register: by identifier, and by name to give candidates."""

from subjects.selectors.clearings import cleared, cleared_subjects, clearings_of, reference, versions_of
from subjects.selectors.register import (
    PERSON_KINDS,
    conflict_page,
    conflicts_of,
    conflicts_waiting,
    find_person,
    holder_of,
    is_person,
    names_of,
    posts_of,
    resolve,
    resolve_code,
    responsible_for,
    revision,
    visible_to,
)
from subjects.selectors.representatives import names_of_representatives
from subjects.selectors.search import candidates, forget_commonness, named
from subjects.selectors.unnaming import without_persons
from subjects.selectors.values import Candidate, Resolution, SubjectValue, subject_of, subjects_of

__all__ = [
    "PERSON_KINDS",
    "Candidate",
    "Resolution",
    "SubjectValue",
    "candidates",
    "cleared",
    "cleared_subjects",
    "clearings_of",
    "conflict_page",
    "conflicts_of",
    "conflicts_waiting",
    "find_person",
    "forget_commonness",
    "holder_of",
    "is_person",
    "named",
    "names_of",
    "names_of_representatives",
    "posts_of",
    "reference",
    "resolve",
    "resolve_code",
    "responsible_for",
    "revision",
    "subject_of",
    "subjects_of",
    "versions_of",
    "visible_to",
    "without_persons",
]
