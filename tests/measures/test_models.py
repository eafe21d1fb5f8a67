from datetime import date

import pytest

from measures.models import (
    BasicList,
    BasicMeasure,
    Basis,
    Calls,
    Conduct,
    MeasureItem,
    MeasureList,
    Memorandum,
    OriginalMeasure,
)
from office.models import LegalDocument
from tests.constraints import assert_each_is_broken, assert_refused, cases
from tests.factories import measures as make
from tests.factories.collection import source

pytestmark = pytest.mark.django_db


def item(**fields):
    """A draft, or published from `rev_from`, or replaced at `rev_to`, unless `state` says otherwise."""
    revisions = (fields.get("rev_from"), fields.get("rev_to"))
    given = {
        "state": "draft" if revisions == (None, None) else "published" if revisions[1] is None else "replaced",
        "code": "x",
        "matter_name": "x",
        "basis_text": "x",
        "target_text": "x",
        "content": "x",
        "stages": ["before"],
        "reward": False,
        "kind": 1,
        "wording": "依法应当",
        "term_text": "x",
    }
    return MeasureItem.objects.create(**given | fields)


def twice(make_one):
    for _ in range(2):
        make_one()


def same_basis_twice():
    document = LegalDocument.objects.get(code=make.document())
    of = item()
    twice(lambda: Basis.objects.create(item=of, document=document, article="第一条"))


def same_call_twice():
    of, on = item(), source()
    twice(lambda: Calls.objects.create(item=of, source_id=on))


def same_number_twice():
    of = Memorandum.objects.create(code="x", title="x")
    twice(lambda: OriginalMeasure.objects.create(memorandum=of, number=1, label="x", reward=False))


def same_conduct_twice():
    of = Memorandum.objects.create(code="x", title="x")
    twice(lambda: Conduct.objects.create(memorandum=of, number=1, label="x"))


def basic(**fields):
    of, _ = BasicList.objects.get_or_create(code="x", defaults={"title": "x", "edition": "x", "confidence": "G"})
    given = {"number": 1, "kind": 1, "label": "x", "confidence": "G"}
    return BasicMeasure.objects.create(basic_list=of, **given | fields)


OWN = {"own_document_no": "江建规〔2026〕1号", "own_article": "第三条", "own_until": date(2027, 6, 7)}


def continues(**missing):
    return item(rev_from=1, continues=True, **OWN | missing)


def replaces_itself():
    one = Memorandum.objects.create(code="x", title="x")
    Memorandum.objects.filter(pk=one.pk).update(replaces=one)


def backwards():
    days = {"effective_from": date(2026, 1, 2), "effective_until": date(2026, 1, 1)}
    BasicList.objects.create(code="x", title="x", edition="x", confidence="G", **days)


BREACHES = {
    "measures_memorandum_replaces_another": replaces_itself,
    "measures_basiclist_term_in_order": backwards,
    "measures_basicmeasure_confirmed_iff_by": lambda: basic(confirmed_by="user:a"),
    "measures_conduct_once_per_number": same_conduct_twice,
    "measures_basicmeasure_once_per_number": lambda: twice(basic),
    "measures_basicmeasure_kind_known": lambda: basic(kind=4),
    "measures_item_one_draft": lambda: twice(item),
    "measures_item_state_follows_revisions": lambda: item(rev_from=1, state="draft"),
    "measures_item_published_by_another": lambda: item(rev_from=1, drafted_by="user:a", reviewed_by="user:a"),
    "measures_item_continues_on_own_document": lambda: continues(own_document_no=""),
    "measures_originalmeasure_once_per_number": same_number_twice,
    "measures_item_one_published": lambda: twice(lambda: item(rev_from=1)),
    "measures_item_wording_known": lambda: item(wording="必须"),
    "measures_item_verb_known": lambda: item(verb="应当"),
    "measures_item_class_3_by_themselves": lambda: item(rev_from=1, kind=3),
    "measures_item_punishment_has_kind": lambda: item(rev_from=1, kind=None),
    "measures_item_reward_only_offers": lambda: item(reward=True, kind=None),
    "measures_item_stages_known": lambda: item(stages=["before", "later"]),
    "measures_item_revisions_in_order": lambda: item(rev_from=5, rev_to=5),
    "measures_basis_once": same_basis_twice,
    "measures_calls_once": same_call_twice,
    "measures_list_one_row": lambda: MeasureList.objects.create(pk=False),
}
MORE = {
    "fourth-kind": ("measures_item_punishment_has_kind", lambda: item(kind=4)),
    "reward-with-kind": ("measures_item_punishment_has_kind", lambda: item(reward=True, kind=1, wording="可以提供")),
    "punishment-offered": ("measures_item_reward_only_offers", lambda: item(wording="可以提供")),
    "published-without-wording": ("measures_item_wording_known", lambda: item(rev_from=1, wording="")),
    "class-1-left-to-themselves": (
        "measures_item_class_3_by_themselves",
        lambda: item(rev_from=1, wording="供参考，自主决定"),
    ),
    "withdrawn-never-published": ("measures_item_revisions_in_order", lambda: item(rev_to=5)),
    "published-without-revision": ("measures_item_state_follows_revisions", lambda: item(state="published")),
    "published-and-closed": (
        "measures_item_state_follows_revisions",
        lambda: item(rev_from=1, rev_to=2, state="published"),
    ),
    "a-draft-and-one-in-review": ("measures_item_one_draft", lambda: (item(), item(state="in_review"))),
    "published-by-nobody": ("measures_item_published_by_another", lambda: item(rev_from=1, drafted_by="user:a")),
    "continues-without-article": ("measures_item_continues_on_own_document", lambda: continues(own_article="")),
    "continues-without-end": ("measures_item_continues_on_own_document", lambda: continues(own_until=None)),
}


@cases(BREACHES)
def test_refused(name: str) -> None:
    assert_refused(name, BREACHES[name])


@pytest.mark.parametrize("case", MORE)
def test_refused_in_other_ways(case: str) -> None:
    assert_refused(*MORE[case])


def test_what_is_whole_is_taken() -> None:
    item(state="discarded", kind=None, wording="")
    item(code="half", kind=None, wording="")
    item(code="v", rev_from=1, kind=3, wording="供参考，自主决定")
    item(code="r", rev_from=1, reward=True, kind=None, wording="可以提供")
    item(code="y", rev_from=1, drafted_by="user:a", reviewed_by="user:b")
    item(code="z", rev_from=1, drafted_by="system:initial")
    continues(code="w")


def test_all_are_here() -> None:
    assert_each_is_broken("measures", BREACHES)
