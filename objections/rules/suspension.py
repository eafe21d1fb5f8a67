"""What an accepted objection does to the measures of what it is about, and when it is the same again. Pure."""

import hashlib
import re
import unicodedata

from objections.rules.kinds import Kind, Target
from redblack.rules.disputes import SUSPENDING

SPACES = re.compile(r"[\s\W_]+")


def rests_at_once(
    kind: Kind, *, target: Target, own_term: bool, court: bool, same_again: bool, by_rule_set: bool
) -> bool:
    """Whether the punitive measures rest from the moment of acceptance. The mark itself is always set.

    河南省社会信用条例 第四十一条 (the mark). Wrong subject and over term suspend at once; a dispute of facts,
    conditions or process leaves it to the authority. A limit that a statute or a decision fixes (`own_term`) and a
    court's list are marked only; the same facts again suspend nothing (invariant I4). `by_rule_set`: the area's rule
    lets every measure rest while it is verified (县级实施方案 第二十一条: 联合惩戒措施在信息核实期间暂不执行).
    """
    if target is Target.CHECK or own_term or court or same_again:
        return False
    return by_rule_set or kind.ground in SUSPENDING


def may_rest_by_decision(*, own_term: bool, court: bool, same_again: bool) -> bool:
    """Whether the authority may let the measures rest by a decision of its own.

    实施方案（二十一）: while facts are disputed the authority decides. Never a statutory ban, never a court's list.
    The same facts again give it no new occasion (invariant I4).
    """
    return not (own_term or court or same_again)


def digest_of(claim: str) -> str:
    """The same claim in other spacing, width or punctuation has the same digest."""
    text = SPACES.sub("", unicodedata.normalize("NFKC", claim)).casefold()
    return hashlib.sha256(text.encode()).hexdigest()
