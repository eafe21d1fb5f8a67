"""Each URL has one row in `urls_table.py`: who may use it. A URL without a row fails before it is ever served.

Each is asked by nobody, by every role of the department that the object belongs to, and by a business role of another
department. "Not there" and "not yours" are the same answer: 404.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db.models import TextField, Value
from django.db.models.functions import Cast, Concat
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from accounts.middleware.sessions import SessionStore
from accounts.models import ClientProposal, ClientSystem, Department, User
from audit.models import Delivery
from collection.models import Batch, CollectionTask, Extraction, Handover, Promise, Record
from feedback.models import Due
from feedback.services import open_dues
from kernel.actor import Role
from measures.models import BasicMeasure
from subjects.models import ClearedPair, Conflict
from tests.architecture.urls_rows import OPEN
from tests.architecture.urls_table import WHO
from tests.conftest import NOW
from tests.factories import (
    accounts,
    catalog,
    citizens,
    collection,
    complaints,
    exchange,
    exits,
    feedback,
    handing,
    intake,
    measures,
    memoranda,
    objections,
    proceedings,
    received,
    redblack,
    repair,
    reports,
    screening,
    subjects,
    supervised,
)
from toolkit.references import reference

TODAY = NOW.date()


def names(patterns: list[Any], space: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from names(pattern.url_patterns, inner)
        else:
            yield f"{space}{pattern.name}"


def test_no_url_is_forgotten() -> None:
    assert sorted(names(get_resolver().url_patterns)) == sorted(WHO)


@dataclass(frozen=True)
class Things:
    """One of each thing that a URL names, all of one department."""

    home: Department
    user: User
    client: ClientSystem
    client_proposal: int
    delivery: Delivery
    conflict: Conflict
    clearing: int
    firm: int
    person: int
    number: str
    report: int
    complaint: int
    due: Due
    record: int
    task: CollectionTask
    promise: Promise
    catalogued: catalog.Catalogued
    batch: Batch
    extraction: Extraction
    handover: Handover
    run: int
    matter: str
    measured: measures.Items
    papers: memoranda.Papers
    response: int
    rehearsal: int
    finished: int
    check_batch: int
    letter: int
    told: feedback.Told
    list_code: str
    version: int
    edition: int
    exits: exits.Exits
    dispute: tuple[int, int]
    repaired: repair.Filed
    heard: proceedings.Heard
    watched: supervised.Supervised
    subscription: int
    lifting: int
    representation: int

    def as_first_found(self) -> None:
        """What one press of a button ends, without a form to fill in, stands again for the next who asks."""
        Delivery.objects.filter(pk=self.delivery.pk).update(attempts=20)
        asked = ClientProposal.objects.exclude(state="proposed").filter(pk=self.client_proposal)
        if asked.update(state="proposed", client=None, decided_by="", decided_at=None):
            ClientSystem.objects.filter(code__startswith="asked").update(
                code=Concat(Value("was"), Cast("id", TextField()))
            )
        ClearedPair.objects.filter(pk=self.clearing).update(withdrawn_at=None, withdrawn_by="")
        BasicMeasure.objects.filter(pk=self.papers.basic_id).update(confirmed_by="", confirmed_on=None)

    def url(self, name: str) -> str:
        places = {
            "user_id": self.user.pk,
            "client_id": self.client.pk,
            "proposal_id": self.client_proposal,
            "delivery_id": self.delivery.pk,
            "conflict_id": self.conflict.pk,
            "clearing_id": self.clearing,
            "subject_id": self.person if name in ("subjects:person", "subjects:reveal") else self.firm,
            "number": self.number,
            "matter_code": self.matter,
            "item_id": self.measured.of(name),
            "measure_code": self.measured.code,
            "original_id": self.measured.original,
            "memo": self.papers.memo,
            "form": "yaml",
            "basic_id": self.papers.basic_id,
            "response_id": self.response,
            "rehearsal_id": self.rehearsal,
            "finished_id": self.finished,
            "check_batch_id": self.check_batch,
            "letter_id": self.letter,
            "proof_id": self.told.attachment,
            "sheet_id": self.told.sheet,
            "supervision_id": self.told.supervision,
            "typical_id": self.told.typical,
            "up_report_id": self.told.up_report,
            "ref_id": self.told.up_report,
            "sent": "cases",
            "code": self.list_code,
            "received_id": self.version,
            "source_id": 1,
            "edition_id": self.edition,
            "proceeding_id": self.heard.proceeding_id,
            "roster_id": self.watched.roster,
            "upload_id": self.watched.upload,
            "finding_id": self.watched.finding,
            "draw_number": self.watched.draw,
            "statement_id": self.heard.statement_id,
            "paper_id": self.heard.paper_id,
            "entry_id": self.exits.entry_of(name),
            "entry_paper_id": self.exits.paper,
            "removal_id": self.exits.removal,
            "review_id": self.exits.task,
            "honour_id": self.exits.honour,
            "objection_id": self.exits.objection,
            "dispute_id": self.dispute[0],
            "dispute_paper_id": self.dispute[1],
            "dispute_step": "pause",  # asks for a form
            "answer_code": "a" * 16,
            "upstream_number": "X",
            "due_id": self.due.pk,
            "report_id": self.report,
            "complaint_id": self.complaint,
            "verb": "accept",
            "record_id": self.record,
            "task_id": self.task.pk,
            "promise_id": self.promise.pk,
            "item_code": self.catalogued.item_code,
            "version": 1,
            "version_id": self.catalogued.version_of(name),
            "field_code": "NO",
            "batch_id": self.batch.pk,
            "extraction_id": self.extraction.pk,
            "handover_id": self.handover.pk,
            "run_id": self.run,
            "kind": "xml",
            "item": self.catalogued.item_code,
            "power_id": self.catalogued.power_id,
            "upkeep_id": self.catalogued.upkeep_id,
            "subscription_id": self.subscription,
            "lifting_id": self.lifting,
            "application_id": self.repaired.application,
            "attachment_id": self.repaired.attachment,
            "repair_paper_id": self.repaired.paper,
            "target": "record",
            "target_id": self.repaired.record,
            "step": "accept",
            "token": self.repaired.token,
            "upstream_no": "U1",
            "ref": reference("firm", self.firm),
            "which": "penalties",
            "slug": "listed",
            "representation_id": self.representation,
        }
        (places_of_name,) = [wanted for _, wanted in get_resolver_entry(name)]
        return reverse(name, kwargs={place: places[place] for place in places_of_name})


def get_resolver_entry(name: str) -> list[tuple[str, list[str]]]:
    """Django's own record of the pattern: its text and the names of its places."""
    space, _, view = name.rpartition(":")
    resolver = get_resolver().namespace_dict[space][1] if space else get_resolver()
    return [(text, wanted) for text, wanted in resolver.reverse_dict.getlist(view)[0][0]]


