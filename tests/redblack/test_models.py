from datetime import date

import pytest

from redblack.models import Binding, Dispute, Entry, ListType
from redblack.rules.lists import LegalStatus, Origin
from tests.constraints import assert_each_is_broken, assert_refused, cases
from tests.factories import redblack as make
from tests.factories.accounts import LONG_AGO
from tests.factories.collection import source
from tests.factories.screening import firm
from tests.redblack import breaches

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


def list_type(**fields):
    given = {
        "code": "x",
        "title": "x",
        "kind": "serious",
        "origin": "本级认定",
        "legal_status": "停用",
        "initiator": "某局",
    }
    return ListType.objects.create(**given | fields)


def entry(times: int = 1, **fields):
    """Rows past every service: whole papers but for what is said."""
    given = {
        "list_type_id": fields.pop("list_type_id", None) or make.list_type().id,
        "origin": "本级认定",
        "reward": False,
        "subject_id": 1,
        "document_no": "某文",
        "authority": "某局",
        "ground": "x",
        "legal_basis": "某法",
        "notice_served_on": date(2026, 2, 1),
        "decided_on": DAY,
        "effective_from": DAY,
        "effective_until": date(2029, 3, 1),
        "registered_at": LONG_AGO,
    }
    return [Entry.objects.create(**given | fields) for _ in range(times)][-1]


RED = {"reward": True, "notice_served_on": None, "publicised_from": DAY, "publicised_until": DAY}
RELEASED = {"released_on": DAY, "release_kind": "提前移出", "release_reason": "x"}


def dispute(times: int = 1, **fields):
    of = entry()
    for _ in range(times):
        Dispute.objects.create(**{"entry": of, "ground": "主体错误", "marked_on": DAY, "suspended": True} | fields)


def binding(**fields):
    held = Binding.objects.get(entry_id=make.entry(make.list_type().code, firm()))
    held.pk = None
    for name, value in fields.items():
        setattr(held, name, value)
    held.save(force_insert=True)


BREACHES = breaches.BREACHES | {
    "redblack_listtype_kind_known": lambda: list_type(kind="black"),
    "redblack_listtype_origin_known": lambda: list_type(origin="外部数据"),
    "redblack_listtype_status_known": lambda: list_type(legal_status="有效"),
    "redblack_listtype_rank_known": lambda: list_type(basis_rank=8),
    "redblack_listtype_current_has_basis_and_source": lambda: list_type(legal_status="现行", legal_basis="某法"),
    "redblack_listtype_merged_is_over_and_elsewhere": lambda: list_type(merged_into_id=make.list_type().id),
    "redblack_entry_states_document_authority_basis": lambda: entry(document_no=""),
    "redblack_entry_has_end_or_exit": lambda: entry(effective_until=None),
    "redblack_entry_black_here_after_notice": lambda: entry(notice_served_on=None),
    "redblack_entry_red_here_after_publicity": lambda: entry(**RED | {"publicised_until": None}),
    "redblack_entry_term_in_order": lambda: entry(effective_until=date(2026, 3, 1)),
    "redblack_entry_release_is_whole": lambda: entry(**RELEASED | {"release_reason": ""}),
    "redblack_entry_one_open_per_decision": lambda: entry(
        2, list_type_id=make.list_type(origin=Origin.COURT).id, origin="法院推送"
    ),
    "redblack_dispute_one_open_per_entry": lambda: dispute(2),
    "redblack_dispute_ended_iff_outcome": lambda: dispute(ended_on=DAY),
    "redblack_binding_one_current_per_entry": binding,
    "redblack_binding_revisions_in_order": lambda: binding(rev_to=0),
    "redblack_binding_suspended_only_if_disputed": lambda: binding(suspended=True, rev_to=99),
}
MORE = breaches.MORE | {
    "no-authority": ("redblack_entry_states_document_authority_basis", lambda: entry(authority="")),
    "no-basis": ("redblack_entry_states_document_authority_basis", lambda: entry(legal_basis="")),
    "decided-before-notice": (
        "redblack_entry_black_here_after_notice",
        lambda: entry(notice_served_on=date(2026, 3, 3)),
    ),
    "no-decision": ("redblack_entry_black_here_after_notice", lambda: entry(decided_on=None)),
    "county-without-notice": (
        "redblack_entry_black_here_after_notice",
        lambda: entry(origin="县级登记", notice_served_on=None),
    ),
    "binds-before-decision": (
        "redblack_entry_black_here_after_notice",
        lambda: entry(effective_from=date(2026, 3, 1)),
    ),
    "red-during-publicity": (
        "redblack_entry_red_here_after_publicity",
        lambda: entry(**RED | {"publicised_until": date(2026, 3, 3)}),
    ),
    "released-without-kind": ("redblack_entry_release_is_whole", lambda: entry(**RELEASED | {"release_kind": ""})),
    "kind-without-release": ("redblack_entry_release_is_whole", lambda: entry(release_kind="更正")),
    "unknown-kind": ("redblack_entry_release_is_whole", lambda: entry(**RELEASED | {"release_kind": "解黑"})),
    "current-without-basis": (
        "redblack_listtype_current_has_basis_and_source",
        lambda: list_type(legal_status="现行", source_id=source(kind="serious")),
    ),
    "outcome-without-end": ("redblack_dispute_ended_iff_outcome", lambda: dispute(outcome="维持")),
}


