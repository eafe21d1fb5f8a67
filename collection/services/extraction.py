"""Setting up what is read by itself: a department's database view or its drop folder; trying it; asking for a run."""

import logging
from dataclasses import dataclass
from datetime import datetime

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from accounts.selectors import departments_by_id
from audit.services import record
from catalog.rules.definition import Definition
from catalog.selectors import current_version, definition_of
from collection import policies
from collection.events import ExtractionAsked, ExtractionSaved, ExtractionTried
from collection.models import Extraction
from collection.rules.extraction import (
    TROUBLES,
    OrderUnusable,
    Trouble,
    address_allowed,
    demand_no_numbers,
    folder_name,
    place_of,
    relation_parts,
)
from collection.rules.headings import HeadingsRefused, Matched, match
from collection.rules.showing import is_sealed, shown_cells
from collection.services import foreign
from collection.services.foreign import Address, CannotRead
from collection.services.records import NothingPublished
from kernel.actor import Actor
from kernel.errors import Malformed, NotFound, NotPermitted
from toolkit import crypto
from toolkit.db import refusing

log = logging.getLogger(__name__)
FOLDER = Extraction.Kind.FOLDER.value
SAMPLE = 5  # rows that the test of a connection shows
RUN = "collection.tasks.run_extraction"


class NotYourIntake(NotPermitted):
    code = "collection.not_your_intake"
    message = "自动抽取和数据上报由信用办办理。"


class ExtractionNotFound(NotFound):
    code = "collection.extraction_not_found"
    message = "没有这项自动抽取，请返回列表重新选择。"


class SetupWrong(Malformed):
    code = "collection.extraction_setup_wrong"
    message = "自动抽取的设置不完整。"


class NameTaken(Malformed):
    code = "collection.extraction_name_taken"
    message = "该部门已有同名的自动抽取，请换一个名称。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What the form says. A folder needs neither address nor view nor order column."""

    name: str
    department_id: int
    item_code: str
    kind: str
    host: str = ""
    port: int | None = None
    database: str = ""
    username: str = ""
    relation: str = ""
    order_column: str = ""
    every_minutes: int = 60
    active: bool = True


@dataclass(frozen=True, slots=True)
class Trial:
    """What a test of the connection found. `trouble` is empty when all is well; `sample` is masked."""

    trouble: str = ""
    matched: tuple[tuple[str, str], ...] = ()  # heading, name of the information item
    unread: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    sample: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = ()


def secret_place(extraction_id: int) -> str:
    return f"collection.extraction:{extraction_id}:secret"


@transaction.atomic
def save_extraction(*, extraction_id: int | None, setup: Setup, password: str, actor: Actor, now: datetime) -> int:
    """Enter an extraction, or change one; returns its id. An empty `password` keeps the one that is there.

    Another department, host, view, item or order column starts reading from the beginning. Raises NotYourIntake,
    SetupWrong, NameTaken, ExtractionNotFound, NothingPublished, CannotRead (the host is not one that may be read).
    """
    if not policies.may_run_the_intake(actor):
        raise NotYourIntake
    current = current_version(setup.item_code)
    if current is None:
        raise NothingPublished
    _demand_a_whole(setup)
    row = Extraction(created_by=actor.key, created_at=now)
    if extraction_id is not None:
        row = _locked(extraction_id)
    read_before = what_is_read(row)
    row.name, row.department_id, row.item_id = setup.name, setup.department_id, current.item_id
    row.kind, row.every_minutes, row.active = setup.kind, setup.every_minutes, setup.active
    is_folder = setup.kind == FOLDER
    row.host, row.port = ("", None) if is_folder else (setup.host, setup.port)
    row.database, row.username = ("", "") if is_folder else (setup.database, setup.username)
    row.relation, row.order_column = ("", "") if is_folder else (setup.relation, setup.order_column)
    if what_is_read(row) != read_before:
        row.last_value, row.failures, row.last_outcome = "", 0, ""
    with refusing("collection_extraction_one_name", NameTaken):
        row.save()
    if is_folder:
        row.secret_ct = ""
    elif password:
        row.secret_ct = crypto.encrypt(password, aad=secret_place(row.pk))
    row.save(update_fields=["secret_ct"])
    fact = ExtractionSaved(
        row.pk, setup.department_id, setup.item_code, setup.kind, row.host, row.port, setup.active, bool(password)
    )
    record(fact, about=f"collection.extraction:{row.pk}", actor=actor, now=now)
    return row.pk


def what_is_read(row: Extraction) -> tuple[object, ...]:
    """What the place belongs to: whose rows, of which item, from where. Another of these reads from the beginning."""
    return (
        row.department_id,
        row.item_id,
        row.kind,
        row.host,
        row.port,
        row.database,
        row.relation,
        row.order_column,
    )


