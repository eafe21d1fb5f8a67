"""What every service of this app needs: the revision, whom a fact is about, and the refusals that they share."""

from django.db import connection

from kernel.errors import Malformed, NotFound, NotPermitted


class IdentifierWrong(Malformed):
    code = "subjects.identifier_wrong"
    message = "证照号码不正确，请对照证照核对。"


class NameWrong(Malformed):
    code = "subjects.name_wrong"
    message = "名称为空或过长，请对照证照填写。"


class PeriodReversed(Malformed):
    code = "subjects.period_reversed"
    message = "截止日期早于起始日期，请核对。"


class NotYours(NotPermitted):
    code = "subjects.not_yours"


class SubjectNotFound(NotFound):
    code = "subjects.not_found"


def next_revision() -> int:
    """Raise the counter; its row stays locked until this transaction ends, so revisions commit in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT subjects_next_revision()")
        return int(cursor.fetchone()[0])
