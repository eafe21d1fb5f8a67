"""消除影响声明 as anybody reads them: that an organisation was listed by mistake, and is not any more."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from redblack.models import Rehabilitation
from redblack.selectors.public_entries import BY_CODE
from subjects.selectors import without_persons

SHOWN_FOR = timedelta(days=365)  # no law says how long; the harm of a listing is over with its year
OF_ORGANISATIONS = """EXISTS (SELECT 1 FROM redblack_entry e JOIN subjects_pub_subject s ON s.id = e.subject_id
WHERE e.id = redblack_rehabilitation.entry_id AND e.subject_id = %s AND s.kind = ANY (%s))"""


@dataclass(frozen=True, slots=True)
class PublicStatement:
    """A statement as everybody sees it: about an entry that need not have been public."""

    list_title: str
    authority: str
    document_no: str
    text: str
    published_on: date


def public_statements_of(*, subject_id: int, on: date) -> list[PublicStatement]:
    """Of one organisation, the latest first. Of natural persons nothing is published, and no statement either."""
    rows = Rehabilitation.objects.filter(
        RawSQL(OF_ORGANISATIONS, [subject_id, BY_CODE], output_field=BooleanField()),
        published_on__gt=on - SHOWN_FOR,
        published_on__lte=on,
    ).select_related("entry__list_type")
    found = list(rows.order_by("-published_on", "-id"))
    clean = iter(without_persons([text for row in found for text in (row.document_no, row.text)]))
    return [
        PublicStatement(
            list_title=row.entry.list_type.title,
            authority=row.entry.authority,
            document_no=next(clean),
            text=next(clean),
            published_on=row.published_on,
        )
        for row in found
    ]
