from datetime import date, datetime

import pytest

from kernel.actor import Role
from kernel.law import Rank
from measures import services
from measures.models import MeasureItem, Memorandum
from measures.selectors import PublishedItem, items_of_matter
from measures.services import Article, Original
from tests.factories import accounts, collection
from tests.factories import measures as make
from tests.factories.accounts import PLATFORM
from tests.facts import facts_about

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)
SUFFICIENT = {Rank.LAW, Rank.ADMINISTRATIVE_REGULATION, Rank.CENTRAL_POLICY, Rank.LOCAL_REGULATION}


def told(
    matter: str = "MX", *, stage: str = "before", on: date = DAY, revision: int | None = None
) -> list[PublishedItem]:
    return items_of_matter(matter_code=matter, stage=stage, as_of=on, revision=revision)


def withdraw(code: str, now: datetime, actor=PLATFORM) -> None:
    services.withdraw_item(code=code, reason="x", actor=actor, now=now)


def test_a_published_item_is_told_at_its_matter_and_stage() -> None:
    source, bad = collection.source(), collection.source()
    made = make.item(code="Y", matter_code="MX", triggers=[source], unless_bad=[bad], stages=["before", "during"])
    for stage in ("before", "during"):
        [one] = told(stage=stage)
        assert (one.id, one.triggers, one.unless_bad) == (made, frozenset({source}), frozenset({bad}))
        assert one.articles[0].startswith("《") and one.articles[0].endswith("》第一条")
    assert told(stage="after") == [] and told("MY") == []
    assert [name for name, _ in facts_about(f"measures.item:{made}")] == ["measures.item.published"]


def test_the_same_again_changes_nothing_and_a_change_replaces() -> None:
    source, department = collection.source(), accounts.department().pk
    said = {"code": "Y", "matter_code": "MX", "triggers": [source], "department_id": department}
    said["articles"] = [Article(document_code=make.document(), article="第一条")]
    first = make.item(**said)
    assert make.item(**said) == first
    before = MeasureItem.objects.get(pk=first).rev_from
    second = make.item(**said, content="新内容")
    assert [(i.id, i.content) for i in told()] == [(second, "新内容")]
    assert [(i.id, i.content) for i in told(revision=before)] == [(first, "限制申请")]
    assert MeasureItem.objects.get(pk=first).rev_to == MeasureItem.objects.get(pk=second).rev_from


def test_a_withdrawn_item_is_never_told(now: datetime) -> None:
    make.item(code="Y", matter_code="MX", triggers=[collection.source()])
    published = MeasureItem.objects.get(code="Y").rev_from
    withdraw("Y", now)
    assert told() == [] and len(told(revision=published)) == 1
    with pytest.raises(services.NotPublished):
        withdraw("Y", now)


def test_a_draft_is_never_told() -> None:
    made = make.item(code="Y", matter_code="MX", triggers=[collection.source()])
    MeasureItem.objects.filter(pk=made).update(rev_from=None, state="draft")
    assert told() == [] and told(revision=10**9) == []


@pytest.mark.parametrize("rank", Rank)
def test_the_database_looks_at_the_rank_again(rank: Rank) -> None:
    """Even where the document's rank was corrected after the publication."""
    law = make.document(code="D")
    basis = [Article(document_code=law, article="第一条")]
    for kind in (1, 2):
        make.item(code=f"Y{kind}", kind=kind, matter_code="MX", triggers=[collection.source()], articles=basis)
    make.document(code="D", title="x", rank=rank)
    assert [i.code for i in told()] == (["Y1", "Y2"] if rank in SUFFICIENT else ["Y2"])


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [(None, None, True), (DAY, DAY, True), (date(2026, 11, 21), None, False), (None, date(2026, 11, 19), False)],
)
def test_a_basis_counts_while_it_is_in_force(first: date | None, last: date | None, shown: bool) -> None:
    law = make.document(effective_from=first, effective_until=last)
    basis = [Article(document_code=law, article="第一条")]
    make.item(code="Y", matter_code="MX", triggers=[collection.source()], articles=basis)
    assert bool(told()) is shown


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"kind": None}, "no_kind"),
        ({"triggers": []}, "no_trigger"),
        ({"department_id": None}, "no_department"),
    ],
)
def test_what_may_not_be_published(fields, code: str) -> None:
    with pytest.raises(services.CannotPublish) as refused:
        make.item(**{"code": "Y", "matter_code": "MX", "triggers": [collection.source()]} | fields)
    assert [r.code for r in refused.value.reasons] == [code]
    assert told() == []


def test_too_low_a_rank_is_refused_with_its_article() -> None:
    low = [Article(document_code=make.document(rank=Rank.NORMATIVE_DOCUMENT), article="")]
    with pytest.raises(services.CannotPublish, match="层级不够") as refused:
        make.item(triggers=[collection.source()], articles=low)
    assert [(r.code, r.source.act) for r in refused.value.reasons] == [("rank_too_low", "国办发〔2020〕49号")]


def test_an_unregistered_document() -> None:
    with pytest.raises(services.UnknownDocument):
        make.item(triggers=[collection.source()], articles=[Article(document_code="NOWHERE", article="")])


@pytest.mark.parametrize("role", Role)
def test_only_the_platform_ships_and_only_the_credit_office_withdraws(role: Role, now: datetime) -> None:
    make.item(code="Y", triggers=[collection.source()])
    actor = accounts.actor(role)
    with pytest.raises(services.CannotPublishHere):
        make.item(triggers=[collection.source()], actor=actor)
    if role is Role.CREDIT_OFFICE:
        with pytest.raises(services.NoteMissing):
            services.withdraw_item(code="Y", reason=" ", actor=actor, now=now)
        return withdraw("Y", now, actor)
    with pytest.raises(services.CannotPublishHere):
        withdraw("Y", now, actor)
    return None


def test_a_memorandum_is_registered_once(now: datetime) -> None:
    one = Original(number=1, label="限制", reward=False, strength="", departments=["市发改委"], legal_basis=["某法"])
    said = {
        "code": "BW",
        "title": "某备忘录",
        "document_number": "",
        "document_number_confirmed": False,
        "issued_on": None,
        "lead": "",
        "signatories": [],
        "subject_text": "",
        "list_numbers": [1],
        "complete": False,
        "actor": PLATFORM,
        "now": now,
    }
    made = services.register_memorandum(**said, measures=[one])
    assert services.register_memorandum(**said, measures=[one]) == made
    assert Memorandum.objects.get(pk=made).decomposed
    assert len(facts_about(f"measures.memorandum:{made}")) == 1
