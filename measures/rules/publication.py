"""What a measure must rest on before anybody is told to apply it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.law import Rank, Reason, Verdict
from measures.rules.sources import DIRECT_BASIS, UNPUBLISHED_NOT_APPLIED

SUFFICIENT_FOR_KIND_1 = frozenset(
    {Rank.LAW, Rank.ADMINISTRATIVE_REGULATION, Rank.CENTRAL_POLICY, Rank.LOCAL_REGULATION}
)
PUNITIVE_WORDINGS = frozenset({"依法应当", "依法可以", "供参考，自主决定"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A measure item as it would be published. `kind` is its class in the national list; None for rewards."""

    content: str
    reward: bool
    kind: int | None
    wording: str
    ranks: Sequence[Rank]
    triggers: int
    has_department: bool


def may_publish(draft: Draft) -> Verdict:
    """Whether a measure item may be published, and so applied at all.

    国办发〔2020〕49号 失信惩戒措施清单管理: a measure that reduces rights quotes law, regulation, central policy or
    local regulation directly. 上海市社会信用条例 第三十二条: unpublished measures are not applied.
    """
    against = []
    if not draft.ranks:
        against.append(Reason("no_basis", UNPUBLISHED_NOT_APPLIED, "措施没有依据条文，不能发布。"))
    if draft.kind == 1 and not SUFFICIENT_FOR_KIND_1.intersection(draft.ranks):
        against.append(
            Reason(
                "rank_too_low",
                DIRECT_BASIS,
                "第一类措施减损权益或增加义务，须直接引用法律、行政法规、中央政策文件或地方性法规；所引依据的层级不够。",
            )
        )
    if not draft.reward and draft.kind is None:
        against.append(Reason("no_kind", DIRECT_BASIS, "惩戒措施须注明在清单中的类别（第一、二、三类）。"))
    if draft.reward and draft.wording in PUNITIVE_WORDINGS:
        against.append(Reason("reward_wording", DIRECT_BASIS, "激励措施的用语应为“可以提供”。"))
    if not draft.triggers:
        against.append(Reason("no_trigger", DIRECT_BASIS, "措施没有对应的名单或信息类别，不能发布。"))
    if not draft.has_department and draft.kind != 3:
        against.append(Reason("no_department", UNPUBLISHED_NOT_APPLIED, "措施没有实施部门。"))
    return Verdict(tuple(against))