@pytest.fixture
def things(transactional_db: None, frozen: object) -> Things:
    home = accounts.department()
    listed = collection.source(kind="record", code="URLS")
    code = screening.matter(consults=[listed], implementing_department_id=home.pk)
    measures.item(triggers=[listed], matter_code=code, department_id=home.pk)
    uscc = screening.uscc()
    firm = screening.firm(uscc)
    record = collection.record(subject_id=firm, raised=[collection.raised("URLS", firm)])
    Record.objects.filter(pk=record).update(provider=home)
    item = Record.objects.get(pk=record).item
    number = screening.ask(code, uscc, actor=accounts.actor(Role.CLERK, department=home), now=NOW).number
    open_dues(number=number, actor=accounts.PLATFORM, now=NOW)
    catalogued = catalog.catalogued(home)
    batch = intake.batch(home, catalogued.item_code, at=NOW)
    problem = intake.problem("DAY", "date_unreadable", "“去年”不是日期。")
    intake.returned_row(batch, 2, {"主体名称": "甲", "统一社会信用代码": uscc, "决定日期": "去年"}, [problem])
    list_code = redblack.list_type().code
    return Things(
        home=home,
        user=accounts.user(Role.CLERK, department=home),
        client=accounts.client_system(department=home),
        client_proposal=accounts.proposal(home).pk,
        delivery=Delivery.objects.create(event_id=1, happened_at=NOW, handler="x", attempts=20, last_error="x"),
        conflict=Conflict.objects.create(
            code=uscc, subject_id=firm, kept_name="甲", other_name="乙", source="x", found_at=NOW
        ),
        clearing=subjects.clearing(firm),
        firm=firm,
        person=screening.person(),
        number=number,
        complaint=complaints.complaint(at=NOW).pk,
        report=reports.report(firm, actor=accounts.actor(Role.CLERK, department=home), now=NOW).pk,
        matter=code,
        measured=measures.items(home),
        papers=memoranda.papers(),
        response=screening.response(home, firm),
        rehearsal=screening.rehearsal(measures.draft()),
        finished=screening.finished_file(home),
        check_batch=screening.check_batch(home, code),
        letter=feedback.letter(Due.objects.get(number=number)),
        told=feedback.told(Due.objects.get(number=number)),
        list_code=list_code,
        version=received.held(home, at=NOW).pk,
        edition=redblack.edition(list_code),
        heard=proceedings.heard(home),
        watched=supervised.supervised(home),
        subscription=exchange.proposed(list_code, client=exchange.system(home)).pk,
        lifting=exchange.lifting(home),
        representation=citizens.claim(citizens.visitor(), citizens.said(), paper=True).pk,
        exits=exits.exits(home),
        dispute=objections.found_by(home),
        repaired=repair.asked(home),
        due=Due.objects.get(number=number),
        record=record,
        task=CollectionTask.objects.create(
            item=item, department=home, period_from=TODAY, period_until=TODAY, due_on=TODAY, created_at=NOW
        ),
        promise=Promise.objects.create(record_id=record, subject_id=firm, department=home, promised_on=TODAY),
        catalogued=catalogued,
        batch=batch,
        extraction=handing.extraction(home, item.pk, at=NOW),
        handover=handing.handover(item.pk, at=NOW),
        run=handing.run(item.pk, at=NOW).pk,
    )


