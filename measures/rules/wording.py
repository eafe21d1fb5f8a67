"""What the clerk reads of a measure: from the verb of its article and its class in the national list. Pure."""

MUST = "must"
MAY = "may"
VERBS = {MUST: "应当、不得、禁止", MAY: "可以、有权"}
WORDING_OF_VERB = {MUST: "依法应当", MAY: "依法可以"}
OFFER = "可以提供"
REFERENCE = "供参考，自主决定"
BY_THEMSELVES = 3  # class of what others than public bodies do on their own


def wording_for(*, reward: bool, kind: int | None, verb: str) -> str:
    """依法应当 / 依法可以 / 可以提供 / 供参考，自主决定; "" while the verb of the article is not told.

    国办发〔2020〕49号 失信惩戒措施清单管理: a measure is no stronger than its article. Rewards are offered; class 3
    is done by others than public bodies, on their own; of the rest the article's verb decides.
    """
    if reward:
        return OFFER
    if kind == BY_THEMSELVES:
        return REFERENCE
    return WORDING_OF_VERB.get(verb, "")


def verb_of(wording: str) -> str:
    """The verb that a wording came from; "" where it came from none."""
    return next((verb for verb, said in WORDING_OF_VERB.items() if said == wording), "")