@cases(BREACHES)
def test_refused(name: str) -> None:
    assert_refused(name, BREACHES[name])


@pytest.mark.parametrize("case", MORE)
def test_refused_in_other_ways(case: str) -> None:
    assert_refused(*MORE[case])


def test_all_are_here() -> None:
    assert_each_is_broken("redblack", BREACHES)


@pytest.mark.parametrize("status", [s for s in LegalStatus if s is not LegalStatus.CURRENT])
def test_no_entry_on_a_list_that_is_not_current(status: LegalStatus) -> None:
    stopped = make.list_type(legal_status=status).id
    assert_refused("redblack_entry_on_current_list", lambda: entry(list_type_id=stopped))


@pytest.mark.parametrize("origin", ["省级下发", "国家下发", "法院推送"])
def test_a_received_entry_needs_no_notice_of_ours(origin: str) -> None:
    entry(origin=origin, notice_served_on=None, decided_on=None)


def test_a_second_entry_by_the_same_document_after_release() -> None:
    first = entry(**RELEASED)
    entry(list_type_id=first.list_type_id)


NO_OVERLAP = "redblack_entry_no_overlap_where_decided_here"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {"effective_from": date(2029, 3, 1), "effective_until": None, "exit_route": "x"}),
        ({"effective_until": None, "exit_route": "x"}, {"effective_from": date(2040, 1, 1), "effective_until": None}),
        (RELEASED | {"released_on": date(2027, 1, 1)}, {"effective_from": date(2026, 12, 31)}),
    ],
    ids=["last-day", "no-end", "day-before-release"],
)
@pytest.mark.parametrize("origin", ["本级认定", "县级登记"])
def test_no_two_terms_where_the_decision_is_made_here(origin: str, first: dict, second: dict) -> None:
    of = entry(origin=origin, **first).list_type_id
    assert_refused(
        NO_OVERLAP, lambda: entry(list_type_id=of, origin=origin, document_no="另文", **{"exit_route": "x"} | second)
    )


def test_a_term_after_the_other_is_none_that_overlaps() -> None:
    of = entry(**RELEASED | {"released_on": date(2027, 1, 1)}).list_type_id
    entry(list_type_id=of, document_no="另文", effective_from=date(2027, 1, 1), effective_until=date(2028, 1, 1))
    entry(list_type_id=of, document_no="又文", effective_from=date(2028, 1, 2))


def test_terms_may_overlap_where_another_decides() -> None:
    of = entry(origin="法院推送").list_type_id
    entry(list_type_id=of, origin="法院推送", document_no="另案")
