"""Rows that come in one call: a page form, an interface call, a run of an extraction. Checked and taken at once."""

import hashlib
import json
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from collection.models import Batch, RowProblem
from collection.rules import headings
from collection.rules.judging import Incoming
from collection.rules.states import Channel, ProblemState
from collection.services import taking, work
from collection.services.checking import Checker
from collection.services.reading import NO_FLAWS, codes_of
from collection.services.receiving import demand_provider, demand_reporter, new_batch
from collection.services.work import CHUNK, Correction
from kernel.actor import Actor
from kernel.errors import Malformed, RuleBroken
from toolkit import crypto
from toolkit.db import refusing

LONGEST_KEY = 100
CALL = "collection.call"  # purpose of the keyed digest


class NoRows(Malformed):
    code = "collection.no_rows"
    message = "没有提交任何数据行。"


class TooManyRows(Malformed):
    code = "collection.too_many_rows"
    message = f"一次最多提交 {CHUNK} 行，请分批提交。"


class CallKeyTooLong(Malformed):
    code = "collection.call_key_too_long"
    message = f"幂等键过长，连同系统标识不得超过 {LONGEST_KEY} 个字符。"


class CallKeyUsed(RuleBroken):
    code = "collection.call_key_used"
    message = "该幂等键此前已用于其他内容的提交。同一键只能重发相同的内容，新的数据请换用新键。"


class _CallKnown(RuleBroken):
    """The same call has just come by another connection."""

    code = "collection.call_known"


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """A row that was not taken: its number (from 1) and [{field, name, code, message, severity}]."""

    row: int
    problems: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of the rows of one call. `warnings`: [{row, field, message}]; `refusal`: why nothing was taken."""

    batch_id: int
    state: str
    total: int
    taken: int
    changed: int
    same: int
    returned: tuple[ReturnedRow, ...]
    warnings: tuple[dict[str, str | int], ...]
    refusal: str = ""


@transaction.atomic
def receive_rows(
    *,
    item_code: str,
    rows: Sequence[Mapping[str, str]],
    channel: str,
    department_id: int,
    call_key: str,
    all_or_nothing: bool,
    confirmed: Container[int] = (),
    extraction_id: int | None = None,
    correction: Correction | None = None,
    actor: Actor,
    now: datetime,
) -> Receipt:
    """Check and take up to 5,000 rows, by heading or field code, in one transaction; row numbers count from 1.

    The same `call_key` with the same rows again: the same receipt. `correction`: the one row corrects that record.
    Raises MayNotReport, NothingPublished, NotAProvider, NoRows, TooManyRows, CallKeyTooLong, CallKeyUsed,
    HeadingsRefused, CorrectionMovesRecord.
    """
    demand_reporter(department_id=department_id, actor=actor)
    if not rows:
        raise NoRows
    if len(rows) > CHUNK:
        raise TooManyRows
    key = f"{actor.key}:{call_key}" if channel != Channel.EXTRACTION else call_key
    if len(key) > LONGEST_KEY:
        raise CallKeyTooLong
    said = (
        item_code, department_id, all_or_nothing, [dict(row) for row in rows],
        [place for place in range(1, len(rows) + 1) if place in confirmed], repr(correction),
    )  # fmt: skip
    plain = hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    digest = keyed(plain)
    if known := Batch.objects.filter(call_key=key).first():
        return _again(known, plain)
    item = demand_provider(item_code=item_code, department_id=department_id, actor=actor)
    try:
        with refusing("collection_batch_one_call", _CallKnown):
            batch = new_batch(
                item=item, department_id=department_id, channel=channel, all_or_nothing=all_or_nothing,
                limit_percent=100, mends=None, extraction_id=extraction_id, call_key=key, call_digest=digest,
                actor=actor, now=now,
            )  # fmt: skip
    except _CallKnown:
        return _again(Batch.objects.get(call_key=key), plain)
    numbered = dict(enumerate(rows, start=1))
    return at_once(batch=batch, rows=numbered, confirmed=confirmed, correction=correction, actor=actor, now=now)


def keyed(plain: str) -> str:
    """A digest that nobody without our key can guess the rows from: one row holds little but a citizen's number."""
    return crypto.blind_index(plain, purpose=CALL)[1].hex()