def refused(client: Client, method: str, url: str) -> bool:
    """Sent to the log-in, or told that it is not there or not theirs. A complaint about the form is not a refusal."""
    response = getattr(client, method)(url)
    if response.streaming:
        response.close()  # a file is not read here; of other answers this would close the database's connection
    doors = ("/accounts/login/", "/portal/in/?next=")
    to_login = response.status_code == 302 and any(door in response["Location"] for door in doors)
    return to_login or response.status_code in (401, 403, 404)


def test_nobody_comes_in_unknown(things: Things) -> None:
    wrong = [
        name for name, row in WHO.items() if refused(Client(), row.method, things.url(name)) != (row.who != OPEN)
    ]
    assert not wrong


def entered(user: User, session: str) -> Client:
    """A new browser of `user`: with this session while it lasts, else logged in."""
    client = Client()
    if session and SessionStore(session).exists(session):
        client.cookies["sessionid"] = session
    else:
        client.force_login(user)
    return client


@pytest.mark.parametrize("role", Role)
def test_every_role_meets_its_row(role: Role, things: Things) -> None:
    wrong = []
    sides = ((things.home, True), (accounts.department(), False))
    users = {at_home: accounts.user(role, department=department) for department, at_home in sides}
    sessions = dict.fromkeys(users, "")
    for name, row in WHO.items():
        if isinstance(row.who, str):
            continue
        for at_home, user in users.items():
            client = entered(user, sessions[at_home])
            sessions[at_home] = client.cookies["sessionid"].value
            things.as_first_found()
            if refused(client, row.method, things.url(name)) != (role not in (row.who if at_home else row.of_others)):
                wrong.append(f"{name} for {role} of {'home' if at_home else 'elsewhere'}")
    assert not wrong
