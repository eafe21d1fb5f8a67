"""Each URL has one row: who may use it. A URL without a row fails before it is ever served.

Each is asked by nobody, by every role of the department that the object belongs to, and by a business role of another
department. "Not there" and "not yours" are the same answer: 404.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from accounts.models import ClientSystem, Department, User
from audit.models import Delivery
from collection.models import Batch, CollectionTask, Extraction, Handover, Promise, Record
from feedback.models import Due
from feedback.services import open_dues
from kernel.actor import Role
from subjects.models import Conflict
from tests.conftest import NOW
from tests.factories import (
    accounts,
    catalog,
    collection,
    exits,
    feedback,
    handing,
    intake,
    measures,
    memoranda,
    proceedings,
    received,
    redblack,
    screening,
)

ALL = frozenset(Role)
BUSINESS = frozenset({Role.CLERK, Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})
OFFICE = frozenset({Role.CREDIT_OFFICE})
UPLOADER = frozenset({Role.UPLOADER})
REVIEWER = frozenset({Role.REVIEWER})
REPORTING = frozenset({Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})
SYSTEM, SECURITY, AUDIT = (
    frozenset({Role.SYSTEM_ADMIN}),
    frozenset({Role.SECURITY_ADMIN}),
    frozenset({Role.AUDIT_ADMIN}),
)
DRAFTERS = UPLOADER | OFFICE
NOBODY: frozenset[Role] = frozenset()
TODAY = NOW.date()
OPEN = "open"  # needs no log-in


@dataclass(frozen=True)
class Row:
    """`who`: roles that are not refused, or OPEN. `elsewhere`: those of them that another department's has, too."""

    method: str
    who: frozenset[Role] | str
    elsewhere: frozenset[Role] | None = None  # None: the same, the page belongs to no department

    @property
    def of_others(self) -> frozenset[Role]:
        assert not isinstance(self.who, str)
        return self.who if self.elsewhere is None else self.elsewhere


