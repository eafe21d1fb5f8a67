"""Who opens which paper: what the party handed in is for the department that handles the case."""

from datetime import datetime, timedelta

import pytest

from kernel.actor import Actor, Role
from redblack.models import Paper
from redblack.selectors.exits import PaperNotFound
from redblack.selectors.proceedings import NoSuchPaper
from redblack.services import deciding, hearing, proceedings
from redblack.services.exit_papers import read_paper
from tests.factories import accounts
from tests.factories import proceedings as make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_what_the_party_handed_in_is_not_read_over_the_entry(now: datetime) -> None:
    at = make.bench()
    made = make.served(at, now=now - 14 * DAY)
    statement = hearing.record_statement(
        proceeding_id=made,
        received_on=(now - 10 * DAY).date(),
        way="书面",
        text="情况不实",
        upload=make.paper("申辩书.pdf"),
        actor=at.clerk,
        now=now - 10 * DAY,
    )
    hearing.answer_statement(statement_id=statement, accepted=False, answer="不成立", actor=at.clerk, now=now)
    deciding.submit(proceeding_id=made, actor=at.clerk, now=now)
    entry = make.decide(made, at, now=now)
    papers = {one.kind: one.pk for one in Paper.objects.filter(proceeding_id=made)}
    window = accounts.actor(Role.CLERK, department=at.department)
    office = accounts.actor(Role.CREDIT_OFFICE)

    def over_the_entry(kind: str, actor: Actor) -> str:
        return read_paper(entry_id=entry, paper_id=papers[kind], actor=actor, now=now)[0]

    for actor in (window, office, at.clerk):
        assert "列入决定书" in over_the_entry("列入决定书", actor)
        assert "列入事先告知书" in over_the_entry("列入事先告知书", actor)
        with pytest.raises(PaperNotFound):
            over_the_entry("其他", actor)
    for actor in (window, office):
        with pytest.raises(NoSuchPaper):
            proceedings.open_paper(paper_id=papers["其他"], actor=actor, now=now)
    assert proceedings.open_paper(paper_id=papers["列入决定书"], actor=office, now=now)
    for actor in (at.clerk, at.reviewer):
        assert proceedings.open_paper(paper_id=papers["其他"], actor=actor, now=now)[0] == "申辩书.pdf"
