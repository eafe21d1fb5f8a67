"""What is held of a subject, for the subject: also what is not public, masked as the catalogue says."""

from dataclasses import dataclass

from catalog.selectors import definition_of
from collection.models import Record
from collection.rules.states import RecordState
from collection.selectors.records import Line, lines_of


@dataclass(frozen=True, slots=True)
class OwnRecord:
    row: Record
    lines: list[Line]


def own_records(*, subject_id: int, limit: int) -> list[OwnRecord]:
    """The subject's current records, the latest decision first. Whoever shows them sees to it that he may.

    《中华人民共和国个人信息保护法》 第四十五条. What may be had on nobody's account (不予共享) stays out.
    """
    rows = Record.objects.filter(subject_id=subject_id, state=RecordState.CURRENT.value)
    rows = rows.exclude(item_version__sharing_scope="不予共享").select_related("item", "item_version")
    return [
        OwnRecord(row, lines_of(definition_of(row.item_version_id), row.content, row.sealed))
        for row in rows.order_by("-decided_on", "-id")[:limit]
    ]