WHO = {
    "portal:home": Row("get", ALL),
    "portal:healthz": Row("get", OPEN),
    "portal:readyz": Row("get", OPEN),
    "portal:display": Row("post", OPEN),
    "portal:scene_five": Row("get", NOBODY),  # only under DEMO
    "portal:scene_six": Row("get", NOBODY),
    "accounts:login": Row("get", OPEN),
    "accounts:logout": Row("post", NOBODY),  # ends at the log-in page, for anybody
    "accounts:second_factor": Row("get", ALL),
    "accounts:password": Row("get", ALL),
    "accounts:users": Row("get", SYSTEM | SECURITY),
    "accounts:new_user": Row("get", SYSTEM),
    "accounts:user": Row("get", SYSTEM | SECURITY),
    "accounts:set_roles": Row("post", SECURITY),
    "accounts:disable_user": Row("post", SYSTEM),
    "accounts:enable_user": Row("post", SYSTEM),
    "accounts:reset_password": Row("post", SYSTEM),
    "accounts:reset_second_factor": Row("post", SECURITY),
    "accounts:clients": Row("get", SECURITY),
    "accounts:new_client": Row("get", SECURITY),
    "accounts:client": Row("get", SECURITY),
    "accounts:rotate_secret": Row("post", SECURITY),
    "accounts:deactivate_client": Row("post", SECURITY),
    "audit:events": Row("get", AUDIT),
    "audit:deliveries": Row("get", SYSTEM | AUDIT),
    "audit:retry": Row("post", SYSTEM),
    "office:calendar": Row("get", OFFICE),
    "office:mailbox": Row("get", NOBODY),  # only under DEMO
    "subjects:conflicts": Row("get", OFFICE),
    "subjects:resolve_conflict": Row("post", OFFICE),
    "subjects:dossier": Row("get", BUSINESS),
    "subjects:find": Row("get", BUSINESS),
    "subjects:clear": Row("post", BUSINESS),
    "subjects:withdraw_clearing": Row("post", BUSINESS),
    "subjects:person": Row("post", BUSINESS),
    "subjects:reveal": Row("post", BUSINESS),
    "catalog:items": Row("get", BUSINESS),
    "catalog:export": Row("get", BUSINESS),
    "catalog:public_list": Row("get", OPEN),
    "catalog:public_item": Row("get", OPEN),
    "catalog:item": Row("get", BUSINESS),
    "catalog:version": Row("get", BUSINESS),
    "catalog:compare": Row("get", BUSINESS),
    "catalog:new_item": Row("get", OFFICE),
    "catalog:change": Row("post", OFFICE),
    "catalog:withdraw": Row("get", OFFICE),
    "catalog:filing": Row("get", OFFICE),
    "catalog:draft": Row("get", OFFICE),
    "catalog:fields": Row("get", OFFICE),
    "catalog:field": Row("get", OFFICE),
    "catalog:field_list": Row("get", OFFICE),
    "catalog:take_field_list": Row("post", OFFICE),
    "catalog:rules": Row("get", OFFICE),
    "catalog:submit": Row("post", OFFICE),
    "catalog:discard": Row("get", OFFICE),
    "catalog:review": Row("get", OFFICE),
    "catalog:publish": Row("post", OFFICE),
    "catalog:send_back": Row("post", OFFICE),
    "catalog:powers": Row("get", OFFICE),
    "catalog:import_powers": Row("post", OFFICE),
    "catalog:derive": Row("post", OFFICE),
    "catalog:upkeep": Row("get", OFFICE),
    "catalog:close_upkeep": Row("post", OFFICE),
    "redblack:list_ages": Row("get", ALL),
    "screening:window": Row("get", BUSINESS),
    "screening:today": Row("get", BUSINESS),
    "screening:receipt": Row("get", BUSINESS, elsewhere=OFFICE),
    "screening:choose": Row("post", BUSINESS, elsewhere=OFFICE),
    "screening:api_checks": Row("post", NOBODY),  # client systems alone: tests/screening/test_api.py
    "screening:api_check": Row("get", NOBODY),
    "screening:responses": Row("get", BUSINESS),
    "screening:answer_responses": Row("post", BUSINESS),
    "screening:response": Row("get", BUSINESS, elsewhere=OFFICE),
    "screening:rehearse": Row("get", OFFICE),
    "screening:rehearsal_rows": Row("get", OFFICE),
    "screening:publish_rehearsed": Row("post", OFFICE),
    "screening:matters": Row("get", BUSINESS),
    "screening:export_matters": Row("get", BUSINESS),
    "screening:matter": Row("get", BUSINESS),
    "screening:new_matter": Row("get", OFFICE),
    "screening:import_matters": Row("post", OFFICE),
    "screening:edit_matter": Row("get", OFFICE),
    "redblack:entries": Row("get", BUSINESS),
    "redblack:entry": Row("get", BUSINESS, elsewhere=OFFICE),
    "redblack:entry_paper": Row("get", BUSINESS, elsewhere=OFFICE),
    "redblack:clear_name": Row("get", REVIEWER, elsewhere=NOBODY),
    "redblack:propose_removal": Row("get", UPLOADER, elsewhere=NOBODY),
    "redblack:removals": Row("get", BUSINESS),
    "redblack:removal": Row("get", BUSINESS, elsewhere=OFFICE),
    "redblack:decide_removal": Row("post", REVIEWER, elsewhere=NOBODY),
    "redblack:drop_removal": Row("post", REVIEWER, elsewhere=NOBODY),
    "redblack:reviews": Row("get", BUSINESS),
    "redblack:review": Row("get", BUSINESS, elsewhere=OFFICE),
    "redblack:keep_honour": Row("post", REVIEWER, elsewhere=NOBODY),
    "redblack:tell_recogniser": Row("post", OFFICE),
    "redblack:honours": Row("get", BUSINESS),
    "redblack:new_honour": Row("get", UPLOADER),
    "redblack:honour": Row("get", BUSINESS, elsewhere=OFFICE),
    "redblack:publicise_honour": Row("post", UPLOADER, elsewhere=NOBODY),
    "redblack:object_to_honour": Row("post", UPLOADER, elsewhere=NOBODY),
    "redblack:answer_objection": Row("post", UPLOADER, elsewhere=NOBODY),
    "redblack:submit_honour": Row("post", UPLOADER, elsewhere=NOBODY),
    "redblack:send_back_honour": Row("post", REVIEWER, elsewhere=NOBODY),
    "redblack:decide_honour": Row("post", REVIEWER, elsewhere=NOBODY),
    "redblack:drop_honour": Row("post", UPLOADER | REVIEWER, elsewhere=NOBODY),
    "redblack:proceedings": Row("get", REPORTING),
    "redblack:propose": Row("get", UPLOADER),
    "redblack:register_decision": Row("get", UPLOADER),
    "redblack:register_table": Row("get", UPLOADER),
    "redblack:decision_table": Row("get", UPLOADER),
    "redblack:proceeding": Row("get", REPORTING, elsewhere=OFFICE),
    "redblack:edit_proceeding": Row("get", UPLOADER, elsewhere=NOBODY),
    "redblack:make_notice": Row("post", UPLOADER, elsewhere=NOBODY),
    "redblack:record_service": Row("post", UPLOADER, elsewhere=NOBODY),
    "redblack:record_statement": Row("post", UPLOADER, elsewhere=NOBODY),
    "redblack:stop_period": Row("post", UPLOADER, elsewhere=NOBODY),
    "redblack:resume_period": Row("post", UPLOADER, elsewhere=NOBODY),
    "redblack:extend_period": Row("post", UPLOADER, elsewhere=NOBODY),
    "redblack:attach_paper": Row("post", UPLOADER, elsewhere=NOBODY),
    "redblack:submit_proceeding": Row("post", UPLOADER, elsewhere=NOBODY),
    "redblack:answer_statement": Row("post", UPLOADER, elsewhere=NOBODY),
    "redblack:decide_proceeding": Row("post", REVIEWER, elsewhere=NOBODY),
    "redblack:send_back_proceeding": Row("post", REVIEWER, elsewhere=NOBODY),
    "redblack:drop_proceeding": Row("post", UPLOADER, elsewhere=NOBODY),
    "redblack:paper": Row("get", REPORTING, elsewhere=OFFICE),
    "redblack:received": Row("get", REPORTING),
    "redblack:deliver": Row("get", UPLOADER, elsewhere=NOBODY),
    "redblack:version": Row("get", REPORTING, elsewhere=OFFICE),
    "redblack:version_progress": Row("get", REPORTING, elsewhere=OFFICE),
    "redblack:decide_version": Row("post", REVIEWER, elsewhere=NOBODY),
    "redblack:api_versions": Row("post", NOBODY),  # client systems alone: tests/redblack/test_api.py
    "redblack:api_version": Row("get", NOBODY),
    "redblack:grades": Row("get", BUSINESS),
    "redblack:grade": Row("get", BUSINESS),
    "redblack:list_types": Row("get", BUSINESS),
    "redblack:new_type": Row("get", OFFICE),
    "redblack:list_type": Row("get", BUSINESS),
    "redblack:change_type": Row("post", OFFICE),
    "redblack:confirm_fact": Row("post", OFFICE),
    "redblack:compare_types": Row("get", BUSINESS),
    "redblack:edition": Row("get", OFFICE),
    "redblack:submit_edition": Row("post", OFFICE),
    "redblack:discard_edition": Row("post", OFFICE),
    "redblack:review_edition": Row("get", OFFICE),
    "redblack:publish_edition": Row("post", OFFICE),
    "redblack:send_back_edition": Row("post", OFFICE),
    "measures:items": Row("get", BUSINESS),
    "measures:export": Row("get", BUSINESS),
    "measures:import": Row("get", DRAFTERS),
    "measures:public_list": Row("get", OPEN),
    "measures:public_item": Row("get", OPEN),
    "measures:new_item": Row("get", DRAFTERS),
    "measures:from_original": Row("post", DRAFTERS),
    "measures:item": Row("get", BUSINESS),
    "measures:withdraw": Row("get", OFFICE),
    "measures:change": Row("post", DRAFTERS, elsewhere=OFFICE),
    "measures:draft": Row("get", DRAFTERS, elsewhere=OFFICE),
    "measures:condition": Row("get", DRAFTERS, elsewhere=OFFICE),
    "measures:condition_sentence": Row("get", DRAFTERS, elsewhere=OFFICE),
    "measures:submit": Row("post", DRAFTERS, elsewhere=OFFICE),
    "measures:discard": Row("get", DRAFTERS, elsewhere=OFFICE),
    "measures:review": Row("get", DRAFTERS, elsewhere=OFFICE),
    "measures:send_back": Row("post", DRAFTERS, elsewhere=OFFICE),
    "measures:memoranda": Row("get", BUSINESS),
    "measures:new_memorandum": Row("get", OFFICE),
    "measures:import_memoranda": Row("post", OFFICE),
    "measures:export_memoranda": Row("get", OFFICE),
    "measures:memorandum": Row("get", BUSINESS),
    "measures:edit_memorandum": Row("get", OFFICE),
    "measures:memorandum_file": Row("get", BUSINESS),
    "measures:attach_file": Row("post", OFFICE),
    "measures:basic_lists": Row("get", BUSINESS),
    "measures:confirm_basic": Row("post", OFFICE),
    "feedback:due_list": Row("get", BUSINESS),
    "feedback:report": Row("get", BUSINESS, elsewhere=OFFICE),
    "feedback:due_letter": Row("get", BUSINESS, elsewhere=OFFICE),
    "feedback:response_letter": Row("get", BUSINESS, elsewhere=OFFICE),
    "feedback:letters": Row("get", BUSINESS),
    "feedback:letter": Row("get", BUSINESS, elsewhere=OFFICE),
    "feedback:letter_file": Row("get", BUSINESS, elsewhere=OFFICE),
    "feedback:serve_letter": Row("post", BUSINESS, elsewhere=OFFICE),
    "collection:extractions": Row("get", OFFICE),
    "collection:new_extraction": Row("get", OFFICE),
    "collection:extraction": Row("get", OFFICE),
    "collection:try_extraction": Row("post", OFFICE),
    "collection:run_extraction": Row("post", OFFICE),
    "collection:handovers": Row("get", OFFICE),
    "collection:make_handover": Row("post", OFFICE),
    "collection:mark_handover": Row("post", OFFICE),
    "collection:handover": Row("get", OFFICE),
    "collection:api_records": Row("post", NOBODY),  # client systems alone: tests/collection/test_api.py
    "collection:api_batch": Row("get", NOBODY),
    "collection:records": Row("get", REPORTING),
    "collection:record": Row("get", REPORTING, elsewhere=OFFICE),
    "collection:correct": Row("get", UPLOADER, elsewhere=NOBODY),
    "collection:withdraw": Row("post", REVIEWER | OFFICE, elsewhere=OFFICE),
    "collection:archive": Row("post", REVIEWER | OFFICE, elsewhere=OFFICE),
    "collection:tasks": Row("get", REPORTING),
    "collection:close_task": Row("post", UPLOADER, elsewhere=NOBODY),
    "collection:quality": Row("get", REPORTING),
    "collection:returned_rows": Row("get", REPORTING),
    "collection:promises": Row("get", REPORTING),
    "collection:close_promise": Row("post", UPLOADER, elsewhere=NOBODY),
    "collection:reporting": Row("get", REPORTING),
    "collection:template": Row("get", REPORTING),
    "collection:upload": Row("get", UPLOADER),
    "collection:entry": Row("get", UPLOADER),
    "collection:suggest": Row("post", UPLOADER),
    "collection:batches": Row("get", REPORTING),
    "collection:batch": Row("get", REPORTING, elsewhere=OFFICE),
    "collection:batch_progress": Row("get", REPORTING, elsewhere=OFFICE),
    "collection:cancel_batch": Row("post", UPLOADER, elsewhere=NOBODY),
    "collection:resume_batch": Row("post", UPLOADER, elsewhere=NOBODY),
    "collection:returned_workbook": Row("get", UPLOADER, elsewhere=NOBODY),
    "collection:mend": Row("get", UPLOADER, elsewhere=NOBODY),
    "collection:drop_rows": Row("post", UPLOADER, elsewhere=NOBODY),
    "api_schema": Row("get", ALL),
}


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
    delivery: Delivery
    conflict: Conflict
    firm: int
    person: int
    number: str
    due: Due
    record: int
    task: CollectionTask
    promise: Promise
    catalogued: catalog.Catalogued
    batch: Batch
    extraction: Extraction
    handover: Handover
    matter: str
    measured: measures.Items
    papers: memoranda.Papers
    response: int
    rehearsal: int
    letter: int
    list_code: str
    version: int
    edition: int
    exits: exits.Exits
    heard: proceedings.Heard

    def url(self, name: str) -> str:
        places = {
            "user_id": self.user.pk,
            "client_id": self.client.pk,
            "delivery_id": self.delivery.pk,
            "conflict_id": self.conflict.pk,
            "clearing_id": self.conflict.pk,
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
            "letter_id": self.letter,
            "code": self.list_code,
            "received_id": self.version,
            "edition_id": self.edition,
            "proceeding_id": self.heard.proceeding_id,
            "statement_id": self.heard.statement_id,
            "paper_id": self.heard.paper_id,
            "entry_id": self.exits.entry_of(name),
            "entry_paper_id": self.exits.paper,
            "removal_id": self.exits.removal,
            "review_id": self.exits.task,
            "honour_id": self.exits.honour,
            "objection_id": self.exits.objection,
            "due_id": self.due.pk,
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
            "kind": "xml",
            "item": self.catalogued.item_code,
            "power_id": self.catalogued.power_id,
            "upkeep_id": self.catalogued.upkeep_id,
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
        delivery=Delivery.objects.create(event_id=1, happened_at=NOW, handler="x", attempts=20, last_error="x"),
        conflict=Conflict.objects.create(
            code=uscc, subject_id=firm, kept_name="甲", other_name="乙", source="x", found_at=NOW
        ),
        firm=firm,
        person=screening.person(),
        number=number,
        matter=code,
        measured=measures.items(home),
        papers=memoranda.papers(),
        response=screening.response(home, firm),
        rehearsal=screening.rehearsal(measures.draft()),
        letter=feedback.letter(Due.objects.get(number=number)),
        list_code=list_code,
        version=received.held(home, at=NOW).pk,
        edition=redblack.edition(list_code),
        heard=proceedings.heard(home),
        exits=exits.exits(home),
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
    )


def refused(client: Client, method: str, url: str) -> bool:
    """Sent to the log-in, or told that it is not there or not theirs. A complaint about the form is not a refusal."""
    response = getattr(client, method)(url)
    to_login = response.status_code == 302 and "/accounts/login/" in response["Location"]
    return to_login or response.status_code in (401, 403, 404)


def test_nobody_comes_in_unknown(things: Things) -> None:
    wrong = [
        name for name, row in WHO.items() if refused(Client(), row.method, things.url(name)) != (row.who != OPEN)
    ]
    assert not wrong


@pytest.mark.parametrize("role", Role)
def test_every_role_meets_its_row(role: Role, things: Things) -> None:
    wrong = []
    for name, row in WHO.items():
        if isinstance(row.who, str):
            continue
        for department, allowed in ((things.home, row.who), (accounts.department(), row.of_others)):
            client = Client()
            client.force_login(accounts.user(role, department=department))
            Delivery.objects.filter(pk=things.delivery.pk).update(attempts=20)  # stuck, as the first reader found it
            if refused(client, row.method, things.url(name)) != (role not in allowed):
                wrong.append(f"{name} for {role} of {'home' if department == things.home else 'elsewhere'}")
    assert not wrong
