"""Two at once: one wins, the other is told; nothing is half written."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from catalog import selectors, services
from catalog.models import ItemVersion
from tests.factories import accounts, catalog
from tests.factories.accounts import LONG_AGO
from tests.factories.catalog import editor, item, item_content, seen
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
NOW = LONG_AGO + timedelta(days=30)


def each(*works: Callable[[], Any]) -> list[Any]:
    """Each hand does one of the works; what each of them got, the values first."""
    waiting = list(works)
    outcomes = at_once(lambda: waiting.pop()(), hands=len(works))
    return sorted(outcomes, key=lambda outcome: isinstance(outcome, Exception))


def test_two_who_draft_the_next_version() -> None:
    one, other, code = editor(), editor(), item()
    won, lost = each(
        lambda: services.draft_version(item_code=code, actor=one, now=NOW),
        lambda: services.draft_version(item_code=code, actor=other, now=NOW),
    )
    assert isinstance(lost, services.DraftOpen)
    assert list(ItemVersion.objects.filter(state="draft").values_list("pk", flat=True)) == [won]


def test_two_who_begin_one_item() -> None:
    one, other = editor(), editor()
    won, lost = each(
        lambda: services.draft_item(code="twice", content=item_content(), actor=one, now=NOW),
        lambda: services.draft_item(code="twice", content=item_content(), actor=other, now=NOW),
    )
    assert isinstance(lost, services.ItemExists)
    assert ItemVersion.objects.get(item__code="twice").pk == won


def test_two_who_save_one_draft() -> None:
    one, other = editor(), editor()
    made = catalog.draft(actor=one)
    saw = seen(made)
    won, lost = each(
        *(
            lambda actor=actor, name=name: services.save_draft(
                version_id=made, content=item_content(name=name), seen=saw, actor=actor, now=NOW
            )
            for actor, name in ((one, "甲稿"), (other, "乙稿"))
        )
    )
    assert isinstance(lost, services.DraftMoved) and seen(made) == won


def test_two_reviewers() -> None:
    made = catalog.in_review(actor=editor())
    one, other, saw = editor(), editor(), seen(made)
    won, lost = each(
        lambda: services.publish(version_id=made, seen=saw, actor=one, now=NOW),
        lambda: services.publish(version_id=made, seen=saw, actor=other, now=NOW),
    )
    assert won is None and isinstance(lost, services.WrongState)
    assert ItemVersion.objects.get(pk=made).state == "published"


def test_one_publishes_while_the_other_sends_back() -> None:
    made = catalog.in_review(actor=editor())
    one, other, saw = editor(), editor(), seen(made)
    won, lost = each(
        lambda: services.publish(version_id=made, seen=saw, actor=one, now=NOW),
        lambda: services.send_back(version_id=made, note="再改改", actor=other, now=NOW),
    )
    assert won is None and isinstance(lost, services.WrongState)
    found = ItemVersion.objects.get(pk=made)
    assert (found.state == "published") == (found.reviewed_by != "") == (found.review_note == "")


def test_one_saves_while_the_other_submits() -> None:
    drafter, other = editor(), editor()
    made = catalog.draft(actor=drafter)
    saw = seen(made)
    won, lost = each(
        lambda: services.submit(version_id=made, seen=saw, actor=drafter, now=NOW),
        lambda: services.save_draft(
            version_id=made, content=item_content(name="另一稿"), seen=saw, actor=other, now=NOW
        ),
    )
    assert isinstance(lost, services.WrongState if won is None else services.DraftMoved)
    assert ItemVersion.objects.get(pk=made).state == ("in_review" if won is None else "draft")


def test_a_reviewer_never_publishes_what_he_has_not_read() -> None:
    """Sent back, rewritten and submitted anew while the reviewer's page stood open."""
    drafter, reviewer = editor(), editor()
    made = catalog.in_review(actor=drafter)
    saw = seen(made)
    services.send_back(version_id=made, note="撤回再改", actor=drafter, now=NOW)
    content = item_content(name="改过的稿")
    new = services.save_draft(version_id=made, content=content, seen=saw, actor=drafter, now=NOW)
    services.submit(version_id=made, seen=new, actor=drafter, now=NOW)
    with pytest.raises(services.DraftMoved):
        services.publish(version_id=made, seen=saw, actor=reviewer, now=NOW)
    services.publish(version_id=made, seen=new, actor=reviewer, now=NOW)


def test_two_loads_of_the_initial_data() -> None:
    catalog.document()
    first, second = at_once(lambda: catalog.item(code="shipped"))
    assert first == second == "shipped"
    assert ItemVersion.objects.filter(item__code="shipped").count() == 1
    assert selectors.current_version("shipped") is not None


def test_two_who_derive_one_power() -> None:
    unit = catalog.power(department=accounts.department())
    one, other = editor(), editor()
    won, lost = each(
        lambda: services.derive_item(power_id=unit, actor=one, now=NOW),
        lambda: services.derive_item(power_id=unit, actor=other, now=NOW),
    )
    assert isinstance(lost, services.AlreadyDerived)
    assert ItemVersion.objects.get(item__powers=unit).pk == won


def test_two_who_import_one_list() -> None:
    home = accounts.department()
    rows = [
        (2 + n, {"事项编码": f"A{n}", "事项名称": "某项", "事项类型": "行政许可", "实施部门代码": home.code})
        for n in range(50)
    ]
    one, other = editor(), editor()
    outcomes = each(
        *(
            lambda actor=actor: services.import_powers(rows=rows, file_name="a.xlsx", actor=actor, now=NOW)
            for actor in (one, other)
        )
    )
    done = [o for o in outcomes if not isinstance(o, Exception)]
    assert sum(o.created for o in done) == 50 and sum(o.known for o in done) in (0, 50)
    assert all(isinstance(o, services.ImportedMeanwhile) for o in outcomes if isinstance(o, Exception))
