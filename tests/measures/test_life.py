"""The life of a measure item: drafted by one, rehearsed, published by another, withdrawn."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from kernel.actor import Actor, Role
from kernel.machine import TransitionRefused
from measures import services
from measures.models import MeasureItem, Memorandum, OriginalMeasure
from measures.rules.conditions import ConditionWrong
from measures.rules.content import Article
from measures.rules.states import ITEM_LIFE, ItemState
from measures.selectors import ItemNotFound, draft_as_published, items_of_matter, value_of
from tests.factories import accounts, catalog, collection
from tests.factories import measures as make
from tests.factories.accounts import LONG_AGO, PLATFORM
from tests.facts import facts_about, payload_of
from tests.together import at_once

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 5)
SCENE = {
    "all": [
        {"fact": "grade", "is": "in", "value": ["严重"]},
        {"fact": "stage", "is": "in", "value": ["before"]},
        {"fact": "months_left", "is": ">", "value": 3},
    ]
}


def row(item_id: int) -> MeasureItem:
    return MeasureItem.objects.get(pk=item_id)


def told(matter: str = "MX") -> list[int]:
    return [one.id for one in items_of_matter(matter_code=matter, stage="before", as_of=DAY)]


def reasons(refused: pytest.ExceptionInfo[services.CannotPublish]) -> set[str]:
    assert all(r.message and str(r.source) for r in refused.value.reasons)
    return {r.code for r in refused.value.reasons}


def publish(item_id: int, actor: Actor, now: datetime = LONG_AGO, **changed: object) -> int:
    said = {"seen": make.seen(item_id), "rehearsed": make.figures(item_id)} | changed
    return services.publish(item_id=item_id, actor=actor, now=now, **said)  # type: ignore[arg-type]


def test_from_draft_to_a_published_edition_that_the_next_replaces() -> None:
    writer, reviewer = make.editor(), make.editor()
    first = make.draft(actor=writer, code="Y", matter_code="MX")
    assert told() == [] and (row(first).kind, row(first).wording, row(first).edition) == (2, "依法可以", 1)
    services.submit(item_id=first, seen=make.seen(first), actor=writer, now=LONG_AGO)
    assert told() == []
    publish(first, reviewer)
    assert told() == [first] and row(first).reviewed_by == reviewer.key
    second = services.draft_from_item(item_id=first, actor=writer, now=LONG_AGO)
    assert make.changed(second).content == make.changed(first).content and told() == [first]
    services.save_draft(
        item_id=second,
        value=make.changed(second, condition=SCENE),
        seen=make.seen(second),
        actor=writer,
        now=LONG_AGO,
    )
    services.submit(item_id=second, seen=make.seen(second), actor=writer, now=LONG_AGO)
    publish(second, reviewer)
    assert told() == [second] and (row(first).state, row(second).edition) == ("replaced", 2)
    [one] = items_of_matter(matter_code="MX", stage="before", as_of=DAY)
    assert one == draft_as_published(row(second)) and one.condition is not None
    services.withdraw_item(code="Y", reason="依据废止", actor=writer, now=LONG_AGO)
    assert told() == [] and row(second).state == "withdrawn"
    names = [name for name, _ in facts_about(f"measures.item:{second}")]
    assert names == [
        "measures.item.drafted",
        "measures.draft.saved",
        "measures.item.submitted",
        "measures.item.published",
        "measures.item.withdrawn",
    ]
    assert set(payload_of(f"measures.item:{second}", "measures.item.published")) == {"item_id", "code", "revision"}


def test_a_department_writes_its_own_items_and_the_credit_office_publishes(now: datetime) -> None:
    wmb, other = accounts.actor(Role.UPLOADER), accounts.actor(Role.UPLOADER)
    made = make.in_review(actor=wmb, department_id=wmb.department_id)
    with pytest.raises(services.CannotPublishHere):
        publish(made, wmb)
    with pytest.raises(ItemNotFound):
        services.send_back(item_id=made, note="x", actor=other, now=now)
    with pytest.raises(services.CannotDraft):
        make.draft(actor=wmb, department_id=other.department_id)
    publish(made, make.editor())
    with pytest.raises(services.CannotDraft):  # published is seen by all, and changed by its own department
        services.draft_from_item(item_id=made, actor=other, now=now)


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN])
def test_who_drafts_nothing(role: Role) -> None:
    actor = accounts.actor(role)
    with pytest.raises(services.CannotDraft):
        make.draft(actor=actor, department_id=actor.department_id)


def test_who_wrote_it_does_not_publish_it_and_whoever_saved_last_wrote_it() -> None:
    writer, other = make.editor(), make.editor()
    made = make.in_review(actor=writer)
    with pytest.raises(services.ReviewedByAnother):
        publish(made, writer)
    services.send_back(item_id=made, note="请补充期限", actor=other, now=LONG_AGO)
    assert (row(made).state, row(made).review_note) == ("draft", "请补充期限")
    value = make.changed(made, term_text="一年")
    services.save_draft(item_id=made, value=value, seen=make.seen(made), actor=other, now=LONG_AGO)
    services.submit(item_id=made, seen=make.seen(made), actor=writer, now=LONG_AGO)
    with pytest.raises(services.ReviewedByAnother):
        publish(made, other)
    publish(made, writer)


def test_publishing_quotes_the_figures_of_this_very_wording() -> None:
    made, reviewer = make.in_review(matter_code="MX"), make.editor()
    with pytest.raises(services.NotRehearsed):
        publish(made, reviewer, rehearsed=None)
    with pytest.raises(services.RehearsedAnother):
        publish(made, reviewer, rehearsed=make.figures(made, digest="x"))
    assert told() == []
    publish(made, reviewer, rehearsed=make.figures(made, checks=37, checks_newly=5))
    assert row(made).rehearsed == {
        "digest": make.seen(made),
        "checked_from": "2025-01-05",
        "checked_until": "2026-01-05",
        "checks": 37,
        "checks_newly": 5,
        "checks_no_longer": 0,
        "subjects": 0,
        "subjects_newly": 0,
        "subjects_no_longer": 0,
    }


def test_what_moved_in_the_meantime_is_told() -> None:
    writer = make.editor()
    made = make.draft(actor=writer)
    old = make.seen(made)
    services.save_draft(
        item_id=made, value=make.changed(made, content="新内容"), seen=old, actor=writer, now=LONG_AGO
    )
    with pytest.raises(services.DraftMoved):
        services.save_draft(
            item_id=made, value=make.changed(made, content="另一内容"), seen=old, actor=writer, now=LONG_AGO
        )
    with pytest.raises(services.DraftMoved):
        services.submit(item_id=made, seen=old, actor=writer, now=LONG_AGO)
    again = make.changed(made)
    assert services.save_draft(item_id=made, value=again, seen=old, actor=writer, now=LONG_AGO) == make.seen(made)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"responsible_office": " "}, "blank"),
        ({"stages": []}, "no_stage"),
        ({"basic_id": None, "kind": 2}, "not_listed"),
        ({"verb": ""}, "no_verb"),
        ({"content": "移出后 12 个月内继续取消参评资格"}, "continues_unsaid"),
        ({"term_text": "名单移出后继续执行一年"}, "continues_unsaid"),
        ({"continues": True}, "continues_without_document"),
        ({"reward": True, "means": "推荐应用"}, "no_clean_record"),
    ],
)
def test_what_cannot_be_published_is_refused_when_it_is_submitted(fields: dict[str, object], code: str) -> None:
    writer = make.editor()
    made = make.draft(actor=writer, **fields)
    with pytest.raises(services.CannotPublish) as refused:
        services.submit(item_id=made, seen=make.seen(made), actor=writer, now=LONG_AGO)
    assert code in reasons(refused) and row(made).state == "draft"


def test_kind_1_from_the_national_list_needs_its_rank() -> None:
    writer = make.editor()
    low = [Article(document_code=make.document(rank=7), article="第九条")]
    made = make.draft(actor=writer, basic_id=make.basic(kind=1), articles=low)
    assert row(made).kind == 1
    with pytest.raises(services.CannotPublish) as refused:
        services.submit(item_id=made, seen=make.seen(made), actor=writer, now=LONG_AGO)
    assert reasons(refused) == {"rank_too_low"}


def test_kind_3_is_only_ever_offered() -> None:
    made = make.draft(basic_id=make.basic(kind=3), verb="must")
    assert (row(made).kind, row(made).wording) == (3, "供参考，自主决定")


def test_an_article_without_a_number_or_out_of_force_and_an_old_edition() -> None:
    writer = make.editor()
    lapsed = make.document(effective_until=date(2025, 12, 31))
    articles = [Article(document_code=lapsed, article="第一条"), Article(document_code=make.document(), article=" ")]
    old = make.basic(effective_from=date(2021, 1, 1), until=date(2024, 1, 1))
    made = make.draft(actor=writer, articles=articles, basic_id=old)
    with pytest.raises(services.CannotPublish) as refused:
        services.submit(item_id=made, seen=make.seen(made), actor=writer, now=LONG_AGO)
    assert reasons(refused) == {"basis_lapsed", "no_article", "edition_over"}


def test_an_edition_carries_a_measure_from_its_first_day() -> None:
    value = make.changed(make.draft(basic_id=make.basic(effective_from=date(2030, 1, 1), until=date(2031, 1, 1))))
    assert {one.code for one in services.assess(value=value, on=date(2029, 12, 31)).against} == {"edition_to_come"}
    assert services.assess(value=value, on=date(2030, 1, 1))


def own_term_source() -> int:
    """A kind of record that a published item of the catalogue raises with a term of its own."""
    made = collection.source(code="P-OWN")
    catalog.item(raises=[{"source": "P-OWN", "begins": "DAY", "ends": "DAY", "own_term": True}])
    return made


OWN = {
    "continues": True,
    "own_document_no": "江建规〔2026〕1号",
    "own_article": "第三条",
    "own_until": date(2027, 6, 7),
}


@pytest.mark.parametrize(
    ("missing", "codes"),
    [
        ({}, {"continues_on_a_list"}),
        ({"own_document_no": ""}, {"continues_without_document", "continues_on_a_list"}),
        ({"own_article": " "}, {"continues_without_document", "continues_on_a_list"}),
        ({"own_until": None}, {"continues_without_end", "continues_on_a_list"}),
        ({"own_until": date(2026, 1, 4)}, {"continues_over", "continues_on_a_list"}),
    ],
)
def test_going_on_after_a_release_needs_a_document_an_end_and_a_record_of_its_own(
    missing: dict[str, object], codes: set[str]
) -> None:
    """Scene 9: the civilised-unit office wants to go on for twelve months on the list alone."""
    wmb = accounts.actor(Role.UPLOADER)
    made = make.draft(actor=wmb, department_id=wmb.department_id, **OWN | missing)
    with pytest.raises(services.CannotPublish) as refused:
        services.submit(item_id=made, seen=make.seen(made), actor=wmb, now=LONG_AGO)
    assert reasons(refused) == codes
    assert {r.source.act for r in refused.value.reasons} <= {"河南省社会信用条例", "信用修复管理办法"}


def test_going_on_by_a_record_with_a_term_of_its_own_is_published() -> None:
    made = make.published(triggers=[own_term_source()], matter_code="MX", **OWN)
    [one] = items_of_matter(matter_code="MX", stage="before", as_of=DAY)
    assert (one.id, one.continues, one.own_until) == (made, True, date(2027, 6, 7))


def test_a_record_with_a_term_of_its_own_stands_alone_and_beside_a_list_needs_a_document() -> None:
    own, black, plain = own_term_source(), collection.source(kind="serious"), collection.source()

    def against(triggers: list[int], **fields: object) -> set[str]:
        value = make.changed(make.draft(triggers=triggers, **fields))
        return {one.code for one in services.assess(value=value, on=DAY).against}

    assert against([own]) == against([own, plain]) == against([black, plain]) == set()
    assert against([own, black]) == {"continues_by_a_record"}
    assert against([own, black], **OWN) == set()
    assert against([own, black], **OWN | {"own_document_no": ""}) == {"continues_without_document"}


def test_nothing_changed_is_nothing_to_publish() -> None:
    made, writer = make.published(), make.editor()
    again = services.draft_from_item(item_id=made, actor=writer, now=LONG_AGO)
    with pytest.raises(services.NothingChanged):
        services.submit(item_id=again, seen=make.seen(again), actor=writer, now=LONG_AGO)


def test_one_draft_of_a_code_and_its_code_is_not_taken_twice() -> None:
    made, writer = make.published(code="Y"), make.editor()
    first = services.draft_from_item(item_id=made, actor=writer, now=LONG_AGO)
    with pytest.raises(services.DraftOpen):
        services.draft_from_item(item_id=made, actor=writer, now=LONG_AGO)
    with pytest.raises(services.ItemExists):
        make.draft(code="Y")
    services.discard_draft(item_id=first, actor=writer, now=LONG_AGO)
    assert row(first).state == "discarded"
    services.draft_from_item(item_id=made, actor=writer, now=LONG_AGO)
    with pytest.raises(services.CodeWrong):
        make.draft(code="9 y")


def test_an_item_begun_from_a_memorandum_keeps_its_words_and_a_stub_yields_none() -> None:
    memorandum = Memorandum.objects.create(
        code="BW", title="某合作备忘录", document_number="发改财金〔2018〕331号", subject_text="捐赠人"
    )
    original = OriginalMeasure.objects.create(
        memorandum=memorandum, number=1, label="优先购买服务", reward=True, legal_basis=["慈善法第一条"]
    )
    actor = accounts.actor(Role.UPLOADER)
    made = services.draft_from_original(
        original_id=original.pk, department_id=actor.department_id, actor=actor, now=LONG_AGO
    )
    said = value_of(row(made)).content
    assert (said.content, said.target_text, said.original_id) == ("优先购买服务", "捐赠人", original.pk)
    assert said.basis_text == "慈善法第一条；《某合作备忘录》（发改财金〔2018〕331号）" and said.wording == "可以提供"
    assert said.code == f"QD{actor.department_id}-0001"
    with pytest.raises(services.UnknownOriginal):
        services.draft_from_original(original_id=0, department_id=actor.department_id, actor=actor, now=LONG_AGO)


def test_a_wrong_condition_is_not_even_saved() -> None:
    with pytest.raises(ConditionWrong):
        make.draft(condition={"fact": "grade", "is": "in", "value": ["较重"]})
    with pytest.raises(services.UnknownBasicMeasure):
        make.draft(basic_id=10**9)


def test_what_ships_never_overrules_the_city() -> None:
    source, law = collection.source(), [Article(document_code=make.document(), article="第一条")]
    said = {"code": "Y", "triggers": [source], "articles": law, "matter_code": "MX"}
    department = accounts.department().pk
    shipped = make.item(**said, department_id=department)
    writer = make.editor()
    changed = services.draft_from_item(item_id=shipped, actor=writer, now=LONG_AGO)
    assert row(changed).verb == "must"
    value = make.changed(changed, basic_id=make.basic(kind=1), responsible_office="许可科", organisation="核查")
    services.save_draft(item_id=changed, value=value, seen=make.seen(changed), actor=writer, now=LONG_AGO)
    services.submit(item_id=changed, seen=make.seen(changed), actor=writer, now=LONG_AGO)
    publish(changed, make.editor())
    assert make.item(**said, department_id=department) == changed and told() == [changed]
    services.withdraw_item(code="Y", reason="x", actor=writer, now=LONG_AGO)
    assert make.item(**said, department_id=department) == changed and told() == []


ARROWS = {
    ("submit", ItemState.DRAFT): ItemState.IN_REVIEW,
    ("send_back", ItemState.IN_REVIEW): ItemState.DRAFT,
    ("publish", ItemState.IN_REVIEW): ItemState.PUBLISHED,
    ("replace", ItemState.PUBLISHED): ItemState.REPLACED,
    ("withdraw", ItemState.PUBLISHED): ItemState.WITHDRAWN,
    ("discard", ItemState.DRAFT): ItemState.DISCARDED,
}


@pytest.mark.parametrize("state", ItemState)
@pytest.mark.parametrize("name", sorted(ITEM_LIFE.transitions))
def test_every_arrow_and_every_missing_arrow(name: str, state: ItemState) -> None:
    if (name, state) in ARROWS:
        assert ITEM_LIFE.after(name, state) is ARROWS[name, state]
    else:
        with pytest.raises(TransitionRefused):
            ITEM_LIFE.after(name, state)


@pytest.mark.parametrize("verb", ["submit", "send_back", "publish", "discard"])
def test_a_published_item_is_not_touched(verb: str) -> None:
    made, actor = make.published(), make.editor()
    calls = {
        "submit": lambda: services.submit(item_id=made, seen=make.seen(made), actor=actor, now=LONG_AGO),
        "send_back": lambda: services.send_back(item_id=made, note="x", actor=actor, now=LONG_AGO),
        "publish": lambda: publish(made, actor),
        "discard": lambda: services.discard_draft(item_id=made, actor=actor, now=LONG_AGO),
    }
    with pytest.raises(services.WrongState):
        calls[verb]()
    value = replace(make.changed(made), unless_bad=frozenset())
    with pytest.raises(services.WrongState):
        services.save_draft(item_id=made, value=value, seen=make.seen(made), actor=actor, now=LONG_AGO)


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_one_publishes_and_the_other_is_told() -> None:
    made = make.in_review()
    reviewers = iter([make.editor(), make.editor()])
    pairs = [(actor, make.seen(made), make.figures(made)) for actor in reviewers]
    hands = iter(pairs)

    def one() -> int:
        actor, seen, figures = next(hands)
        return services.publish(item_id=made, seen=seen, rehearsed=figures, actor=actor, now=LONG_AGO)

    outcomes = at_once(one)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["WrongState", "int"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_one_draft_one_does_and_the_other_is_told() -> None:
    made, writers = make.published(), iter([make.editor(), make.editor()])
    outcomes = at_once(lambda: services.draft_from_item(item_id=made, actor=next(writers), now=LONG_AGO))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DraftOpen", "int"]


def test_the_platform_is_no_second_person() -> None:
    made = make.in_review()
    with pytest.raises(services.ReviewedByAnother):
        publish(made, PLATFORM)
