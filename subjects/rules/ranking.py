"""Which registered names a typed name may mean, best first, and why. Pure.

A name never identifies anybody: what comes out is a list to verify, each line with its reason in words (不变量 I6).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import ratio

from kernel.names import brand_of, core_of, display_name, name_key, only_trade_words
from subjects.rules.kinds import NameKind

LEAST = 55.0  # below it a name is not shown: it only shares common words
EXACT, FORMER, SHORT, SAME_CORE, ONE_APART, SAME_BRAND, CONTAINED, ALL_CHARACTERS = 100, 98, 96, 92, 90, 84, 82, 78


@dataclass(frozen=True, slots=True)
class Listed:
    """A registered name that the index gave back."""

    subject_id: int
    name: str
    key: str
    kind: str


@dataclass(frozen=True, slots=True)
class Question:
    """A typed name, taken apart once."""

    name: str
    key: str
    core: str
    brand: str

    @classmethod
    def of(cls, name: str, regions: Collection[str]) -> "Question":
        key = name_key(name)
        return cls(display_name(name), key, core_of(key, regions), brand_of(key, regions))

    @property
    def too_general(self) -> bool:
        """Nothing to search with: one character, only an organisation form, or only words of trade."""
        return len(self.key) < 2 or not self.core or only_trade_words(self.core)


@dataclass(frozen=True, slots=True)
class Likeness:
    listed: Listed
    score: float
    why: tuple[str, ...]


def likeness(asked: Question, listed: Listed, regions: Collection[str]) -> Likeness:
    """How alike, 0 to 100, and the reasons that a clerk reads."""
    reasons: list[tuple[float, str]] = []
    if listed.key == asked.key:
        reasons.append(_same_key(asked, listed))
    else:
        core, brand = core_of(listed.key, regions), brand_of(listed.key, regions)
        if core == asked.core and core:
            reasons.append((SAME_CORE, "字号和行业一致，地区或组织形式不同"))
        elif brand == asked.brand and len(brand) > 1:
            reasons.append((SAME_BRAND, f"字号相同（{brand}）"))
        distance = Levenshtein.distance(asked.key, listed.key, score_cutoff=2)
        if distance == 1:
            reasons.append((ONE_APART, _one_apart(asked.key, listed.key)))
        elif distance == 2 and len(asked.key) > 5:
            reasons.append((SAME_BRAND, "相差两个字"))
        if asked.core and asked.core in listed.key and core != asked.core:
            reasons.append((CONTAINED, f"名称中含“{asked.core}”"))
        elif asked.core and set(asked.core) <= set(listed.key) and core != asked.core:
            reasons.append((ALL_CHARACTERS, "含全部字符"))
        if listed.kind != NameKind.CURRENT and reasons:
            reasons.append((0, f"与{'曾用名称' if listed.kind == NameKind.FORMER else '简称'}“{listed.name}”相近"))
    nearness = ratio(asked.key, listed.key)
    best = max((score for score, _ in reasons), default=0.0)
    if not reasons and nearness >= LEAST:
        reasons.append((nearness, "文字相近"))
    why = tuple(word for _, word in sorted(reasons, key=lambda pair: -pair[0]))
    # among equal reasons the nearer text comes first; a reason never falls behind mere nearness of text
    return Likeness(listed, round(min(100.0, max(best + nearness / 100, nearness * 0.8)), 2), why)


def _same_key(asked: Question, listed: Listed) -> tuple[float, str]:
    if listed.kind == NameKind.FORMER:
        return FORMER, f"曾用名称一致（{listed.name}）"
    if listed.kind == NameKind.SHORT:
        return SHORT, f"简称一致（{listed.name}）"
    if listed.name == asked.name:
        return EXACT, "名称完全一致"
    return EXACT - 0.5, "名称一致，仅繁简、全半角、括号或组织形式的写法不同"


def _one_apart(asked: str, listed: str) -> str:
    for operation in Levenshtein.editops(asked, listed):
        if operation.tag == "replace":
            return f"相差一个字（“{asked[operation.src_pos]}”与“{listed[operation.dest_pos]}”）"
        if operation.tag == "delete":
            return f"多一个字（“{asked[operation.src_pos]}”）"
        return f"少一个字（“{listed[operation.dest_pos]}”）"
    return "相差一个字"


def ranked(asked: Question, listed: Iterable[Listed], regions: Collection[str], limit: int) -> list[Likeness]:
    """The best name of each subject, at most `limit` subjects."""
    best: dict[int, Likeness] = {}
    for one in listed:
        found = likeness(asked, one, regions)
        if found.why and found.score >= LEAST:
            before = best.get(one.subject_id)
            if before is None or found.score > before.score:
                best[one.subject_id] = found
    return sorted(best.values(), key=lambda one: (-one.score, len(one.listed.key), one.listed.subject_id))[:limit]
