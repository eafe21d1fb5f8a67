"""Acceptance 2: all channels deliver the same thousand records to identical rows, each into a database of its own."""

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import accounts.selectors
from accounts.models import Department
from catalog.rules.definition import Definition
from catalog.selectors import current_version, definition_of
from collection.models import Batch, Extraction, Promise, Record, RecordKey, RowProblem, Source, Tally, Trigger
from collection.rules.samples import penalty_rows, write_csv, write_xlsx
from collection.services import receive_file, receive_rows, run_import
from collection.services.drop import folder_of, make_folder
from collection.services.extracting import run_extraction
from collection.services.extraction import Setup, save_extraction
from kernel.actor import Actor, Role
from subjects.models import Subject
from tests import database
from tests.collection.extraction.servers import DATABASE, PASSWORD, READER, Server
from tests.conftest import NOW
from tests.environment import ENGINES, WORKER
from tests.factories import accounts as make
from tests.signing import send
from toolkit.clock import day_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("frozen")]
ITEM = "penalty"
COUNT = 1000
BY_HAND = 25  # of them through the page's own form
ROWS = list(penalty_rows(COUNT, seed=20, today=day_of(NOW)))
CODE = make.code()


@dataclass(frozen=True)
class City:
    """A fresh database with one department that reports."""

    department: Department
    uploader: Actor
    office: Actor
    definition: Definition
    client: Client
    folder: Path


Deliver = Callable[[City], None]


def by_page(city: City) -> None:
    """The first by the form that a person fills, the others by what the form calls."""
    user = make.user(Role.UPLOADER, department=city.department)
    city.client.force_login(user)
    url = reverse("collection:entry", args=[ITEM])
    for number, row in enumerate(ROWS[:BY_HAND]):
        response = city.client.post(url, row | {"idempotency_key": f"key-{number}"})
        assert response.status_code in (302, 422), response.content.decode()
    taken = send_rows(city, ROWS[BY_HAND:])
    assert taken > 900


def send_rows(city: City, rows: list[dict[str, str]]) -> int:
    receipt = receive_rows(
        item_code=ITEM, rows=rows, channel="page", department_id=city.department.pk, call_key="rest",
        all_or_nothing=False, actor=city.uploader, now=NOW,
    )  # fmt: skip
    return receipt.taken


def by_file(city: City, path: Path) -> None:
    with path.open("rb") as stream:
        received = receive_file(
            item_code=ITEM, file_name=path.name, stream=stream, department_id=city.department.pk,
            all_or_nothing=False, actor=city.uploader, now=NOW,
        )  # fmt: skip
    work(received.batch_id)


def work(batch_id: int) -> None:
    run_import(job_id=Batch.objects.get(pk=batch_id).job_id or 0, clock=lambda: NOW)


def by_csv(city: City) -> None:
    write_csv(city.folder / "处罚.csv", ROWS, city.definition)
    by_file(city, city.folder / "处罚.csv")


def by_gb18030(city: City) -> None:
    write_csv(city.folder / "处罚.csv", ROWS, city.definition, encoding="gb18030")
    by_file(city, city.folder / "处罚.csv")


def by_xlsx(city: City) -> None:
    write_xlsx(city.folder / "处罚.xlsx", ROWS, city.definition)
    by_file(city, city.folder / "处罚.xlsx")


def by_interface(city: City) -> None:
    system = make.client_system(scopes=("records:create",), department=city.department)
    body = json.dumps({"rows": ROWS}, ensure_ascii=False).encode()
    response = send(Client(), system.code, f"/api/v1/collection/{ITEM}/records", body=body)
    assert response.status_code == 200, response.content.decode()


def by_folder(city: City) -> None:
    extraction = set_up(city, name="投递", kind="folder")
    folder = folder_of(extraction)
    make_folder(row=extraction)
    write_csv(folder / "处罚.csv", ROWS, city.definition)
    old = time.time() - timedelta(minutes=5).total_seconds()
    os.utime(folder / "处罚.csv", (old, old))
    ran = run_extraction(extraction_id=extraction.pk, clock=lambda: NOW, actor=make.PLATFORM)
    assert ran is not None and ran.files == 1, ran
    work(Batch.objects.get().pk)


def from_view(server: Server) -> Deliver:
    def deliver(city: City) -> None:
        codes = [field.code for field in city.definition.fields]
        columns = {"id": "bigint", **dict.fromkeys(codes, "text")}
        server.table("penalty", columns, [[n, *(row.get(c, "") for c in codes)] for n, row in enumerate(ROWS)])
        extraction = set_up(
            city, name="视图", kind=server.kind, host="127.0.0.1", port=server.port, database=DATABASE,
            username=READER, relation="penalty_v", order_column="id",
        )  # fmt: skip
        ran = run_extraction(extraction_id=extraction.pk, clock=lambda: NOW, actor=make.PLATFORM)
        assert ran is not None and (ran.rows, ran.failure) == (COUNT, "")

    return deliver


