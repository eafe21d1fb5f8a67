"""Taking reports many at once: the one way in for page, spreadsheet, REST, SOAP and tables.

Each good row becomes a version of a case, each other row comes back with its reason. The same row again changes
nothing, whichever way it comes: a case knows what each of its versions said by digest.
"""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from audit.services import record
from feedback import policies
from feedback.events import CasesTaken
from feedback.models import Call
from feedback.rules.cases import Channel, says_nothing
from feedback.rules.incoming import Incoming, Wrong, understand
from feedback.services import intake_sql as sql
from feedback.services.dues import CannotReport, open_dues_of
from feedback.services.known import Placed, place
from kernel.actor import Actor
from kernel.errors import Malformed, RuleBroken
from toolkit.clock import day_of
from toolkit.db import refusing

MOST_ROWS = 1_000
LONGEST_KEY = 100
BITE = 500  # cases that one fact names
PROBLEMS = {
    "not_found": ("feedback.due_not_found", "没有找到该事项，或不由本部门反馈。请核对编号。"),
    "ambiguous": (
        "feedback.due_ambiguous",
        "回执上有多个主体适用该措施。请填写“主体序号”或“统一社会信用代码”。",
    ),
    "twice": ("feedback.case_twice", "同一次提交中已有一行反馈同一事项。请只保留一行，另一行作为更正下次提交。"),
    "own_number": (
        "feedback.own_number_used",
        "该部门案件编号已用于另一事项，或该事项已登记其他部门案件编号。请核对编号。",
    ),
    "meanwhile": (
        "feedback.reported_meanwhile",
        "“所更正的版本”不是最新版本。请取回最新版本后再更正。",
    ),
    "unknown_entry": (
        "feedback.entry_not_known",
        "没有该触发编号，或者未经核查、响应任务或名单推送告知本部门。请核对触发编号，或先核查后凭回执编号反馈。",
    ),
    "no_such_entry": ("feedback.entry_not_known", "该触发编号的条目或记录不是这个主体的。请核对触发编号和代码。"),
    "measure_unknown": (
        "feedback.measure_unknown",
        "措施编码不在本部门现行措施清单中。请核对编码；清单外的做法不填措施编码，并在实施内容中写明。",
    ),
    "matter_missing": ("feedback.row_malformed", "凭触发编号反馈须填写“办件号”或“部门案件编号”，以便识别同一案件。"),
}


class NoRows(Malformed):
    code = "feedback.no_rows"
    message = "没有案例可以提交。请至少填写一行。"


class TooManyRows(Malformed):
    code = "feedback.too_many_rows"
    message = f"一次最多提交 {MOST_ROWS} 个案例，请分次提交。"


class CallKeyUsed(RuleBroken):
    code = "feedback.call_key_used"
    message = "该幂等键此前已用于其他内容的提交。同一键只能重发相同的内容，新的案例请换用新键。"


class CallKeyTooLong(Malformed):
    code = "feedback.call_key_too_long"
    message = f"幂等键过长，不得超过 {LONGEST_KEY} 个字符。"


class NumbersCrossed(RuleBroken):
    code = "feedback.numbers_crossed"
    message = "其他连接正在用同样的部门案件编号提交，本次未作任何改动。请稍后重新提交。"


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of a row: taken, corrected (a new version), same (it was there), refused with a reason."""

    row: int
    outcome: str
    case: str = ""
    version: int = 0
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """Every row handed in is in one of the counts and has its result, in order."""

    taken: int
    corrected: int
    same: int
    refused: int
    results: tuple[RowResult, ...]


@transaction.atomic
def take_cases(
    *, rows: Sequence[Mapping[str, str]], channel: Channel, key: str = "", actor: Actor, now: datetime
) -> Taken:
    """Take up to 1,000 reports in one transaction, given as text by key of rules.incoming.KEYS; rows count from 1.

    `actor`: staff of the implementing department, or its client system with the scope. With a `key` the same rows
    again get the same answer. Raises CannotReport, NoRows, TooManyRows, CallKeyTooLong, CallKeyUsed, NumbersCrossed.
    """
    if not policies.may_hand_in(actor):
        raise CannotReport
    if not rows:
        raise NoRows
    if len(rows) > MOST_ROWS:
        raise TooManyRows
    if len(key) > LONGEST_KEY:
        raise CallKeyTooLong
    digest = _digest(rows) if key else ""
    if key and (known := _called(actor, key, digest)) is not None:
        return known
    taken = take_rows(rows=rows, channel=channel, actor=actor, now=now)
    if key:
        Call.objects.create(requester=actor.key, key=key, digest=digest, answer=asdict(taken), called_at=now)
    return taken


def take_rows(*, rows: Sequence[Mapping[str, str]], channel: Channel, actor: Actor, now: datetime) -> Taken:
    """As take_cases, any number, without a key, in the caller's transaction. Raises NumbersCrossed."""
    today = day_of(now)
    read = [understand(number, cells, today=today) for number, cells in enumerate(rows, start=1)]
    wrong = [one for one in read if isinstance(one, Wrong)]
    good = [one for one in read if isinstance(one, Incoming)]
    with refusing("feedback_due_own_number_once", NumbersCrossed):
        done = write(rows=good, channel=channel, actor=actor, now=now)
    results = [*(RowResult(one.row, "refused", code=one.code, message=one.message) for one in wrong), *done]
    results.sort(key=lambda one: one.row)
    counts = {word: sum(one.outcome == word for one in results) for word in ("taken", "corrected", "same", "refused")}
    taken = Taken(**counts, results=tuple(results))
    _tell(taken, channel, actor=actor, now=now)
    return taken


