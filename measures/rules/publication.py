"""What a measure must rest on before anybody is told to apply it. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kernel.law import Rank, Reason, Verdict
from measures.rules.sources import DIRECT_BASIS, EXIT_STOPS_MEASURES, REPAIR_ENDS, UNPUBLISHED_NOT_APPLIED
from measures.rules.wording import BY_THEMSELVES, REFERENCE

SUFFICIENT_FOR_KIND_1 = frozenset(
    {Rank.LAW, Rank.ADMINISTRATIVE_REGULATION, Rank.CENTRAL_POLICY, Rank.LOCAL_REGULATION}
)
PUNITIVE_WORDINGS = frozenset({"依法应当", "依法可以", "供参考，自主决定"})
GOES_ON = re.compile(r"(?:移出|退出|解除|撤销列入)[^，。；]{0,8}后[^。；]{0,20}?(?:继续|仍|个月内|年内|日内)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A measure item as it would be published. `kind` is its class in the national list; None for rewards.

    `triggers`, `own_term_triggers`: how many sources call for it, and how many of these raise records with a
    statutory term of their own. `listed`: how many are lists.
    """

    content: str
    reward: bool
    kind: int | None
    wording: str
    ranks: Sequence[Rank]
    triggers: int
    has_department: bool
    term: str = ""
    own_term_triggers: int = 0
    listed: int = 0
    continues: bool = False
    own_document_no: str = ""
    own_article: str = ""
    own_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """What is demanded beside `Draft` of an item that a person wrote, and not of what ships.

    `blank`: labels of columns that say nothing. `listed_kind`: class of its measure in a basic list; `edition_over`:
    of an edition no longer in force; `edition_to_come`: of one not in force yet. `unless_bad`: how many sources must
    be free of the subject, of a reward.
    """

    blank: Sequence[str] = ()
    stages: int = 0
    without_article: Sequence[str] = ()  # titles of documents that are quoted without an article
    lapsed: Sequence[str] = ()  # titles of documents that are not in force on the day
    listed_kind: int | None = None
    edition_over: bool = False
    edition_to_come: bool = False
    matter_unregistered: bool = False  # column 1 names a matter, and no registered one is chosen
    unless_bad: int = 0


