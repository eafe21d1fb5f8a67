"""What an accepted objection does to the measures of an entry, by its ground. Pure."""

from redblack.rules.lists import Ground, Origin

SUSPENDING = frozenset({Ground.WRONG_SUBJECT, Ground.OVER_TERM})


def suspends(ground: Ground, *, origin: Origin, same_facts_before: bool) -> bool:
    """Whether the punitive measures rest while the objection is pending. The mark itself is always set.

    河南省社会信用条例 第四十一条 (the mark). Wrong subject and over term suspend at once; a dispute of facts leaves
    it to the authority; court lists are marked only; the same facts again suspend nothing (invariant I4).
    """
    return ground in SUSPENDING and origin is not Origin.COURT and not same_facts_before