def _again(batch: Batch, plain: str) -> Receipt:
    if batch.call_digest not in {index.hex() for _, index in crypto.blind_indexes(plain, purpose=CALL)}:
        raise CallKeyUsed
    return receipt_of(batch)


def at_once(
    *,
    batch: Batch,
    rows: Mapping[int, Mapping[str, str]],
    confirmed: Container[int],
    correction: Correction | None = None,
    actor: Actor,
    now: datetime,
) -> Receipt:
    """Both phases on rows in memory, `rows`: number -> texts by heading or code. In the caller's transaction."""
    job = work.work_of(batch=batch, actor=actor, correction=correction)
    work.enter(job, "check")
    names = tuple(dict.fromkeys(name for row in rows.values() for name in row))
    matched = headings.match(names, job.definition)
    checker = Checker(job, names, codes_of(names, matched.fields), checked_to=0)
    for chunk in checker.chunks(_incoming(rows, names, confirmed)):
        checker.ask(chunk)
        checker.settle(chunk, now=now)
    if matched.unread:
        work.add_counts(job, work.Counts(notes=[f"以下项不属于本条目，未采集：{'、'.join(matched.unread[:20])}。"]))
    if refusal := work.refusal_of(Batch.objects.get(pk=batch.pk)):
        work.refuse(work=job, refusal=refusal, now=now)
    else:
        work.enter(job, "take")
        back = _take(job, whole=batch.all_or_nothing, now=now)
        work.refetch(job, {row: dict(rows[row]) for row in work.without_cells(job) if row in rows})
        if back:
            work.refuse(work=job, refusal=work.refusal_of(Batch.objects.get(pk=batch.pk)), now=now)
        else:
            work.finish(work=job, now=now)
    return receipt_of(Batch.objects.get(pk=batch.pk), rows)


def _take(job: work.Work, *, whole: bool, now: datetime) -> bool:
    """Take what waits. True: all of it went back, because of a batch that is taken whole some rows went back."""
    try:
        with transaction.atomic():
            back: list[work.Bad] = []
            for first, last in taking.parts(job.batch_id):
                singles = taking.enter_subjects(work=job, first=first, last=last, now=now)
                taking.take_part(work=job, first=first, last=last, singles=singles, now=now)
                back += singles.bad
            if whole and back:
                raise taking.NotWhole(back)
    except taking.NotWhole as torn:
        counts = work.Counts()
        work.write_bad(job, torn.rows, counts)
        work.add_counts(job, counts)
        return True
    return False


def _incoming(
    rows: Mapping[int, Mapping[str, str]], names: Sequence[str], confirmed: Container[int]
) -> Iterable[Incoming]:
    for place, (number, row) in enumerate(sorted(rows.items()), start=1):
        yield Incoming(place, number, [row.get(name, "") for name in names], NO_FLAWS, number in confirmed)


def receipt_of(batch: Batch, rows: Collection[int] | None = None) -> Receipt:
    """What became of a batch; rows mended since are still named as returned. Of one that mends another: `rows` are
    those that it had, and what is still open of them in the other batch was returned again.
    """
    bad = RowProblem.objects.filter(batch_id=batch.pk)
    if batch.mends_id is not None:
        bad = RowProblem.objects.filter(batch_id=batch.mends_id, row_number__in=rows or (), state=ProblemState.OPEN)
    returned = [
        ReturnedRow(row, tuple(problems))
        for row, problems in bad.order_by("row_number").values_list("row_number", "problems")
    ]
    return Receipt(
        batch.pk, batch.state, batch.total, batch.taken, batch.changed, batch.same, tuple(returned),
        tuple(batch.warnings), batch.refusal,
    )  # fmt: skip