def may_publish(draft: Draft, *, on: date | None = None) -> Verdict:
    """Whether a measure item may be published, and so applied at all. `on`: the day of publication.

    国办发〔2020〕49号 失信惩戒措施清单管理: a measure that reduces rights quotes law, regulation, central policy or
    local regulation directly. 上海市社会信用条例 第三十二条: unpublished measures are not applied.
    河南省社会信用条例 第三十七条, 信用修复管理办法 （国家发展改革委令第36号）: the exit ends the measures.
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
    if not draft.reward and (draft.kind == BY_THEMSELVES) != (draft.wording == REFERENCE) and draft.wording:
        message = "“供参考，自主决定”是且仅是第三类措施（市场主体自主实施）的用语。"
        against.append(Reason("kind_3_wording", DIRECT_BASIS, message))
    if not draft.triggers:
        against.append(Reason("no_trigger", DIRECT_BASIS, "措施没有对应的名单或信息类别，不能发布。"))
    if not draft.has_department and draft.kind != BY_THEMSELVES:
        against.append(Reason("no_department", UNPUBLISHED_NOT_APPLIED, "措施没有实施部门。"))
    return Verdict((*against, *_going_on(draft, on)))


def _going_on(draft: Draft, on: date | None) -> list[Reason]:
    """After a release a department goes on only on a document, article and end date of its own, and on a trigger that
    the release does not end (河南省社会信用条例 第三十七条).

    An item that hangs on a list and on a record with a statutory term of its own would go on by the record unsaid: it
    is demanded there, too. One that hangs on such records alone is a statutory limit with a trigger and a term of its
    own, which no release from a list touches: it stands on its own and needs no other document.
    """
    if not draft.continues:
        if GOES_ON.search(f"{draft.content}；{draft.term}"):
            message = (
                "措施或期限写明名单移出后继续适用。名单移出，措施同时终止；确有本部门独立依据的，"
                "请勾选“移出后继续适用”，并填写本部门的文件、条款和截止日期。"
            )
            return [Reason("continues_unsaid", EXIT_STOPS_MEASURES, message)]
        if draft.own_term_triggers and draft.listed:
            message = (
                "触发来源既有名单，又有自带法定期限的信用信息记录，名单移出后措施会凭该记录继续适用。"
                "请勾选“移出后继续适用”，并填写本部门的文件、条款和截止日期；或者分成两项措施。"
            )
            return [Reason("continues_by_a_record", EXIT_STOPS_MEASURES, message)]
        return []
    against = []
    if not draft.own_document_no.strip() or not draft.own_article.strip():
        message = "名单移出后继续适用的，须有本部门自己的文件和条款，不能只引用已经移出的名单。"
        against.append(Reason("continues_without_document", EXIT_STOPS_MEASURES, message))
    if draft.own_until is None:
        message = "名单移出后继续适用的，须写明本部门文件规定的截止日期。"
        against.append(Reason("continues_without_end", REPAIR_ENDS, message))
    elif on is not None and draft.own_until < on:
        against.append(Reason("continues_over", REPAIR_ENDS, "继续适用的截止日期已经过去，请核对。"))
    if not draft.own_term_triggers:
        message = (
            "触发来源中没有自带法定期限的信用信息记录（如取消投标资格的行政处罚），"
            "名单移出后没有可以继续执行的独立法定限制。"
        )
        against.append(Reason("continues_on_a_list", EXIT_STOPS_MEASURES, message))
    return against


def may_be_submitted(draft: Draft, edited: Edited, *, on: date) -> Verdict:
    """Whether an item that a person wrote may go to the reviewer and be published: `may_publish`, and whole.

    国办发〔2020〕49号 失信惩戒措施清单管理: only what is in the national basic list or a local supplement, in its
    class, by an article. 上海市社会信用条例 第三十二条: what is published says who does what to whom.
    """
    against = list(may_publish(draft, on=on).against)
    if edited.blank:
        against.append(Reason("blank", UNPUBLISHED_NOT_APPLIED, f"没有填写：{'、'.join(edited.blank)}。"))
    if not edited.stages:
        against.append(Reason("no_stage", UNPUBLISHED_NOT_APPLIED, "请选择管理阶段（事前、事中、事后）。"))
    if edited.matter_unregistered:
        message = "“事项名称”写了事项，但没有对应到已登记的政务服务事项。请选择事项；无须申请的，事项名称填“无”。"
        against.append(Reason("matter_unregistered", UNPUBLISHED_NOT_APPLIED, message))
    for title in edited.without_article:
        against.append(Reason("no_article", DIRECT_BASIS, f"依据“{title}”没有写明条款，请写到条。"))
    for title in edited.lapsed:
        against.append(Reason("basis_lapsed", DIRECT_BASIS, f"依据“{title}”今天不在施行期内，不能作为依据。"))
    if draft.reward:
        if not edited.unless_bad:
            message = "激励措施须写明“无在期失信信息”查哪些名单和信息类别。"
            against.append(Reason("no_clean_record", DIRECT_BASIS, message))
        return Verdict(tuple(against))
    if edited.listed_kind is None:
        against = [one for one in against if one.code != "no_kind"]  # the class comes with the measure of the list
        message = "惩戒措施须对应全国失信惩戒措施基础清单或者地方补充清单中的一项，清单以外的不得实施。请选择。"
        against.append(Reason("not_listed", DIRECT_BASIS, message))
    elif edited.listed_kind != draft.kind:
        against.append(
            Reason(
                "other_kind", DIRECT_BASIS, f"对应的清单措施属于第{'零一二三'[edited.listed_kind]}类，类别不一致。"
            )
        )
    if edited.edition_over:
        against.append(Reason("edition_over", DIRECT_BASIS, "所对应的清单版本已不再施行，请改选现行版本中的措施。"))
    if edited.edition_to_come:
        message = "所对应的清单版本尚未施行，请改选现行版本中的措施，或者待其施行后再发布。"
        against.append(Reason("edition_to_come", DIRECT_BASIS, message))
    if not draft.wording:
        against.append(
            Reason("no_verb", DIRECT_BASIS, "请选择依据条文的用语（应当、不得，或者可以），用语由此确定。")
        )
    return Verdict(tuple(against))
