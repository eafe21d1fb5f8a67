"""What anybody may read of the way onto a red list: organisations, and only while they are publicised."""

from datetime import date

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from redblack.models import Proceeding
from redblack.rules.editions import PUBLIC
from redblack.rules.states import ProceedingState, Track
from subjects.rules.kinds import Kind

# a sole trader is told of by exact code only, a person never
SHOWN = sorted(kind.value for kind in (Kind.LEGAL_PERSON, Kind.OTHER_ORGANISATION))
OPEN_TO_ALL = """
SELECT p.id FROM redblack_proceeding p JOIN redblack_listtype l ON l.id = p.list_type_id
JOIN subjects_pub_subject s ON s.id = p.subject_id
WHERE s.kind = ANY (%s) AND coalesce(l.publicity_scopes ->> s.kind, %s) = %s
"""


def candidates(*, on: date, after: int | None = None, limit: int) -> list[Proceeding]:
    """Who is publicised on that day, the latest first. `after`: the id of the last one seen (keyset).

    河南省社会信用条例 第二十八条: publicity before the recognition. Not who the list's publicity scope leaves out.
    """
    rows: QuerySet[Proceeding] = Proceeding.objects.filter(
        track=Track.HONOUR,
        state=ProceedingState.PUBLICISED,
        publicised_from__lte=on,
        publicised_until__gte=on,
        pk__in=RawSQL(OPEN_TO_ALL, [SHOWN, PUBLIC, PUBLIC]),
    )
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return list(rows.select_related("list_type", "department").order_by("-id")[:limit])