def _demand_a_whole(setup: Setup) -> None:
    departments = departments_by_id([setup.department_id])
    if not departments:
        raise SetupWrong("请选择信息提供单位。")
    if not setup.name.strip():
        raise SetupWrong("请填写名称。")
    if not 1 <= setup.every_minutes <= 7 * 24 * 60:
        raise SetupWrong("间隔应为 1 分钟至 7 天（10080 分钟）。")
    if setup.kind == FOLDER:
        if folder_name(setup.item_code) is None:
            raise SetupWrong("该目录条目的编码不能作文件夹名，请改用其他归集方式。")
        return
    if setup.kind not in (Extraction.Kind.POSTGRESQL, Extraction.Kind.MYSQL):
        raise SetupWrong("请选择抽取方式。")
    if not (setup.host and setup.port and setup.database and setup.username):
        raise SetupWrong("请填写主机、端口、库名和用户名。")
    if relation_parts(setup.relation) is None:
        raise SetupWrong("视图名不正确：只能是“视图”或“模式.视图”，不含引号和分号。")
    if len(relation_parts(setup.order_column) or ()) != 1:
        raise SetupWrong("排序列名不正确：请填写视图中一列的名称。")
    if not address_allowed(setup.kind, setup.host, setup.port, settings.EXTRACTION_HOSTS):
        raise CannotRead(Trouble.FORBIDDEN)


def _locked(extraction_id: int) -> Extraction:
    row = Extraction.objects.select_for_update().filter(pk=extraction_id).first()
    if row is None:
        raise ExtractionNotFound
    return row


def address_of(row: Extraction) -> Address:
    """Where to read, with the password opened. Not for folders."""
    return Address(
        kind=row.kind,
        host=row.host,
        port=row.port or 0,
        database=row.database,
        username=row.username,
        password=crypto.decrypt(row.secret_ct, aad=secret_place(row.pk)) if row.secret_ct else "",
        relation=row.relation,
        order_column=row.order_column,
    )


def definition_for(row: Extraction) -> Definition:
    """What the rows must say: the newest published version. Raises NothingPublished."""
    current = current_version(row.item.code)
    if current is None:
        raise NothingPublished
    return definition_of(current.version_id)


def matched_columns(columns: tuple[str, ...], definition: Definition) -> Matched:
    """Raises CannotRead, which says what is wrong with the columns."""
    try:
        return match(columns, definition)
    except HeadingsRefused as refusal:
        raise CannotRead(Trouble.HEADINGS, f"{TROUBLES[Trouble.HEADINGS]}{refusal}") from refusal


def demand_an_order(row: Extraction, matched: Matched, definition: Definition) -> None:
    """The last value of the order column is kept in clear: no column that tells a person's number may be one."""
    for heading, code in matched.fields.items():
        if heading.lower() == row.order_column.lower() and is_sealed(definition.by_code[code]):
            raise CannotRead(Trouble.ORDER)


def try_connection(*, extraction_id: int, actor: Actor, now: datetime) -> Trial:
    """Connect, read the columns and the first rows, and tell what fits. Recorded, for rows were looked at.

    Raises NotYourIntake, ExtractionNotFound; whatever is wrong with the other side is in the answer.
    """
    if not policies.may_run_the_intake(actor):
        raise NotYourIntake
    row = Extraction.objects.select_related("item").filter(pk=extraction_id).exclude(kind=FOLDER).first()
    if row is None:
        raise ExtractionNotFound
    try:
        trial, trouble = _tried(row), ""
    except CannotRead as refusal:
        trial, trouble = Trial(trouble=str(refusal)), refusal.trouble.value
    with transaction.atomic():
        fact = ExtractionTried(extraction_id, trouble, len(trial.sample))
        record(fact, about=f"collection.extraction:{extraction_id}", actor=actor, now=now)
    return trial


def _tried(row: Extraction) -> Trial:
    definition = definition_for(row)
    page, gaps = foreign.peek(address=address_of(row), limit=SAMPLE)
    matched = matched_columns(page.columns, definition)
    demand_an_order(row, matched, definition)
    notes = []
    if gaps:
        notes.append("有的行排序列为空，不会被抽取，请对方补齐。")
    try:
        demand_no_numbers(page.order)
        for value in page.order:
            place_of(value)
    except OrderUnusable as problem:
        raise CannotRead(Trouble.ORDER, str(problem)) from problem
    if not page.rows:
        notes.append("视图中目前没有数据。")
    names = tuple((heading, definition.by_code[code].name) for heading, code in matched.fields.items())
    sample = tuple(
        tuple(shown_cells(definition, by_code(page.columns, cells, matched)).values()) for cells in page.rows
    )
    missing = tuple(definition.by_code[code].name for code in matched.missing)
    return Trial(matched=names, unread=matched.unread, missing=missing, sample=sample, notes=tuple(notes))


def by_code(columns: tuple[str, ...], cells: tuple[str, ...], matched: Matched) -> dict[str, str]:
    """A row of a view as cells by field code; columns that the item does not know are left out."""
    by_heading = dict(zip(columns, cells, strict=True))
    return {code: by_heading[heading] for heading, code in matched.fields.items()}


@transaction.atomic
def ask_run(*, extraction_id: int, actor: Actor, now: datetime) -> None:
    """Have a worker read it now, whatever its timetable says. Raises NotYourIntake, ExtractionNotFound."""
    if not policies.may_run_the_intake(actor):
        raise NotYourIntake
    row = _locked(extraction_id)
    Extraction.objects.filter(pk=row.pk).update(last_run_at=None)  # so that without a broker the next minute does it
    record(ExtractionAsked(row.pk), about=f"collection.extraction:{row.pk}", actor=actor, now=now)
    transaction.on_commit(lambda: _wake(row.pk), robust=True)


def _wake(extraction_id: int) -> None:
    try:
        current_app.send_task(RUN, kwargs={"extraction_id": extraction_id}, retry=False, ignore_result=True)
    except (OSError, OperationalError):  # kombu's: the broker is away
        log.warning("extraction %s waits for the timetable: no broker", extraction_id)
