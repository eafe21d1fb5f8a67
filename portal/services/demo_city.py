"""Loading the demo story: the cast by its fixed script, the background by the seeded generator.

Everything runs through the real services, in the order of time, each with the moment at which it happened. One
transaction: the story is there as a whole or not at all.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from accounts.selectors import actor_of_user, clients, department_by_code, users
from accounts.services import create_user, register_client
from audit.services import record
from collection.selectors import source_ids
from collection.services import mark_loaded
from kernel.actor import Role
from kernel.names import name_key
from office.selectors import calendar
from portal.events import StoryOpened
from portal.models import DemoStory
from portal.rules import city
from portal.rules.story import open_story
from portal.services.cases_story import plan_cases
from portal.services.exchange_story import plan_exchange
from portal.services.files import demo
from portal.services.repair_story import plan_repair
from portal.services.reporting_story import is_recent, plan_monthly, plan_reports
from portal.services.roster_story import keep_roster
from portal.services.telling import (
    LOADER,
    Telling,
    plan_background_entry,
    plan_background_penalty,
    plan_entry,
    plan_penalty,
    receiving,
)
from screening.services.replaying import mark_revisions
from subjects.rules.rows import Row
from subjects.services.loading import load_rows
from subjects.services.persons import register_person
from subjects.services.posts import add_responsible
from subjects.services.registration import register_organisation

FIRMS = 20_000
ENTRIES = 1_200
PENALTIES = 600
ON_ROSTER = 40  # background firms beside the cast, on the roster of 市应急管理局
HERE = ("L1", "L3", "L8", "P-FOOD", "P-BID", "P-GEN")  # registered on the platform: always current once opened
OPENED = "T-420"  # the platform took up its work


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What the story holds. `new` False: it was there already and nothing was changed."""

    working_day: date
    opened_on: date
    firms: int
    entries: int
    penalties: int
    new: bool


@transaction.atomic
def load_story(*, today: date, now: datetime, firms: int = FIRMS) -> Loaded:
    """Load the cast and a city of `firms` enterprises around the last working day. Loaded before: nothing changes."""
    known = DemoStory.objects.first()
    if known is not None:
        return Loaded(
            working_day=known.working_day,
            opened_on=known.opened_on,
            firms=known.firms,
            entries=0,
            penalties=0,
            new=False,
        )
    telling = Telling(open_story(today, calendar()))
    _create_people(telling, now=now)
    opened = telling.story.moment(OPENED)
    _register_cast(telling, opened)
    background = _register_city(telling, firms, opened)
    _open_sources(telling, opened)
    share = min(1.0, firms / FIRMS)
    entries = city.entries(background, round(ENTRIES * share))
    penalties = city.penalties(background, round(PENALTIES * share))
    for one in demo("cast")["penalties"]:
        plan_penalty(telling, one)
    for one in demo("cast")["entries"]:
        plan_entry(telling, one)
    for penalty in penalties:
        if not is_recent(penalty):
            plan_background_penalty(telling, penalty)
    plan_reports(telling, [p for p in penalties if is_recent(p)], {firm.uscc: firm.name for firm in background})
    cast_firms = [(one["uscc"], one["name"]) for one in demo("cast")["subjects"]]
    plan_monthly(telling, cast_firms)
    plan_repair(telling)
    for entry in entries:
        plan_background_entry(telling, entry)
    for one in demo("cast")["received"]:
        for at in one["at"]:
            telling.plan(telling.story.moment(at), receiving(telling, one["list"]))
    plan_exchange(telling)
    plan_cases(telling)
    telling.play()
    _open_sources(telling, telling.story.moment("D-0 00:10"))
    members = cast_firms + [(firm.uscc, firm.name) for firm in background[:ON_ROSTER]]
    keep_roster(telling=telling, members=members, now=now)
    mark_revisions(clock=lambda: now)
    story = telling.story
    DemoStory.objects.create(
        working_day=story.working_day, opened_on=story.opened_on, seed=city.SEED, firms=firms, loaded_at=now
    )
    fact = StoryOpened(story.working_day.isoformat(), firms, len(entries), len(penalties))
    record(fact, about="portal.story:1", actor=LOADER, now=now)
    return Loaded(
        working_day=story.working_day,
        opened_on=story.opened_on,
        firms=firms,
        entries=len(entries) + len(demo("cast")["entries"]),
        penalties=len(penalties) + len(demo("cast")["penalties"]),
        new=True,
    )


def _create_people(telling: Telling, *, now: datetime) -> None:
    people = demo("users")
    known = {user.username: user for name in people["users"] for user in users(text=name["username"])}
    for one in people["users"]:
        if one["username"] not in known:
            create_user(
                username=one["username"],
                display_name=one["display_name"],
                department_id=department_by_code(one["department"]).id,
                password=people["password"],
                roles=[Role(role) for role in one["roles"]],
                must_change_password=False,
                actor=LOADER,
                now=now,
            )
        [user] = [u for u in users(text=one["username"]) if u.username == one["username"]]
        telling.actors[one["username"]] = actor_of_user(user)
    there = {client.code for client in clients()}
    for one in people["clients"]:
        if one["code"] not in there:
            register_client(
                code=one["code"],
                name=one["name"],
                department_id=department_by_code(one["department"]).id,
                scopes=one["scopes"],
                secret=one["secret"],
                actor=LOADER,
                now=now,
            )


def _register_cast(telling: Telling, opened: datetime) -> None:
    cast = demo("cast")
    for one in cast["subjects"]:
        telling.subjects[one["key"]] = telling.subjects[one["uscc"]] = register_organisation(
            kind="legal_person",
            name=one["name"],
            uscc=one["uscc"],
            registered_on=one["registered_on"],
            division_code=one["division_code"],
            actor=LOADER,
            now=opened,
        )
    for one in cast["persons"]:
        telling.persons[one["key"]] = register_person(
            name=one["name"], id_kind=one["id_kind"], id_number=one["id_number"], actor=LOADER, now=opened
        )
    for one in cast["responsibilities"]:
        add_responsible(
            organisation_id=telling.subjects[one["organisation"]],
            person_id=telling.persons[one["person"]],
            post=one["post"],
            valid_from=one["valid_from"],
            valid_until=None,
            actor=LOADER,
            now=opened,
        )


def _register_city(telling: Telling, firms: int, opened: datetime) -> list[city.Enterprise]:
    taken = {one["uscc"] for one in demo("cast")["subjects"]}
    background = city.enterprises(firms, until=telling.story.working_day, taken=taken)
    rows = [
        Row(number, e.name, name_key(e.name), e.uscc, e.kind, e.registered_on, e.division_code)
        for number, e in enumerate(background, start=1)
    ]
    load_rows(rows=rows, source="演示城市", actor=LOADER, now=opened)
    with connection.cursor() as cursor:
        cursor.execute("SELECT uscc, id FROM subjects_pub_subject WHERE uscc = ANY(%s)", [[r.uscc for r in rows]])
        telling.subjects |= dict(cursor.fetchall())
    return background


def _open_sources(telling: Telling, moment: datetime) -> None:
    """State that what is registered on the platform itself is complete as of now."""
    ids = source_ids()
    for code in HERE:
        mark_loaded(
            source_id=ids[code],
            version=f"平台登记 {moment:%Y-%m-%d}",
            loaded_at=moment,
            rows=telling.held.get(code, 0),
            held=False,
            actor=LOADER,
            now=moment,
        )
