"""登记齐备: what is registered on the platform itself is complete once somebody has said so."""

from datetime import datetime

from django.db import connection, transaction

from collection.selectors import source_ages
from collection.services import advance, mark_loaded
from kernel.actor import Actor
from kernel.errors import NotFound, NotPermitted, RuleBroken
from redblack import policies
from redblack.models import ListType
from redblack.rules.lists import Origin
from toolkit.clock import day_of

ROWS = """
SELECT (SELECT count(*) FROM redblack_pub_binding b WHERE b.source_id = %(source)s AND b.rev_to IS NULL
    AND collection_pub_in_force(b.valid_from, b.valid_until, b.released_on, %(day)s))
  + (SELECT count(DISTINCT c.record_id) FROM collection_pub_trigger c WHERE c.source_id = %(source)s
    AND c.rev_to IS NULL AND collection_pub_in_force(c.valid_from, c.valid_until, c.released_on, %(day)s))
"""


class CannotOpen(NotPermitted):
    code = "redblack.cannot_open_source"
    message = "登记齐备由信用办的审核人员确认。"


class NoSuchSource(NotFound):
    code = "redblack.no_such_source"
    message = "没有这个名单或信息类别，或者已经停用。"


class ComesByVersions(RuleBroken):
    code = "redblack.source_comes_by_versions"
    message = "该名单由上级或其他系统按版本下发，接收版本后自动更新时效，不能在此确认。请到“名单接收”提交版本。"


class OpenAlready(RuleBroken):
    code = "redblack.source_open_already"
    message = "该名单或信息类别已经可以核查，不需要再次确认。"


@transaction.atomic
def open_source(*, source_id: int, actor: Actor, now: datetime) -> int:
    """State that everything in force of a list decided here, or of a kind of record, is registered on the platform:
    from now on nothing there means no record. How many rows it holds.

    国办发〔2020〕49号 名单共享和更新: a list that was never filled is no knowledge, and an empty one is complete.
    Raises CannotOpen, NoSuchSource, ComesByVersions, OpenAlready.
    """
    if not policies.may_open_sources(actor):
        raise CannotOpen
    advance(source_id=source_id)  # of two who say so at once, the second is told
    day = day_of(now)
    age = next((one for one in source_ages(as_of=day) if one.id == source_id), None)
    if age is None:
        raise NoSuchSource
    kept_here = ListType.objects.filter(source_id=source_id).values_list("origin", flat=True).first()
    if age.limit_days is not None or (kept_here is not None and not Origin(kept_here).decided_here):
        raise ComesByVersions
    if age.loaded_at is not None:
        raise OpenAlready
    with connection.cursor() as cursor:
        cursor.execute(ROWS, {"source": source_id, "day": day})
        [rows] = cursor.fetchone()
    version = f"平台登记 {day.isoformat()}"
    mark_loaded(source_id=source_id, version=version, loaded_at=now, rows=rows, held=False, actor=actor, now=now)
    return int(rows)
