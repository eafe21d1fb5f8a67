"""Visitors: codes, sessions, for whom they speak."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client

from citizens import selectors, services
from citizens.models import Code, Identity, Representation, Session, Visitor
from citizens.rules.addresses import read_address
from citizens.rules.claims import Claim
from citizens.rules.kinds import Relation, SessionEnd
from citizens.services.cookies import COOKIE
from citizens.services.sessions import enter
from kernel.actor import ANONYMOUS, Kind, Role
from office.models import Message
from tests.conftest import NOW
from tests.factories import accounts, citizens, subjects
from tests.facts import facts_about, payload_of

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def send(address: str = "shen@example.com", at: datetime = NOW) -> tuple[str, str]:
    sent = services.send_code(address=address, browser=citizens.browser(), actor=ANONYMOUS, now=at, wall=at)
    return sent.token, citizens.code_sent_to(address)


def bring(token: str, code: str, at: datetime = NOW) -> services.SignedIn:
    return services.sign_in(token=token, code=code, browser=citizens.browser(), now=at, wall=at)


# --- addresses ---


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Shen@Example.com ", "shen@example.com"),
        ("ｓｈｅｎ＠example.com", "shen@example.com"),
        ("138 1234-5678", "13812345678"),
        ("+86 13812345678", "13812345678"),
        ("shеn@example.com", None),  # a Cyrillic е
        ("shen@example.com\nBcc: x@y.cn", None),
        ("shen@@example.com", None),
        ("339901199003070017", None),
        ("a" * 130 + "@example.com", None),
        ("", None),
    ],
)
def test_an_address_is_read_in_one_form_alone(typed: str, meant: str | None) -> None:
    read = read_address(typed)
    assert (read.value if read else None) == meant


# --- codes ---


def test_a_code_is_good_once_in_the_browser_that_asked() -> None:
    token, code = send()
    with pytest.raises(services.CodeWrong):
        bring("another-browser", code)
    entered = bring(token, code)
    assert entered.first_time and facts_about(f"citizens.visitor:{entered.visitor_id}") == [
        ("citizens.visitor.registered", f"visitor:{entered.visitor_id}"),
        ("citizens.visitor.signed_in", f"visitor:{entered.visitor_id}"),
    ]
    with pytest.raises(services.CodeWrong):
        bring(token, code)
    again = citizens.signed_in(at=NOW + MINUTE)
    assert again.visitor_id == entered.visitor_id and not again.first_time


def test_a_code_is_over_after_five_minutes_and_after_five_tries() -> None:
    token, code = send()
    with pytest.raises(services.CodeWrong):
        bring(token, code, NOW + 5 * MINUTE)
    token, code = send(at=NOW + MINUTE)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(5):
        with pytest.raises(services.CodeWrong):
            bring(token, wrong, NOW + MINUTE)
    with pytest.raises(services.CodeWrong):
        bring(token, code, NOW + MINUTE)


def test_nothing_of_a_code_or_an_address_is_kept_in_clear() -> None:
    token, code = send("wang.lin@example.com")
    bring(token, code)
    with connection.cursor() as cursor:
        kept = []
        for model in (Code, Identity, Visitor, Session):
            cursor.execute(f"SELECT t::text FROM {model._meta.db_table} t")
            kept += [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT payload::text || about || actor FROM audit_event")
        kept += [row[0] for row in cursor.fetchall()]
    assert not [row for row in kept if "wang.lin" in row or code in row or token in row]


def test_the_answer_says_not_whether_an_address_is_known() -> None:
    citizens.signed_in("known@example.com")
    pages = {}
    for address in ("known@example.com", "nobody@example.com"):
        client = Client()
        first = client.post("/portal/in/", {"address": address})
        page = client.get("/portal/in/code/").content.decode()
        pages[address] = (first.status_code, first["Location"], re.sub(r"[kn]\*{3}|value=\"[^\"]*\"", "", page))
    assert pages["known@example.com"] == pages["nobody@example.com"]


def test_one_receiver_and_one_address_are_sent_so_many_codes(frozen: time_machine.Traveller) -> None:
    client = Client()
    answers = [client.post("/portal/in/", {"address": "victim@example.com"}).status_code for _ in range(4)]
    assert answers == [302, 302, 302, 429]
    assert Message.objects.filter(to="victim@example.com").count() == 3
    other = Client(REMOTE_ADDR="192.0.2.77")
    refused = other.post("/portal/in/", {"address": "VICTIM@example.com"})
    assert refused.status_code == 429 and int(refused["Retry-After"]) > 0
    many = [client.post("/portal/in/", {"address": f"v{n}@example.com"}).status_code for n in range(40)]
    assert many.count(302) == 27 - 1 and set(many[27:]) == {429}


# --- sessions ---


def test_a_session_that_somebody_brought_along_is_never_taken_over(frozen: time_machine.Traveller) -> None:
    attacker = citizens.client_of("attacker@example.com")
    planted = attacker.cookies[COOKIE].value
    victim = Client(headers={"user-agent": citizens.AGENT})
    victim.cookies[COOKIE] = planted
    victim.post("/portal/out/")  # he sees somebody else's page and signs out
    victim.cookies[COOKIE] = planted
    victim.post("/portal/in/", {"address": "victim@example.com"})
    victim.post("/portal/in/code/", {"code": citizens.code_sent_to("victim@example.com")})
    assert victim.cookies[COOKIE].value not in ("", planted)
    assert attacker.get("/portal/my/").status_code == 302


def test_a_stolen_cookie_ends_the_session_in_another_browser(frozen: time_machine.Traveller) -> None:
    mine = citizens.client_of()
    assert mine.get("/portal/my/").status_code == 200
    thief = Client(headers={"user-agent": "curl/8"})
    thief.cookies[COOKIE] = mine.cookies[COOKIE].value
    assert thief.get("/portal/my/")["Location"].startswith("/portal/in/")
    assert mine.get("/portal/my/").status_code == 302  # and the owner has to sign in again
    session = Session.objects.get()
    assert session.ended_for == SessionEnd.STOLEN
    assert payload_of(f"citizens.visitor:{session.visitor_id}", "citizens.session.ended")["why"] == "stolen"


@pytest.mark.parametrize(
    ("kiosk", "idle", "longest"),
    [(False, timedelta(minutes=30), timedelta(hours=8)), (True, 2 * MINUTE, 15 * MINUTE)],
)
def test_a_session_ends_when_idle_and_when_old(kiosk: bool, idle: timedelta, longest: timedelta) -> None:
    def stands(token: str, at: datetime) -> bool:
        return enter(browser=citizens.browser(token=token), now=at, wall=at) is not None

    token = citizens.signed_in("a@example.com", where=citizens.browser(kiosk=kiosk)).token
    assert stands(token, NOW + idle) and stands(token, NOW + 2 * idle)
    assert not stands(token, NOW + 3 * idle + timedelta(seconds=1))
    token = citizens.signed_in("b@example.com", where=citizens.browser(kiosk=kiosk)).token
    at = NOW
    while at + idle <= NOW + longest:
        at += idle
        assert stands(token, at)
    assert not stands(token, NOW + longest + timedelta(seconds=1))


def test_a_kiosks_first_page_signs_out_who_stood_there(frozen: time_machine.Traveller) -> None:
    client = Client(headers={"user-agent": citizens.AGENT})
    client.get("/kiosk/")
    client.post("/portal/in/", {"address": "hall@example.com"})
    client.post("/portal/in/code/", {"code": citizens.code_sent_to("hall@example.com")})
    assert client.get("/portal/my/").status_code == 200 and Session.objects.get().kiosk
    client.get("/kiosk/")
    assert client.get("/portal/my/").status_code == 302 and Session.objects.get().ended_for == "signed_out"


def test_a_session_of_staff_counts_for_nothing_there_and_a_visitors_nowhere_else() -> None:
    client = Client()
    client.force_login(accounts.user(Role.CREDIT_OFFICE))
    assert client.get("/portal/my/")["Location"].startswith("/portal/in/")
    with time_machine.travel(NOW, tick=False):
        visitor = citizens.client_of()
        for path in ("/", "/visitors/claims/", "/check/", "/subjects/"):
            answer = visitor.get(path)
            assert answer.status_code == 404 or "/accounts/login/" in answer["Location"], path


# --- for whom he speaks ---


def test_a_representative_whom_the_register_knows_speaks_at_once_for_a_year() -> None:
    firm, number = subjects.organisation(code=(code := subjects.uscc())), subjects.citizen_id()
    subjects.responsible(firm, subjects.person("沈建国", number=number))
    actor = citizens.visitor()
    row = citizens.claim(actor, citizens.said(code=code, name="沈 建国", number=number))
    assert (row.state, row.proof, row.until) == ("effective", "register", date(2027, 11, 19))
    who = selectors.actor_of_visitor(Visitor.objects.get(), today=NOW.date())
    assert who.kind is Kind.VISITOR and who.subjects == {firm}
    assert selectors.actor_of_visitor(Visitor.objects.get(), today=date(2027, 11, 20)).subjects == frozenset()
    services.end_relation(representation_id=row.pk, why="不再任职", actor=who, now=NOW)
    assert selectors.actor_of_visitor(Visitor.objects.get(), today=NOW.date()).subjects == frozenset()


def test_what_does_not_fit_waits_and_no_answer_says_which_part() -> None:
    firm, number = subjects.organisation(code=(code := subjects.uscc())), subjects.citizen_id()
    subjects.responsible(firm, subjects.person("沈建国", number=number), until=date(2026, 1, 1))
    rows = [
        citizens.claim(citizens.visitor(f"v{place}@example.com"), claimed)
        for place, claimed in enumerate(
            [
                citizens.said(code=code, number=number),  # was the representative
                citizens.said(code=code, name="李四", number=number),
                citizens.said(code=code, number=subjects.citizen_id()),
                citizens.said(code=subjects.uscc(), number=number),  # of an unknown firm
            ]
        )
    ]
    assert {row.state for row in rows} == {"waiting"}
    assert all("沈建国" not in row.claim_ct and number not in row.claim_ct for row in rows)


def test_oneself_and_agents_are_looked_at_by_a_person() -> None:
    number = subjects.citizen_id()
    person = subjects.person("沈建国", number=number)
    firm, code = subjects.organisation(code=(code := subjects.uscc())), code
    actor, office = citizens.visitor(), accounts.actor(Role.CREDIT_OFFICE)
    with pytest.raises(services.ClaimIncomplete, match="身份证件照片"):
        citizens.claim(actor, citizens.said(Relation.SELF, number=number))
    mine = citizens.claim(actor, citizens.said(Relation.SELF, number=number), paper=True)
    agent = citizens.claim(
        actor, citizens.said(Relation.AGENT, code=code, number=number, until=date(2027, 1, 31)), paper=True
    )
    assert {mine.state, agent.state} == {"waiting"} and mine.shown == "沈某某"
    said = services.open_claim(representation_id=mine.pk, actor=office, now=NOW)
    assert said["name"] == "沈建国" and said["fits"] is True and number not in str(said)
    with pytest.raises(services.ReviewersOnly):
        services.confirm(representation_id=mine.pk, note="", actor=actor, now=NOW)
    services.confirm(representation_id=mine.pk, note="", actor=office, now=NOW)
    services.confirm(representation_id=agent.pk, note="", actor=office, now=NOW)
    agent.refresh_from_db()
    assert (agent.until, agent.claim_ct, agent.proof) == (date(2027, 1, 31), "", "review")
    assert selectors.actor_of_visitor(Visitor.objects.get(), today=NOW.date()).subjects == {person, firm}
    with pytest.raises(services.ClaimDecided):
        services.refuse(representation_id=agent.pk, note="材料不符", actor=office, now=NOW)


def test_no_reviewer_makes_somebody_another() -> None:
    actor, office = citizens.visitor(), accounts.actor(Role.CREDIT_OFFICE)
    subjects.person("沈建国", number=(number := subjects.citizen_id()))
    row = citizens.claim(actor, citizens.said(Relation.SELF, name="李四", number=number), paper=True)
    with pytest.raises(services.SubjectNotNamed):
        services.confirm(representation_id=row.pk, note="", actor=office, now=NOW)
    with pytest.raises(services.ReasonMissing):
        services.refuse(representation_id=row.pk, note="", actor=office, now=NOW)
    services.refuse(representation_id=row.pk, note="姓名与证件不符", actor=office, now=NOW)
    assert selectors.relations_of(actor)[0].row.note == "姓名与证件不符"


def test_the_firms_representative_ends_what_its_agents_may() -> None:
    firm = subjects.organisation()
    boss = citizens.visitor("boss@example.com", of=firm)
    agent = citizens.signed_in("agent@example.com")
    row = citizens.represents(agent.visitor_id, firm, relation=Relation.AGENT)
    other = citizens.visitor("other@example.com", of=subjects.organisation())
    with pytest.raises(selectors.RepresentationNotFound):
        services.end_relation(representation_id=row.pk, why="不是我的", actor=other, now=NOW)
    services.end_relation(representation_id=row.pk, why="已离职", actor=boss, now=NOW)
    row.refresh_from_db()
    assert (row.state, row.ended_by) == ("ended", boss.key)
    with pytest.raises(services.NotYourRelation):
        colleague = citizens.visitor("agent@example.com", at=NOW + MINUTE)
        mine = citizens.represents(colleague.id or 0, firm, relation=Relation.AGENT)
        bosses = Representation.objects.get(visitor_id=boss.id)
        who = selectors.actor_of_visitor(Visitor.objects.get(pk=colleague.id), today=NOW.date())
        assert mine.state == "effective"
        services.end_relation(representation_id=bosses.pk, why="我要接管", actor=who, now=NOW)


def test_an_identity_service_that_vouches_confirms_the_person() -> None:
    person = subjects.person("沈建国", number=(number := subjects.citizen_id()))
    said = {"issuer": "https://id.example", "account": "u-1", "browser": citizens.browser(), "actor": ANONYMOUS}
    first = services.accept_identity(**said, name="沈建国", id_number=number, now=NOW, wall=NOW)  # type: ignore[arg-type]
    assert selectors.actor_of_visitor(Visitor.objects.get(), today=NOW.date()).subjects == {person}
    again = services.accept_identity(**said, name="李四", id_number=number, now=NOW, wall=NOW)  # type: ignore[arg-type]
    assert again.visitor_id == first.visitor_id and again.token != first.token


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"state": "effective", "claim_ct": ""}, "citizens_representation_effective_is_proven"),
        ({"claim_ct": "沈建国"}, "citizens_representation_claim_sealed_until_decided"),
        ({"relation": "agent", "proof": "register"}, "citizens_representation_agent_only_by_review"),
        ({"state": "refused", "claim_ct": ""}, "citizens_representation_refused_says_why"),
        ({"state": "ended", "claim_ct": ""}, "citizens_representation_"),
        ({"relation": "boss"}, "citizens_representation_relation_known"),
        ({"state": "lost", "claim_ct": ""}, "citizens_representation_state_known"),
    ],
)
def test_the_database_refuses(change: dict[str, str], constraint: str) -> None:
    row = citizens.claim(citizens.visitor(), citizens.said())
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Representation.objects.filter(pk=row.pk).update(**change)


def test_the_page_takes_a_claim_once(frozen: time_machine.Traveller) -> None:
    firm, number = subjects.organisation(code=(code := subjects.uscc())), subjects.citizen_id()
    subjects.responsible(firm, subjects.person("沈建国", number=number))
    client = citizens.client_of()
    form = {
        "relation": "representative",
        "code": code,
        "name": "沈建国",
        "id_kind": "citizen_id",
        "id_number": number,
    }
    answers = [client.post("/portal/my/relations/new/", form | {"idempotency_key": "k1"}) for _ in range(2)]
    assert [one.status_code for one in answers] == [302, 302] and Representation.objects.count() == 1
    page = client.get("/portal/my/").content.decode()
    assert "/portal/my/of/" in page and number not in page
    wrong = client.post("/portal/my/relations/new/", form | {"id_number": number[:-1], "idempotency_key": "k2"})
    assert wrong.status_code == 400 and number[:-1] not in wrong.content.decode()


def test_old_codes_and_sessions_are_forgotten_and_keys_turn() -> None:
    citizens.signed_in()
    assert services.forget(wall=NOW + timedelta(days=2)) > 0 and not Code.objects.exists()
    assert Session.objects.exists() and services.rotate_identities() == 0


@pytest.mark.django_db(transaction=True)
def test_two_who_bring_one_code_at_once_are_one_session() -> None:
    token, code = send()

    def once(_: int) -> bool:
        try:
            bring(token, code, NOW.astimezone(UTC))
        except services.CodeWrong:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(once, range(4))) == [False, False, False, True]
    assert Session.objects.count() == 1 and Visitor.objects.count() == 1


def test_a_claim_says_what_its_kind_needs() -> None:
    actor = citizens.visitor()
    with pytest.raises(services.ClaimIncomplete) as refused:
        citizens.claim(actor, Claim(relation=Relation.AGENT, code="913399", name="沈", id_number="1"))
    assert {reason.code for reason in refused.value.reasons} == {"code", "name", "number", "paper", "until"}