def set_up(city: City, **said: Any) -> Extraction:
    setup = Setup(department_id=city.department.pk, item_code=ITEM, **said)
    made = save_extraction(extraction_id=None, setup=setup, password=PASSWORD, actor=city.office, now=NOW)
    return Extraction.objects.select_related("item").get(pk=made)


@pytest.fixture
def city(tmp_path: Path, settings: Any) -> Iterator[Callable[[], Any]]:
    """Each call goes on in a fresh database."""
    clones: list[Any] = []

    def fresh() -> City:
        if clones:
            clones.pop().__exit__(None, None, None)
        clones.append(database.clone(ENGINES, WORKER))
        clones[-1].__enter__()
        accounts.selectors.forget()
        settings.DATA_DIR = folder = tmp_path / f"{time.monotonic_ns()}"
        folder.mkdir()
        department = make.department(code=CODE, name="江澜市生态环境局")
        current = current_version(ITEM)
        assert current is not None
        uploader = make.actor(Role.UPLOADER, department=department)
        office = make.actor(Role.CREDIT_OFFICE)
        return City(department, uploader, office, definition_of(current.version_id), Client(), folder)

    yield fresh
    for clone in clones:
        clone.__exit__(None, None, None)
    accounts.selectors.forget()


def stored() -> dict[str, Any]:
    """Everything that the intake stored, without ids, times, batch and channel; subjects by what identifies them."""
    subjects = {
        one.pk: (one.kind, one.name, one.uscc, one.reg_no, one.org_code) for one in Subject.objects.order_by("pk")
    }
    sources = dict(Source.objects.order_by("pk").values_list("pk", "code"))
    records = list(Record.objects.order_by("document_no", "subject_id"))
    number_of = {one.pk: (one.document_no, subjects[one.subject_id]) for one in records}
    return {
        "records": {
            number_of[one.pk]: {
                "content": one.content,
                "sealed": sorted(one.sealed),
                "authority": (one.authority, one.authority_department_id),
                "provider": one.provider_id,
                "days": (one.decided_on, one.due_on, one.publicity_until, one.recorded_at),
                "words": (one.procedure, one.grade, one.publicity_state, one.state, one.late, one.version),
            }
            for one in records
        },
        "keys": sorted(
            (key.authority, key.document_no, key.digest, str(subjects[key.subject_id]))
            for key in RecordKey.objects.order_by("pk")
        ),
        "triggers": sorted(
            (sources[t.source_id], str(number_of[t.record_id]), str(subjects[t.subject_id]), t.document_no,
             t.authority,
             t.ground, t.valid_from, str(t.valid_until), t.responsible, t.own_term)
            for t in Trigger.objects.order_by("pk")
        ),
        "promises": Promise.objects.count(),
        "tally": list(Tally.objects.order_by("month").values_list("month", "taken", "late")),
        "subjects": sorted(map(str, subjects.values())),
    }  # fmt: skip


def returned() -> list[tuple[str, ...]]:
    """The fields that each returned row was told of. The words may differ: the reader of a file sees that a program
    has rounded a code, where the other channels see a code that is none.
    """
    rows = RowProblem.objects.order_by("pk").values_list("problems", flat=True)
    return sorted(tuple(sorted({p["field"] for p in problems})) for problems in rows)


def difference(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The first few places where two differ: a thousand rows are no message."""
    found: dict[str, Any] = {}
    for name, value in one.items():
        if value == other[name]:
            continue
        if isinstance(value, dict):
            keys = [key for key in value.keys() | other[name].keys() if value.get(key) != other[name].get(key)]
            found[name] = [(key, value.get(key), other[name].get(key)) for key in keys[:3]]
        else:
            found[name] = value if isinstance(value, int) else [v for v in value if v not in other[name]][:3]
    return found


def test_the_same_thousand_records_by_every_channel(
    city: Callable[[], City], postgresql: Server, mariadb: Server
) -> None:
    by_csv(city())
    wanted, told = stored(), returned()
    assert len(wanted["records"]) > 900 and len(wanted["triggers"]) > 100 and told
    assert len(wanted["records"]) + len(told) == COUNT
    ways: dict[str, Deliver] = {
        "csv, GB18030": by_gb18030,
        "xlsx": by_xlsx,
        "interface": by_interface,
        "PostgreSQL": from_view(postgresql),
        "MariaDB": from_view(mariadb),
        "folder": by_folder,
    }
    for name, deliver in ways.items():
        deliver(city())
        assert difference(wanted, stored()) == {}, name
        assert returned() == told, name
    by_page(city())
    assert difference(wanted, stored()) == {}, "page"
