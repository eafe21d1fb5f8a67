"""Organisations for everybody: by name with a budget, by exact code. Never a person, by whatever is typed."""

import unicodedata
from dataclasses import dataclass

from django.conf import settings
from django.db import OperationalError, connection, transaction

from kernel.errors import Unavailable
from kernel.identifiers import read
from kernel.names import name_key
from subjects.rules.kinds import Kind, Status
from subjects.selectors import PERSON_KINDS, SubjectValue, candidates, resolve_code, subjects_of

PAGE, PAGES = 10, 5
LONGEST = 100
SHORTEST = 2
LIKE_ENOUGH = 60.0  # of a hundred: below it a candidate only shares a word of trade
BUDGET = "1500ms"  # of one search in the database
LISTED = frozenset({Kind.LEGAL_PERSON, Kind.OTHER_ORGANISATION})
NOT_PERSONS = "依法不向社会公示自然人信用信息。请输入单位的名称或统一社会信用代码。"
TOO_SHORT = "请至少输入名称中的两个字，或完整的统一社会信用代码。"
NOTHING = "没有找到可以公示的单位。请核对名称或代码；个体工商户请输入完整的统一社会信用代码。"


class SearchBusy(Unavailable):
    code = "portal.search_busy"
    message = "查询较多，本次没有查完，不代表没有记录。请稍后再试，或输入统一社会信用代码。"


@dataclass(frozen=True, slots=True)
class Found:
    """`exact`: a code was typed, and that is it. `note`: what to say where there is nothing."""

    rows: list[SubjectValue]
    exact: bool = False
    note: str = ""
    more: bool = False


def plain(text: str) -> str:
    """What was typed, without signs that only deceive: control, format and private characters, spaces at the ends."""
    kept = (sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign)[0] != "C")
    return " ".join("".join(kept).split())[:LONGEST]


def find(*, text: str, page: int) -> Found:
    """What everybody may find by that text; `page` from 1 to PAGES. Raises SearchBusy.

    浙江省公共信用信息管理条例 第十五条: nothing on natural persons; the answer is the same whether one is known.
    """
    said = plain(text)
    if len(name_key(said)) < SHORTEST:
        return Found([], note=TOO_SHORT)
    found = read(said)
    if found.kind in PERSON_KINDS:
        return Found([], note=NOT_PERSONS)
    if found.kind == "uscc":
        subject = resolve_code(found).subject
        public = subject is not None and is_public(subject)
        return Found([subject] if subject and public else [], exact=True, note="" if public else NOTHING)
    if found.kind in {"reg_no", "org_code"}:
        subject = resolve_code(found).subject
        return Found([subject] if subject and subject.kind in LISTED else [], exact=True, note=NOTHING)
    if found.kind != "name":
        return Found([], note=found.problem or NOTHING)
    start = (page - 1) * PAGE
    rows = _by_name(found.value, start + PAGE + 1)
    return Found(rows[start : start + PAGE], note=NOTHING, more=len(rows) > start + PAGE and page < PAGES)


def _by_name(name: str, most: int) -> list[SubjectValue]:
    """The first `most`; of so many more candidates some are sole traders, or are not like enough."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{BUDGET}'")
            likely = [one for one in candidates(name, most * 2) if one.score >= LIKE_ENOUGH]
            known = subjects_of([one.subject_id for one in likely])
    except OperationalError as error:
        raise SearchBusy from error
    rows = [known[one.subject_id] for one in likely if one.subject_id in known]
    return [row for row in rows if row.kind in LISTED and row.status != Status.ERASED][:most]


def is_public(subject: SubjectValue) -> bool:
    """Whether a page may be about it: any organisation, and a sole trader for who has the exact code."""
    return subject.kind != Kind.NATURAL_PERSON


def legal_representative_basis() -> str:
    """The article by which a firm's legal representative is shown; empty: it is not shown."""
    return str(settings.PUBLIC_LEGAL_REP_BASIS)
