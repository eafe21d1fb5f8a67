"""The city grade of one organisation: which conducts count, and where they put it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from collection.selectors.conduct import penalties_by_subject
from kernel.actor import Actor
from kernel.errors import Malformed, NotFound
from kernel.identifiers import normalise_code, uscc_problem
from redblack import policies
from redblack.models import Entry
from redblack.rules.grades import DEFAULT, Conduct, Standing, Thresholds, standing
from redblack.rules.lists import Origin
from subjects.rules.kinds import Kind
from subjects.selectors import SubjectValue, holder_of, subject_of

GRADED = frozenset({Kind.LEGAL_PERSON.value, Kind.OTHER_ORGANISATION.value})
JUDGMENTS: dict[str, Any] = {
    "origin": Origin.COURT.value,
    "reward": False,
    "list_type__kind": "serious",
}  # the court's list


class NotAnOrganisationsCode(Malformed):
    code = "redblack.not_an_organisations_code"
    message = "请输入企业或其他组织的 18 位统一社会信用代码。信用分级只针对组织，不针对自然人和个体工商户。"


class NotGraded(NotFound):
    code = "redblack.not_graded"
    message = "没有登记该组织，或该主体不参加信用分级。信用分级只针对组织，不针对自然人和个体工商户。"


@dataclass(frozen=True, slots=True)
class Grading:
    """An organisation with its city grade on a day."""

    subject: SubjectValue
    standing: Standing
    on: date


def organisation_by_code(code: str) -> int:
    """The organisation of a unified code. Raises NotAnOrganisationsCode, NotGraded."""
    uscc = normalise_code(code)
    if uscc_problem(uscc):
        raise NotAnOrganisationsCode
    found = holder_of(uscc=uscc)
    if found is None:
        raise NotGraded
    return found


def grading_of(actor: Actor, subject_id: int, *, on: date, thresholds: Thresholds = DEFAULT) -> Grading:
    """The city grade of an organisation on a day. Raises NotGraded for persons, sole traders and who is not here."""
    subject = subject_of(subject_id)
    if subject is None or subject.kind not in GRADED or not policies.may_see_types(actor):
        raise NotGraded
    return Grading(subject, standings_of([subject_id], on=on, thresholds=thresholds)[subject_id], on)


def standings_of(subject_ids: Collection[int], *, on: date, thresholds: Thresholds = DEFAULT) -> dict[int, Standing]:
    """Where many organisations stand on a day. The caller hands in organisations alone: see GRADED."""
    conducts: dict[int, list[Conduct]] = {one: [] for one in subject_ids}
    for subject_id, penalties in penalties_by_subject(conducts, on=on).items():
        conducts[subject_id] += [
            Conduct(
                key=f"record:{one.record_id}",
                document_no=one.document_no,
                authority=one.authority,
                decided_on=one.decided_on,
                kind=one.kind,
                penalty=one.penalty,
                fine=one.fine,
            )
            for one in penalties
        ]
    for entry in _in_force(Entry.objects.filter(**JUDGMENTS, subject_id__in=subject_ids), on):
        conducts[entry.subject_id].append(
            Conduct(
                key=f"entry:{entry.pk}",
                document_no=entry.document_no,
                authority=entry.authority,
                decided_on=entry.decided_on or entry.effective_from,
                kind="失信被执行人",
                judgment=True,
            )
        )
    return {subject_id: standing(found, thresholds) for subject_id, found in conducts.items()}


def honoured(subject_ids: Collection[int], *, on: date) -> frozenset[int]:
    """Who of them is on a red list in force."""
    rows = Entry.objects.filter(subject_id__in=subject_ids, reward=True)
    return frozenset(entry.subject_id for entry in _in_force(rows, on))


def _in_force(rows: QuerySet[Entry], on: date) -> list[Entry]:
    """As collection_pub_in_force has it."""
    return [
        row
        for row in rows.filter(effective_from__lte=on).order_by("effective_from", "pk")
        if (row.effective_until is None or row.effective_until >= on)
        and (row.released_on is None or row.released_on > on)
    ]
