import pytest

from measures.models import Basis, Calls, MeasureItem, MeasureList, Memorandum, OriginalMeasure
from office.models import LegalDocument
from tests.constraints import assert_each_is_broken, assert_refused, cases
from tests.factories import measures as make
from tests.factories.collection import source

pytestmark = pytest.mark.django_db


def item(**fields):
    given = {
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


BREACHES = {
    "measures_originalmeasure_once_per_number": same_number_twice,
    "measures_item_one_published": lambda: twice(lambda: item(rev_from=1)),
    "measures_item_wording_known": lambda: item(wording="必须"),
    "measures_item_punishment_has_kind": lambda: item(kind=None),
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
    "withdrawn-never-published": ("measures_item_revisions_in_order", lambda: item(rev_to=5)),
}


@cases(BREACHES)
def test_refused(name: str) -> None:
    assert_refused(name, BREACHES[name])


@pytest.mark.parametrize("case", MORE)
def test_refused_in_other_ways(case: str) -> None:
    assert_refused(*MORE[case])


def test_all_are_here() -> None:
    assert_each_is_broken("measures", BREACHES)
