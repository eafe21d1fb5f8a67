"""Editions of list types: two people, what each is refused, and what the list is afterwards."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from audit.models import Event
from collection.models import Source
from kernel.actor import Actor, Role
from kernel.errors import Refusal
from kernel.law import Rank
from office.services import register_document
from redblack import services
from redblack.models import ListType, ListTypeEdition
from redblack.rules.editions import TypeContent, fact_token
from redblack.rules.lists import LegalStatus
from redblack.selectors import editions as selectors
from tests.conftest import NOW
from tests.factories import accounts, redblack, screening
from tests.facts import facts_about

pytestmark = pytest.mark.django_db


@pytest.fixture
def drafter(db: None) -> Actor:
    return accounts.actor(Role.CREDIT_OFFICE)


@pytest.fixture
def reviewer(db: None) -> Actor:
    return accounts.actor(Role.CREDIT_OFFICE)


@pytest.fixture(autouse=True)
def the_law(db: None) -> None:
    for code, rank in (("a-law", Rank.LAW), ("a-notice", Rank.NORMATIVE_DOCUMENT)):
        register_document(
            code=code,
            title=f"{code}全称",
            short=code,
            number="",
            rank=rank,
            effective_from=None,
            confidence="L",
            fictional=True,
            actor=accounts.PLATFORM,
            now=NOW,
        )


WHOLE = TypeContent(
    title="某领域严重失信主体名单",
    kind="serious",
    origin="本级认定",
    legal_status="现行",
    initiator="市某局",
    level="国家",
    legal_basis="《a-law》第一条",
    conduct="某种严重行为",
    term_rule="三年",
    exit_rule="期满移出",
)


def draft(actor: Actor, code: str = "some-list", content: TypeContent | None = WHOLE) -> int:
    return services.draft_edition(code=code, content=content, actor=actor, now=NOW)


def content_of(edition_id: int) -> TypeContent:
    return selectors.content_of(ListTypeEdition.objects.get(pk=edition_id))


def save(edition_id: int, actor: Actor, **said: Any) -> str:
    before = content_of(edition_id)
    return services.save_edition(
        edition_id=edition_id, content=replace(before, **said), seen=before.seen, actor=actor, now=NOW
    )


def submit(edition_id: int, actor: Actor) -> None:
    services.submit_edition(edition_id=edition_id, seen=content_of(edition_id).seen, actor=actor, now=NOW)


def publish(edition_id: int, actor: Actor) -> int:
    return services.publish_edition(edition_id=edition_id, seen=content_of(edition_id).seen, actor=actor, now=NOW)


def published(drafter: Actor, reviewer: Actor, code: str = "some-list", **said: Any) -> int:
    made = draft(drafter, code, replace(WHOLE, **said))
    submit(made, drafter)
    return publish(made, reviewer)


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refused:
        call()
    return refused.value.code


def test_a_new_list_is_a_source_only_when_a_second_person_has_published_it(drafter: Actor, reviewer: Actor) -> None:
    made = draft(drafter)
    assert not ListType.objects.filter(code="some-list").exists()
    submit(made, drafter)
    assert refusal(lambda: publish(made, drafter)) == "redblack.edition_reviewed_by_another"
    assert not Source.objects.filter(code="some-list").exists()
    list_type = ListType.objects.get(pk=publish(made, reviewer))
    assert (list_type.edition, list_type.basis_rank, list_type.legal_status) == (1, Rank.LAW, "现行")
    assert Source.objects.get(code="some-list").pk == list_type.source_id
    row = ListTypeEdition.objects.get(pk=made)
    assert (row.state, row.drafted_by, row.reviewed_by) == ("published", drafter.key, reviewer.key)
    names = [name for name, _ in facts_about(f"redblack.edition:{made}")]
    assert names == ["redblack.edition.drafted", "redblack.edition.submitted", "redblack.edition.published"]


def test_only_a_current_list_takes_entries(drafter: Actor, reviewer: Actor) -> None:
    published(drafter, reviewer)
    firm = screening.firm(screening.uscc())
    assert redblack.entry("some-list", firm)
    change = services.draft_edition(code="some-list", content=None, actor=drafter, now=NOW)
    save(change, drafter, legal_status=LegalStatus.STOPPED.value)
    submit(change, drafter)
    publish(change, reviewer)
    assert Source.objects.get(code="some-list").retired_from is not None
    other = screening.firm(screening.uscc())
    assert refusal(lambda: redblack.entry("some-list", other)) == "redblack.cannot_bind"


def test_what_could_not_be_published_is_not_submitted(drafter: Actor) -> None:
    made = draft(drafter, content=replace(WHOLE, legal_basis="《a-notice》", conduct=""))
    with pytest.raises(services.CannotPublishEdition) as refused:
        submit(made, drafter)
    assert [reason.code for reason in refused.value.reasons] == ["rank_too_low", "no_conduct"]
    assert all(str(reason.source) for reason in refused.value.reasons)


def test_a_basis_that_went_out_of_force_meanwhile_stops_the_publication(drafter: Actor, reviewer: Actor) -> None:
    made = draft(drafter)
    submit(made, drafter)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE office_legaldocument SET effective_until = '2026-11-19' WHERE code = 'a-law'")
    assert refusal(lambda: publish(made, reviewer)) == "redblack.cannot_publish_edition"


def test_sent_back_mended_and_published(drafter: Actor, reviewer: Actor) -> None:
    made = draft(drafter)
    submit(made, drafter)
    assert refusal(lambda: save(made, drafter, term_rule="两年")) == "redblack.edition_state"
    back = {"edition_id": made, "actor": reviewer, "now": NOW}
    assert refusal(lambda: services.send_back_edition(note=" ", **back)) == "redblack.edition_note_missing"
    services.send_back_edition(note="期限不对", **back)
    assert save(made, drafter, term_rule="两年") == content_of(made).seen
    submit(made, drafter)
    assert ListType.objects.get(pk=publish(made, reviewer)).term_rule == "两年"
    assert refusal(lambda: publish(made, reviewer)) == "redblack.edition_state"


def test_whoever_saves_has_drafted_it(drafter: Actor, reviewer: Actor) -> None:
    made = draft(drafter)
    save(made, reviewer, term_rule="两年")
    submit(made, drafter)
    assert refusal(lambda: publish(made, reviewer)) == "redblack.edition_reviewed_by_another"
    assert publish(made, drafter)


def test_nobody_overwrites_what_he_has_not_seen(drafter: Actor, reviewer: Actor) -> None:
    made = draft(drafter)
    seen = content_of(made).seen
    save(made, reviewer, term_rule="两年")
    lost = {"edition_id": made, "seen": seen, "actor": drafter, "now": NOW}
    assert refusal(lambda: services.save_edition(content=replace(WHOLE, term_rule="四年"), **lost)) == (
        "redblack.edition_moved"
    )
    assert refusal(lambda: services.submit_edition(**lost)) == "redblack.edition_moved"
    submit(made, drafter)
    assert refusal(lambda: services.publish_edition(**lost | {"actor": drafter})) == "redblack.edition_moved"


def test_one_draft_at_a_time_and_a_discarded_one_gives_way(drafter: Actor) -> None:
    code = redblack.list_type().code
    first = services.draft_edition(code=code, content=None, actor=drafter, now=NOW)
    again = {"code": code, "content": None, "actor": drafter, "now": NOW}
    assert refusal(lambda: services.draft_edition(**again)) == "redblack.edition_open"
    services.discard_edition(edition_id=first, actor=drafter, now=NOW)
    second = services.draft_edition(**again)
    assert ListTypeEdition.objects.get(pk=second).number == ListTypeEdition.objects.get(pk=first).number + 1


def test_the_same_wording_is_not_published_again(drafter: Actor, reviewer: Actor) -> None:
    published(drafter, reviewer)
    made = services.draft_edition(code="some-list", content=None, actor=drafter, now=NOW)
    assert refusal(lambda: submit(made, drafter)) == "redblack.edition_same"


@pytest.mark.parametrize("code", ["", "1abc", "a b", "名单", "x" * 40])
def test_a_code_is_a_code(code: str, drafter: Actor) -> None:
    assert refusal(lambda: draft(drafter, code)) == "redblack.type_code_wrong"


def test_a_new_list_has_a_new_code(drafter: Actor) -> None:
    assert refusal(lambda: draft(drafter, redblack.list_type().code)) == "redblack.type_exists"
    unknown = {"code": "not-there", "content": None, "actor": drafter, "now": NOW}
    assert refusal(lambda: services.draft_edition(**unknown)) == "redblack.type_not_found"


def test_lists_merged_in_a_circle_are_refused(drafter: Actor, reviewer: Actor) -> None:
    published(drafter, reviewer, "list-a")
    published(drafter, reviewer, "list-b", legal_status="已并入", merged_into="list-a")
    change = services.draft_edition(code="list-a", content=None, actor=drafter, now=NOW)
    save(change, drafter, legal_status="已并入", merged_into="list-b")
    with pytest.raises(services.CannotPublishEdition, match="list-a → list-b → list-a"):
        submit(change, drafter)
    assert refusal(lambda: save(change, drafter, merged_into="nowhere")) == "redblack.type_not_found"
    assert refusal(lambda: save(change, drafter, department="123")) == "accounts.department_not_found"


@pytest.mark.parametrize("role", [Role.CLERK, Role.UPLOADER, Role.REVIEWER])
def test_the_register_is_the_credit_offices(role: Role, drafter: Actor) -> None:
    made, stranger = draft(drafter), accounts.actor(role)
    assert refusal(lambda: draft(stranger, "another")) == "redblack.cannot_register"
    assert refusal(lambda: save(made, stranger, term_rule="两年")) == "redblack.edition_not_found"
    assert refusal(lambda: publish(made, stranger)) == "redblack.edition_not_found"
    confirm = {"code": redblack.list_type().code, "fact": "title", "seen": "", "actor": stranger, "now": NOW}
    assert refusal(lambda: services.confirm_fact(**confirm)) == "redblack.cannot_register"


def test_what_ships_never_overrules_a_published_edition(drafter: Actor, reviewer: Actor) -> None:
    shipped = redblack.list_type(title="原名", legal_basis="《a-law》", exit_rule="期满")
    assert selectors.standing(shipped.code).number == 0  # type: ignore[union-attr]
    change = services.draft_edition(code=shipped.code, content=None, actor=drafter, now=NOW)
    save(change, drafter, title="新名", level="国家", conduct="某种行为")
    submit(change, drafter)
    publish(change, reviewer)
    before = Event.objects.count()
    again = redblack.list_type(code=shipped.code, title="原名", loaded=False)
    assert (again.id, again.name) == (shipped.id, "新名") and Event.objects.count() == before


def test_confirming_a_fact_keeps_its_mark_and_a_change_undoes_it(drafter: Actor, reviewer: Actor) -> None:
    marks = {"term": "G", "title": "P", "exit": "P"}
    code = redblack.list_type(confidence=marks, exit_rule="期满移出", legal_basis="《a-law》").code
    row = ListType.objects.get(code=code)
    assert {"term", "title", "exit"} <= set(selectors.waiting_facts(row))
    content = selectors.content_of(selectors.standing(code))  # type: ignore[arg-type]
    said: dict[str, Any] = {"code": code, "fact": "term", "actor": drafter, "now": NOW}
    stale = "0" * 12
    assert refusal(lambda: services.confirm_fact(seen=stale, **said)) == "redblack.fact_moved"
    services.confirm_fact(seen=fact_token(content, "term"), **said)
    row.refresh_from_db()
    assert row.confirmations["term"] == {"by": drafter.key, "on": "2026-11-20", "was": "G"}
    assert row.confidence == marks and "term" not in selectors.waiting_facts(row)
    assert refusal(lambda: services.confirm_fact(seen=fact_token(content, "term"), **said)) == "redblack.fact_moved"
    assert refusal(lambda: services.confirm_fact(seen="", **said | {"fact": "colour"})) == "redblack.fact_unknown"
    change = services.draft_edition(code=code, content=None, actor=drafter, now=NOW)
    save(change, drafter, term_rule="两年", level="国家", conduct="某种行为")
    submit(change, drafter)
    publish(change, reviewer)
    row.refresh_from_db()
    assert row.confirmations["term"]["by"] == reviewer.key  # two people have stood for the new words
    assert "title" in selectors.waiting_facts(row) and "title" not in row.confirmations


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", ["draft", "publish"])
def test_of_two_at_once_one_wins_and_the_other_is_told(verb: str) -> None:
    drafter, others = accounts.actor(Role.CREDIT_OFFICE), [accounts.actor(Role.CREDIT_OFFICE) for _ in range(2)]
    made = draft(drafter)
    if verb == "publish":
        submit(made, drafter)
    else:
        services.discard_edition(edition_id=made, actor=drafter, now=NOW)

    def go(actor: Actor) -> str:
        try:
            publish(made, actor) if verb == "publish" else draft(actor)
            return "won"
        except Refusal as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(go, others))
    told = "redblack.edition_state" if verb == "publish" else "redblack.edition_open"
    assert outcomes == sorted(["won", told])


def test_a_list_with_somebody_on_it_is_not_turned_into_a_received_one(drafter: Actor) -> None:
    listed = redblack.list_type()
    received = replace(WHOLE, origin="省级下发", freshness_days=7)
    assert services.editions.assess(code=listed.code, content=received, on=NOW.date())
    redblack.entry(listed.code, screening.firm())
    assert services.editions.assess(code=listed.code, content=WHOLE, on=NOW.date())
    [reason] = services.editions.assess(code=listed.code, content=received, on=NOW.date()).against
    assert reason.code == "origin_moved" and "另立名单类型" in reason.message
