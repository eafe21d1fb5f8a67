"""Departments with a client system each, which have nothing in common: what one must never learn of another."""

from dataclasses import dataclass, fields

from accounts.models import ClientSystem, Department
from accounts.rules.scopes import SCOPES
from exchange.services.numbering import number_changes
from feedback.models import Due
from feedback.services import open_dues
from kernel.actor import Actor
from redblack.models import ListVersion
from tests.conftest import NOW
from tests.factories import accounts, exchange, intake, measures, received, redblack, rosters, screening
from tests.factories.accounts import PLATFORM

CITY_WIDE = {"lists:deliver_any", "repair:forward", "repair:results", "objections:forward"}  # the province's
UNSHARED = tuple(scope for scope in SCOPES if scope not in CITY_WIDE)


@dataclass(frozen=True, slots=True)
class World:
    """Each value names a thing of that department, and is found nowhere else."""

    client: str  # the code of its system
    matter: str
    number: str  # of a receipt
    item: str  # of the catalogue, which only this department provides
    batch: str
    listed: str  # the code of a list of its own
    version: str  # of a list of its own: the id under which it was received
    subscription: str
    roster: str
    case: str  # a feedback that it owes
    uscc: str  # of a firm that stands on its list, and on no other
    entry: str
    document: str  # the decision that the firm stands there by
    department: str
    named: str  # the case by its number

    def names(self) -> dict[str, str]:
        """Each value beside what it is: for replacing them by it."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


NOWHERE = World(
    client="nobody",
    matter="TM999999",
    number="JL-20991231-999999",
    item="no-such-item",
    batch="999999937",
    listed="X-999999",
    version="999999941",
    subscription="999999943",
    roster="999999947",
    case="HF-2099-999999",
    uscc="91339901MA9YYYYY03",
    entry="999999967",
    document="没有这个文号",
    department="999999983",
    named="AL-999999989",
)


def world(scopes: tuple[str, ...] = UNSHARED) -> World:
    """A new department with one of everything that an interface can name."""
    home = accounts.department()
    system = accounts.client_system(department=home, scopes=scopes)
    black = redblack.list_type(initiator_department_id=home.pk)
    uscc = screening.uscc()
    firm = screening.firm(uscc)
    document = f"某局〔2026〕{home.pk}号"
    entry = redblack.entry(black.code, firm, document_no=document, authority_department_id=home.pk)
    matter = screening.matter(consults=[black.source_id], implementing_department_id=home.pk)
    measures.item(triggers=[black.source_id], matter_code=matter, department_id=home.pk)
    number = screening.ask(matter, uscc, actor=actor_of(system, home), now=NOW).number
    open_dues(number=number, actor=PLATFORM, now=NOW)
    item = intake.penalty_item(f"penalty-{home.pk}", provider_units=[home.code])
    batch = intake.batch(home, item, at=NOW, channel="interface", sender=f"client:{system.code}")
    version = received.held(home, at=NOW)
    ListVersion.objects.filter(pk=version.pk).update(sent_by=f"client:{system.code}")
    opened = exchange.opened(black.code, client=system)
    number_changes(subscription_id=opened.pk, actor=PLATFORM, now=NOW)
    roster = rosters.roster(sources=[black.source_id], department_id=home.pk)
    rosters.members(roster, uscc)
    due = Due.objects.get(number=number)
    return World(
        client=system.code,
        matter=matter,
        number=number,
        item=item,
        batch=str(batch.pk),
        listed=black.code,
        version=str(version.pk),
        subscription=str(opened.pk),
        roster=str(roster.pk),
        case=str(due.pk),
        uscc=uscc,
        entry=str(entry),
        document=document,
        department=str(home.pk),
        named=due.case_number,
    )


def actor_of(system: ClientSystem, home: Department) -> Actor:
    found = accounts.selectors.known_client(system.code)
    assert found is not None and found.actor.department_id == home.pk
    return found.actor
