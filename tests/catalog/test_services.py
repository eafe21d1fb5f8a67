"""The life of a version: drafted by one, published by another, never changed, withdrawn."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from audit.models import Event
from catalog import selectors, services
from catalog.models import Item, ItemVersion
from kernel.actor import Actor, Role
from kernel.errors import NotPermitted, Refusal
from tests.factories import accounts
from tests.factories.accounts import LONG_AGO
from tests.factories.catalog import document, draft, editor, in_review, item, item_content, power, seen, upkeep
from tests.facts import facts_about, payload_of

pytestmark = pytest.mark.django_db
NOW = LONG_AGO + timedelta(days=30)


@pytest.fixture
def drafter() -> Actor:
    return editor()


@pytest.fixture
def reviewer() -> Actor:
    return editor()


def row(version_id: int) -> ItemVersion:
    return ItemVersion.objects.select_related("item").get(pk=version_id)


# --- initial data ---------------------------------------------------------------------------------------------------


def test_the_same_again_is_the_same_version_and_a_change_is_the_next() -> None:
    code = item(legal_basis="旧法")
    first = selectors.current_version(code)
    item(code=code, legal_basis="旧法")
    assert selectors.current_version(code) == first
    item(code=code, legal_basis="新法")
    second = selectors.current_version(code)
    assert first and second
    assert second.item_id == first.item_id and second.version_id != first.version_id
    item(code=code, legal_basis="旧法")  # an older edition that ships beside the newer one
    assert selectors.current_version(code) == second
    found = ItemVersion.objects.filter(item_id=first.item_id).order_by("number")
    assert list(found.values_list("number", "legal_basis")) == [(1, "旧法"), (2, "新法")]
    assert [name for name, _ in facts_about(f"catalog.item:{first.item_id}")] == ["catalog.item.published"] * 2


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"legal_basis": ""}, "no_basis"),
        ({"bases": []}, "no_basis"),
        ({"bases": [{"document": "ghost"}]}, "basis_unregistered"),
        ({"information_class": "宗教信仰"}, "unknown_class"),
        ({"name": "居民血型信息"}, "never_collected"),
        ({"raises": [{"source": "P-GHOST", "begins": "DAY"}]}, "raise_wrong"),
    ],
)
def test_what_may_not_be_collected(fields: dict[str, object], code: str) -> None:
    before = Item.objects.count()
    with pytest.raises(services.CannotPublish) as refused:
        item(**fields)
    assert [r.code for r in refused.value.reasons] == [code]
    assert all(str(r.source) and r.message in str(refused.value) for r in refused.value.reasons)
    assert Item.objects.count() == before


def test_a_person_does_not_publish_past_the_review(drafter: Actor) -> None:
    document()
    with pytest.raises(services.CannotEdit):
        services.publish_item(code="x1", content=item_content(), actor=drafter, now=NOW)


def test_nothing_published_is_no_version() -> None:
    assert selectors.current_version("NOWHERE") is None


# --- from the draft to publication ----------------------------------------------------------------------------------


def test_an_item_from_its_draft_to_its_publication(drafter: Actor, reviewer: Actor) -> None:
    document()
    made = services.draft_item(code="night-trade", content=item_content(name="初稿"), actor=drafter, now=LONG_AGO)
    assert row(made).state == "draft" and row(made).number == 1 and selectors.current_version("night-trade") is None
    saw = services.save_draft(
        version_id=made, content=item_content(name="夜间经济信息"), seen=seen(made), actor=drafter, now=NOW
    )
    assert saw == seen(made) and row(made).item.name == "夜间经济信息"
    services.submit(version_id=made, seen=saw, actor=drafter, now=NOW)
    assert row(made).state == "in_review" and row(made).submitted_at == NOW
    services.publish(version_id=made, seen=saw, actor=reviewer, now=NOW)
    published = row(made)
    assert (published.state, published.drafted_by, published.reviewed_by) == (
        "published",
        drafter.key,
        reviewer.key,
    )
    assert published.published_on == date(2026, 2, 4)
    assert selectors.current_version("night-trade") == (published.item_id, made)
    assert [name for name, _ in facts_about(f"catalog.version:{made}")] == [
        "catalog.draft.saved",
        "catalog.item.submitted",
    ]
    assert facts_about(f"catalog.item:{published.item_id}") == [
        ("catalog.item.drafted", drafter.key),
        ("catalog.item.published", reviewer.key),
    ]
    assert payload_of(f"catalog.item:{published.item_id}", "catalog.item.published")["drafted_by"] == drafter.key


def test_the_next_version_stands_beside_the_old_one(drafter: Actor, reviewer: Actor) -> None:
    code = item(name="旧名称")
    old = selectors.current_version(code)
    made = services.draft_version(item_code=code, actor=drafter, now=NOW)
    assert old and selectors.content_of(row(made)) == selectors.content_of(row(old.version_id))
    assert row(made).number == 2 and selectors.current_version(code) == old
    changed = replace(selectors.content_of(row(made)), name="新名称")
    saw = services.save_draft(version_id=made, content=changed, seen=seen(made), actor=drafter, now=NOW)
    assert row(made).item.name == "旧名称"  # until the new one is published
    services.submit(version_id=made, seen=saw, actor=drafter, now=NOW)
    services.publish(version_id=made, seen=saw, actor=reviewer, now=NOW)
    assert selectors.current_version(code) == (old.item_id, made)
    assert row(made).item.name == "新名称" and row(old.version_id).name == "旧名称"
    assert row(old.version_id).state == "published"
    assert selectors.definition_of(old.version_id).item_name == "旧名称"


def test_nobody_publishes_what_he_drafted(drafter: Actor) -> None:
    made = in_review(actor=drafter)
    with pytest.raises(services.ReviewedByAnother):
        services.publish(version_id=made, seen=seen(made), actor=drafter, now=NOW)
    assert row(made).state == "in_review"


def test_who_saved_it_last_has_drafted_it(drafter: Actor, reviewer: Actor) -> None:
    made = draft(actor=drafter)
    saw = services.save_draft(
        version_id=made, content=item_content(name="审核人改过"), seen=seen(made), actor=reviewer, now=NOW
    )
    services.submit(version_id=made, seen=saw, actor=drafter, now=NOW)
    with pytest.raises(services.ReviewedByAnother):
        services.publish(version_id=made, seen=saw, actor=reviewer, now=NOW)
    services.publish(version_id=made, seen=saw, actor=drafter, now=NOW)


def test_the_review_sends_back_with_a_note(drafter: Actor, reviewer: Actor) -> None:
    made = in_review(actor=drafter)
    with pytest.raises(services.NoteMissing):
        services.send_back(version_id=made, note=" ", actor=reviewer, now=NOW)
    services.send_back(version_id=made, note="请补充脱敏规则", actor=reviewer, now=NOW)
    back = row(made)
    assert (back.state, back.review_note, back.submitted_at) == ("draft", "请补充脱敏规则", None)
    services.submit(version_id=made, seen=seen(made), actor=drafter, now=NOW)


def test_what_changed_unseen_is_neither_saved_nor_submitted_nor_published(drafter: Actor, reviewer: Actor) -> None:
    made = draft(actor=drafter)
    old = seen(made)
    content = item_content(name="第二稿")
    new = services.save_draft(version_id=made, content=content, seen=old, actor=reviewer, now=NOW)
    for act in (
        lambda: services.save_draft(
            version_id=made, content=item_content(name="第三稿"), seen=old, actor=drafter, now=NOW
        ),
        lambda: services.submit(version_id=made, seen=old, actor=drafter, now=NOW),
    ):
        with pytest.raises(services.DraftMoved):
            act()
    services.submit(version_id=made, seen=new, actor=reviewer, now=NOW)
    with pytest.raises(services.DraftMoved):
        services.publish(version_id=made, seen=old, actor=drafter, now=NOW)
    assert row(made).name == "第二稿" and row(made).state == "in_review"


def test_the_same_content_again_changes_nothing(drafter: Actor, reviewer: Actor) -> None:
    made = draft(actor=drafter)
    saw = services.save_draft(version_id=made, content=item_content(), seen="stale", actor=reviewer, now=NOW)
    assert saw == seen(made) and row(made).drafted_by == drafter.key
    assert facts_about(f"catalog.version:{made}") == []


def test_a_half_written_draft_is_kept_and_told_everything_when_submitted(drafter: Actor) -> None:
    made = services.draft_item(
        code="half", content=replace(item_content(), fields=(), bases=(), legal_basis=""), actor=drafter, now=NOW
    )
    with pytest.raises(services.CannotPublish) as refused:
        services.submit(version_id=made, seen=seen(made), actor=drafter, now=NOW)
    assert {r.code for r in refused.value.reasons} == {"no_basis", "field_wrong", "role_wrong", "key_missing"}
    assert row(made).state == "draft"


def test_publishing_asks_again_whether_the_basis_is_in_force(drafter: Actor, reviewer: Actor) -> None:
    document("short-lived", title="某办法", short="某办法", effective_until=date(2026, 2, 3))
    made = in_review(actor=drafter, bases=[{"document": "short-lived"}])
    with pytest.raises(services.CannotPublish) as refused:
        services.publish(version_id=made, seen=seen(made), actor=reviewer, now=NOW)  # 2026-02-04
    assert [r.code for r in refused.value.reasons] == ["basis_not_in_force"]


def test_a_version_that_says_the_same_is_not_submitted(drafter: Actor) -> None:
    made = services.draft_version(item_code=item(), actor=drafter, now=NOW)
    with pytest.raises(services.NothingChanged):
        services.submit(version_id=made, seen=seen(made), actor=drafter, now=NOW)


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["", "9abc", "条目", "a", "a b", "x" * 61, "a/b"])
def test_a_code_that_is_none(code: str, drafter: Actor) -> None:
    with pytest.raises(services.CodeWrong):
        services.draft_item(code=code, content=item_content(), actor=drafter, now=NOW)


def test_a_code_that_is_taken(drafter: Actor) -> None:
    with pytest.raises(services.ItemExists):
        services.draft_item(code=item(), content=item_content(), actor=drafter, now=NOW)


def test_one_draft_of_an_item_at_a_time(drafter: Actor, reviewer: Actor) -> None:
    code = item()
    made = services.draft_version(item_code=code, actor=drafter, now=NOW)
    with pytest.raises(services.DraftOpen):
        services.draft_version(item_code=code, actor=reviewer, now=NOW)
    services.discard_draft(version_id=made, actor=drafter, now=NOW)
    assert services.draft_version(item_code=code, actor=reviewer, now=NOW) != made
    with pytest.raises(services.NotPublished):
        services.draft_version(item_code="NOWHERE", actor=drafter, now=NOW)


def test_a_new_item_that_is_given_up_goes_and_frees_its_power(drafter: Actor) -> None:
    made = draft(actor=drafter, code="soon-gone")
    given = Item.objects.get(code="soon-gone")
    derived = power(department=accounts.department(), item=given)
    noted = upkeep(item=given)
    services.discard_draft(version_id=made, actor=drafter, now=NOW)
    assert not Item.objects.filter(code="soon-gone").exists()
    assert not selectors.powers_page(drafter, filters=selectors.PowerFilters(underived=True))[0].item_id
    assert derived and noted
    assert facts_about(f"catalog.version:{made}") == [("catalog.draft.discarded", drafter.key)]


def test_each_state_has_its_verbs(drafter: Actor, reviewer: Actor) -> None:
    given = selectors.current_version(item())
    assert given
    published, waiting, drafted = given.version_id, in_review(actor=drafter), draft(actor=drafter)
    wrong = [
        lambda: services.save_draft(version_id=published, content=item_content(), seen="", actor=drafter, now=NOW),
        lambda: services.save_draft(version_id=waiting, content=item_content(), seen="", actor=drafter, now=NOW),
        lambda: services.submit(version_id=published, seen="", actor=drafter, now=NOW),
        lambda: services.submit(version_id=waiting, seen="", actor=drafter, now=NOW),
        lambda: services.send_back(version_id=drafted, note="x", actor=reviewer, now=NOW),
        lambda: services.send_back(version_id=published, note="x", actor=reviewer, now=NOW),
        lambda: services.publish(version_id=drafted, seen="", actor=reviewer, now=NOW),
        lambda: services.publish(version_id=published, seen="", actor=reviewer, now=NOW),
        lambda: services.withdraw(version_id=drafted, reason="x", actor=reviewer, now=NOW),
        lambda: services.withdraw(version_id=waiting, reason="x", actor=reviewer, now=NOW),
        lambda: services.discard_draft(version_id=waiting, actor=reviewer, now=NOW),
        lambda: services.discard_draft(version_id=published, actor=reviewer, now=NOW),
    ]
    before = Event.objects.count()
    for act in wrong:
        with pytest.raises(services.WrongState) as refused:
            act()
        assert "draft" not in str(refused.value) and "该版本为" in str(refused.value)
    assert Event.objects.count() == before


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CREDIT_OFFICE])
def test_only_the_credit_office_works_on_the_catalogue(role: Role, drafter: Actor) -> None:
    actor, made, given = accounts.actor(role), in_review(actor=drafter), item()
    unit = power(department=accounts.department())
    for act in (
        lambda: services.draft_item(code="xx", content=item_content(), actor=actor, now=NOW),
        lambda: services.draft_version(item_code=given, actor=actor, now=NOW),
        lambda: services.save_draft(version_id=made, content=item_content(), seen="", actor=actor, now=NOW),
        lambda: services.discard_draft(version_id=made, actor=actor, now=NOW),
        lambda: services.submit(version_id=made, seen=seen(made), actor=actor, now=NOW),
        lambda: services.send_back(version_id=made, note="x", actor=actor, now=NOW),
        lambda: services.publish(version_id=made, seen=seen(made), actor=actor, now=NOW),
        lambda: services.withdraw(version_id=made, reason="x", actor=actor, now=NOW),
        lambda: services.file_above(version_id=made, filed_on=NOW.date(), filing_no="x", actor=actor, now=NOW),
        lambda: services.import_powers(rows=[], file_name="x", actor=actor, now=NOW),
        lambda: services.derive_item(power_id=unit, actor=actor, now=NOW),
        lambda: services.note_upkeep(what="law", title="x", happened_on=NOW.date(), actor=actor, now=NOW),
        lambda: services.close_upkeep(upkeep_id=1, outcome="x", actor=actor, now=NOW),
    ):
        with pytest.raises(NotPermitted):
            act()


# --- withdrawal and filing ------------------------------------------------------------------------------------------


def test_nothing_new_comes_under_a_withdrawn_item_and_old_versions_stay(drafter: Actor, reviewer: Actor) -> None:
    code = item(name="第一版")
    first = selectors.current_version(code)
    item(code=code, name="第二版")
    second = selectors.current_version(code)
    assert first and second
    with pytest.raises(services.NotPublished):
        services.withdraw(version_id=first.version_id, reason="依据废止", actor=drafter, now=NOW)
    with pytest.raises(services.NoteMissing):
        services.withdraw(version_id=second.version_id, reason=" ", actor=drafter, now=NOW)
    services.withdraw(version_id=second.version_id, reason="依据废止", actor=drafter, now=NOW)
    gone = row(second.version_id)
    assert (gone.state, gone.withdrawn_on, gone.withdrawn_reason) == ("withdrawn", date(2026, 2, 4), "依据废止")
    assert selectors.current_version(code) is None  # not the first version again
    assert selectors.definition_of(first.version_id).item_name == "第一版"
    made = services.draft_version(item_code=code, actor=drafter, now=NOW)  # it may be taken up again
    assert row(made).number == 3 and row(made).name == "第二版"
    services.submit(version_id=made, seen=seen(made), actor=drafter, now=NOW)
    services.publish(version_id=made, seen=seen(made), actor=reviewer, now=NOW)
    assert selectors.current_version(code) == (first.item_id, made)


def test_a_published_version_is_filed_above(drafter: Actor) -> None:
    given = selectors.current_version(item())
    assert given
    day = date(2026, 2, 4)
    wrong = [
        {"filed_on": date(2026, 1, 4)},  # before it was published
        {"filed_on": date(2026, 2, 5)},  # tomorrow
        {"filing_no": " "},
        {"filing_no": "号" * 61},
    ]
    for changes in wrong:
        said = {"filed_on": day, "filing_no": "江发改信备〔2026〕1号"} | changes
        with pytest.raises(services.FiledWrongly):
            services.file_above(version_id=given.version_id, actor=drafter, now=NOW, **said)
    for number in ("江发改信备〔2026〕1号", "江发改信备〔2026〕2号"):
        services.file_above(version_id=given.version_id, filed_on=day, filing_no=number, actor=drafter, now=NOW)
    assert (row(given.version_id).filed_on, row(given.version_id).filing_no) == (day, "江发改信备〔2026〕2号")
    assert facts_about(f"catalog.version:{given.version_id}") == [("catalog.item.filed", drafter.key)] * 2
    with pytest.raises(services.NotPublished):
        services.file_above(version_id=draft(actor=drafter), filed_on=day, filing_no="x", actor=drafter, now=NOW)


def test_every_refusal_says_what_to_do() -> None:
    refusals = [one for one in vars(services).values() if isinstance(one, type) and issubclass(one, Refusal)]
    assert len(refusals) > 15
    for one in refusals:
        assert one.code.startswith("catalog.") and one.message.endswith("。")
    assert len({one.code for one in refusals}) == len(refusals)