def write(*, rows: Sequence[Incoming], channel: Channel, actor: Actor, now: datetime) -> list[RowResult]:
    """Write good rows down in the caller's transaction, and say what became of each. No fact is recorded here."""
    if not rows:
        return []
    placed = place(rows=rows, actor=actor, now=now)
    values: dict[str, Any] = {
        "mine": sorted(actor.departments),
        "channel": channel.value,
        "by": actor.key,
        "at": now,
        "day": day_of(now),
    }
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.feedback_coming")
        cursor.execute(sql.COMING)
        cursor.copy_expert(sql.COPY, _lines(rows, placed))
        _resolve(cursor, rows, values, actor=actor, now=now)
        cursor.execute(sql.LOCK)
        cursor.execute(sql.JUDGE)
        cursor.execute(sql.WRITE, values)
        cursor.execute(sql.KEEP_FILES)
        cursor.execute(sql.TALLY, values)
        cursor.execute(sql.MOVE_ON, values)
        cursor.execute(sql.DONE)
        return [_result(*row) for row in cursor.fetchall()]


def _resolve(cursor: Any, rows: Sequence[Incoming], values: dict[str, Any], *, actor: Actor, now: datetime) -> None:
    """Find the case that each row is about, by the references that occur."""
    if any(one.case_id is not None for one in rows):
        cursor.execute(sql.BY_CASE, values)
    if any(one.receipt for one in rows):
        cursor.execute("ANALYZE feedback_coming")
        cursor.execute(sql.BY_RECEIPT, values)
        cursor.execute(sql.UNOPENED)
        if unopened := [number for (number,) in cursor.fetchall()]:  # reported before the worker opened what is owed
            open_dues_of(numbers=unopened, departments=actor.departments, now=now)
            cursor.execute(sql.BY_RECEIPT, values)
    if any(one.own_number for one in rows):
        cursor.execute(sql.BY_OWN_NUMBER, values)


def _lines(rows: Sequence[Incoming], placed: Mapping[int, Placed]) -> io.StringIO:
    """The rows as COPY's text."""
    text = io.StringIO()
    nowhere = Placed()
    for one in rows:
        at, said = placed.get(one.row, nowhere), one.report
        cells = (
            one.row, one.case_id, one.own_number, one.receipt, one.place, one.subject, one.response_id, one.trigger,
            one.measure, one.seen, said.action.value, said.content, said.reason, said.amount, said.done_from,
            said.done_until, said.effect, said.operator, said.digest, said.reason_key,
            "t" if says_nothing(said) else "f", at.due_id, at.problem or None,
        )  # fmt: skip
        text.write("\t".join(map(_cell, cells)) + "\n")
    text.seek(0)
    return text


def _cell(value: Any) -> str:
    if value is None:
        return "\\N"
    if not isinstance(value, str):
        return str(value)
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _result(
    row: int, due_id: int | None, outcome: str | None, problem: str | None, version: int | None, action: str
) -> RowResult:
    if outcome is None:
        code, message = PROBLEMS[problem or "not_found"]
        return RowResult(row, "refused", code=code, message=message)
    return RowResult(row, outcome, case=f"AL-{due_id:09d}", version=version or 0)


def _tell(taken: Taken, channel: Channel, *, actor: Actor, now: datetime) -> None:
    """The facts: one names up to 500 cases; where nothing was written, one says that it was tried."""
    written = [[int(one.case[3:]), one.version] for one in taken.results if one.outcome in ("taken", "corrected")]
    for at in range(0, max(len(written), 1), BITE):
        bite = written[at : at + BITE]
        first = at == 0
        fact = CasesTaken(channel.value, taken.same if first else 0, taken.refused if first else 0, bite)
        record(fact, about=f"feedback.due:{bite[0][0] if bite else ''}", actor=actor, now=now)


def _digest(rows: Sequence[Mapping[str, str]]) -> str:
    said = [sorted(row.items()) for row in rows]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _called(actor: Actor, key: str, digest: str) -> Taken | None:
    """The answer that this key was given. Two at once: the second waits here for the first. Raises CallKeyUsed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 6))", [f"{actor.key} {key}"])
    call = Call.objects.filter(requester=actor.key, key=key).first()
    if call is None:
        return None
    if call.digest != digest:
        raise CallKeyUsed
    said = dict(call.answer)
    return Taken(**said | {"results": tuple(RowResult(**one) for one in said["results"])})


def prune_calls(*, before: date) -> int:
    """Forget the answers of calls before a day: by then nobody repeats them, and a row repeated changes nothing."""
    return Call.objects.filter(called_at__date__lt=before).delete()[0]
