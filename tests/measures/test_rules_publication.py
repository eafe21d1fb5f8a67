from typing import Any

import pytest

from kernel.law import Rank
from measures.rules.publication import Draft, may_publish
from measures.rules.wording import wording_for

SUFFICIENT = {Rank.LAW, Rank.ADMINISTRATIVE_REGULATION, Rank.CENTRAL_POLICY, Rank.LOCAL_REGULATION}


def codes(**changed: Any) -> set[str]:
    said: dict[str, Any] = {
        "content": "限制申请",
        "reward": False,
        "kind": 1,
        "wording": "依法应当",
        "ranks": [Rank.LAW],
        "triggers": 1,
        "has_department": True,
    }
    verdict = may_publish(Draft(**said | changed))
    assert all(r.message and str(r.source) for r in verdict.against)
    return {r.code for r in verdict.against}


@pytest.mark.parametrize("rank", Rank)
def test_kind_1_quotes_a_sufficient_rank_directly(rank: Rank) -> None:
    assert codes(ranks=[rank]) == (set() if rank in SUFFICIENT else {"rank_too_low"})


@pytest.mark.parametrize("kind", [2, 3])
@pytest.mark.parametrize("rank", Rank)
def test_kinds_2_and_3_may_rest_on_any_rank(kind: int, rank: Rank) -> None:
    assert codes(kind=kind, ranks=[rank], wording=wording_for(reward=False, kind=kind, verb="may")) == set()


def test_one_sufficient_among_several_is_enough() -> None:
    assert codes(ranks=[Rank.NORMATIVE_DOCUMENT, Rank.LOCAL_REGULATION]) == set()
    assert codes(ranks=[Rank.NORMATIVE_DOCUMENT, Rank.MINISTRY_RULE]) == {"rank_too_low"}


REWARD = {"reward": True, "kind": None, "wording": "可以提供"}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({}, set(), id="whole"),
        pytest.param({"ranks": []}, {"no_basis", "rank_too_low"}, id="no-basis"),
        pytest.param({"kind": 2, "ranks": []}, {"no_basis"}, id="no-basis-kind-2"),
        pytest.param({"kind": None}, {"no_kind"}, id="punishment-without-kind"),
        pytest.param({"triggers": 0}, {"no_trigger"}, id="no-trigger"),
        pytest.param({"has_department": False}, {"no_department"}, id="nobody-implements"),
        pytest.param({"has_department": False, "kind": 3, "wording": "供参考，自主决定"}, set(), id="kind-3-nobody"),
        pytest.param(REWARD, set(), id="reward"),
        pytest.param(REWARD | {"ranks": [Rank.NORMATIVE_DOCUMENT]}, set(), id="reward-on-a-normative-document"),
        pytest.param(REWARD | {"ranks": []}, {"no_basis"}, id="reward-without-basis"),
        pytest.param(REWARD | {"wording": "依法应当"}, {"reward_wording"}, id="reward-as-duty"),
        pytest.param(REWARD | {"wording": "依法可以"}, {"reward_wording"}, id="reward-as-may"),
    ],
)
def test_what_a_measure_must_show(changed: dict[str, Any], expected: set[str]) -> None:
    assert codes(**changed) == expected
