"""Which registered names a typed name may mean, best first, and why. Pure.

A name never identifies anybody: what comes out is a list to verify, each line with its reason in words (不变量 I6).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from rapidfuzz.distance import OSA, LCSseq
from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extract

from kernel.names import (
    brand_of_core,
    core_of,
    display_name,
    mended_form,
    name_key,
    only_trade_words,
    without_form,
    without_listing_signs,
)
from subjects.rules.kinds import NameKind
from subjects.rules.signs import LONGEST_SHORT, covered, words_of

LEAST, NEAR = 48.0, 55.0  # below it a name is not shown; nearness of the whole text that counts
GOOD, GOOD_SHORT = 82.0, 95.0  # from here on nobody need look deeper; names of up to four characters
EXACT, FORMER, SHORT, SAME_CORE, ONE_APART, SAME_BRAND, CONTAINED, ALL_CHARACTERS = 100, 98, 96, 92, 90, 84, 82, 78
TWO_APART, ABRIDGED = 86, 80
TOLD, LEFT_OVER, NOTHING_LEFT = 3.0, 0.25, 1.0  # of a name that a short one may stand for
SHORT_LENGTH = 8  # characters; a longer name without a form is no short name
LOOKED_AT = 40  # names that are looked at closely, by each of two quick measures
BRANCH_BEHIND, BIG_AHEAD, SAME_FORM_AHEAD, BODY_AHEAD = 2.0, 1.5, 3.0, 2.0
SAME_PLACE_AHEAD, OTHER_PLACE_BEHIND, OTHER_PLACE_FAR = 1.5, 3.0, 9.0  # the last: of a short name
KEPT_FOR_ABRIDGED = 4  # of ten lines, for names that a short one may be made from
PLACE_TAILS = "省市区县"
_LONG_FORMS = ("有限公司", "合作社", "支行", "分公司", "合伙企业", "有限合伙")
_BODIES = tuple("大学 学院 医院 银行 委员会 办公室 协会 联合会 研究所 研究院 出版社 总公司 局 厂".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Listed:
    """A registered name that the index gave back."""

    subject_id: int
    name: str
    key: str
    kind: str


@dataclass(frozen=True, slots=True)
class Question:
    """A typed name, taken apart once. `whole`: without its form; `place` and `core`: its parts; `brand`: 字号."""

    name: str
    key: str
    whole: str
    place: str
    core: str
    brand: str
    is_short: bool

    @classmethod
    def of(cls, name: str, regions: Collection[str]) -> "Question":
        key = name_key(name)
        told = mended_form(key)
        whole = without_form(told)
        is_short = len(whole) <= SHORT_LENGTH and not told.endswith(_LONG_FORMS)
        if is_short:
            told = without_listing_signs(told)
            whole = without_form(told)
        core = core_of(told, regions)
        brand = brand_of_core(core)
        if only_trade_words(core):  # 凤凰传媒 is no media firm of 凤凰县, it is called so; so may be 常州塑料厂
            core = brand = whole
        return cls(display_name(name), key, whole, whole.removesuffix(core), core, brand, is_short)

    @property
    def too_general(self) -> bool:
        """Nothing to search with: one character, only an organisation form, or only words of trade."""
        return len(self.key) < 2 or len(self.core) < 2 or only_trade_words(self.core)


@dataclass(frozen=True, slots=True)
class Likeness:
    listed: Listed
    score: float
    why: tuple[str, ...]
    abridged: bool = False


def likeness(asked: Question, listed: Listed, regions: Collection[str]) -> Likeness:
    """How alike, 0 to 100, and the reasons that a clerk reads."""
    core = core_of(listed.key, regions)
    reasons = [_same_key(asked, listed)] if listed.key == asked.key else _near(asked, listed, core, regions)
    nearness = ratio(asked.key, listed.key)
    if not reasons and (near := ratio(asked.whole, without_form(listed.key))) >= NEAR:
        reasons.append((0.9 * near, "文字相近"))
    best = max((score for score, _ in reasons), default=0.0)
    if listed.kind != NameKind.CURRENT and reasons and listed.key != asked.key:
        reasons.append((0, f"与{'曾用名称' if listed.kind == NameKind.FORMER else '简称'}“{listed.name}”相近"))
    why = tuple(word for _, word in sorted(reasons, key=lambda pair: -pair[0]))
    # among equal reasons the nearer text comes first; a reason never falls behind mere nearness of text
    score = best + nearness / 100
    if listed.key != asked.key:
        score = min(EXACT - 1.0, score + _standing(asked, listed) + _of_place(asked, listed, core))
    abridged = asked.is_short and any("简称" in word for word in why)
    return Likeness(listed, round(max(0.0, min(100.0, score)), 2), why, abridged)


def _near(asked: Question, listed: Listed, core: str, regions: Collection[str]) -> list[tuple[float, str]]:
    reasons: list[tuple[float, str]] = []
    brand = brand_of_core(core)
    if asked.core and _same_core(asked, without_form(listed.key), core):
        reasons.append((SAME_CORE, "字号和行业一致，地区或组织形式不同"))
    elif brand == asked.brand and len(brand) > 1:
        reasons.append((SAME_BRAND, f"字号相同（{brand}）"))
    distance = OSA.distance(asked.key, listed.key, score_cutoff=2)
    if distance == 1:
        reasons.append((ONE_APART, _one_apart(asked.key, listed.key)))
    elif distance == 2 and len(asked.key) > 5:
        reasons.append((TWO_APART, "相差两个字"))
    if asked.core and core != asked.core:
        if asked.is_short and core.startswith(asked.core):
            reasons.append((SAME_BRAND, f"字号以“{asked.core}”开头"))
        elif asked.core in listed.key:
            reasons.append((CONTAINED, f"名称中含“{asked.core}”"))
    short = asked.whole if asked.is_short else asked.core
    if core != asked.core and not core.startswith(short):
        if (abridged := _abridged(short, listed.key, core, regions)) is not None:
            reasons.append((abridged, _how_abridged(short, listed.key)))
        elif set(asked.core) <= set(listed.key):
            reasons.append((ALL_CHARACTERS, "含全部字符"))
    return reasons


def _how_abridged(short: str, key: str) -> str:
    if short in key:
        return "可能是简称"
    told = [(char, next((word for word in words_of(char) if word in key), "")) for char in short if char not in key]
    if told:
        return f"可能是简称（{'，'.join(f'“{char}”指{word}' for char, word in told)}）"
    return f"依次含“{short}”各字，可能是简称"


def _same_core(asked: Question, whole: str, core: str) -> bool:
    """Whether a place at the head, at the end or in brackets, or 中国, is all that is different."""
    if core in (asked.core, f"中国{asked.core}"):
        return True
    theirs, ours = (place.rstrip(PLACE_TAILS) for place in (whole.removesuffix(core), asked.place))
    if ours and core.replace(ours, "", 1) == asked.core:
        return True
    return bool(theirs) and asked.core.replace(theirs, "", 1) == core


def _abridged(short: str, key: str, core: str, regions: Collection[str]) -> float | None:
    """How well a name reads as the long form: from its start, by words that are known, with little left over."""
    if len(short) < 2 or (len(short) > LONGEST_SHORT and LCSseq.similarity(short, key) < len(short)):
        return None
    read = [found for text in {without_form(key), core} if (found := covered(short, text, regions))]
    if not read:
        return None
    known, left = max(read, key=lambda pair: TOLD * pair[0] / len(short) - LEFT_OVER * pair[1])
    begins = any(text.startswith((short[0], *words_of(short[0]))) for text in (key, core))
    score = ABRIDGED + (1.5 if begins else -1.5) + TOLD * known / len(short) - LEFT_OVER * left
    return score + (NOTHING_LEFT if not left else 0.0)


def _standing(asked: Question, listed: Listed) -> float:
    """Who types a short name means the firm, not its branch, and a big firm more often than a small one."""
    change = 0.0
    if "公司" in listed.key[:-2] and not listed.key.endswith("集团") and "公司" not in asked.key[:-2]:
        change -= BRANCH_BEHIND
    if asked.is_short:
        if listed.key.endswith("股份有限公司"):
            change += BIG_AHEAD + (SAME_FORM_AHEAD if asked.key.endswith("股份") else 0.0)
        elif listed.key.endswith(_BODIES):
            change += BODY_AHEAD
        if asked.key.endswith("集团") and "集团" in listed.key:
            change += SAME_FORM_AHEAD
    return change


def _of_place(asked: Question, listed: Listed, core: str) -> float:
    """A name with the place that was typed is nearer, one with another place is farther; one without says nothing."""
    if not asked.place:
        return 0.0
    if asked.place.rstrip(PLACE_TAILS) in listed.key:
        return SAME_PLACE_AHEAD
    if without_form(listed.key) == core:
        return 0.0
    return -OTHER_PLACE_FAR if asked.is_short else -OTHER_PLACE_BEHIND


def _same_key(asked: Question, listed: Listed) -> tuple[float, str]:
    if listed.kind == NameKind.FORMER:
        return FORMER, f"曾用名称一致（{listed.name}）"
    if listed.kind == NameKind.SHORT:
        return SHORT, f"简称一致（{listed.name}）"
    if listed.name == asked.name:
        return EXACT, "名称完全一致"
    return EXACT - 0.5, "名称一致，仅繁简、全半角、括号或组织形式的写法不同"


def _one_apart(asked: str, listed: str) -> str:
    if len(asked) == len(listed) and sorted(asked) == sorted(listed):
        place = next(n for n, pair in enumerate(zip(asked, listed, strict=True)) if pair[0] != pair[1])
        return f"相邻两字颠倒（“{asked[place : place + 2]}”与“{listed[place : place + 2]}”）"
    head = next((n for n, pair in enumerate(zip(asked, listed, strict=False)) if pair[0] != pair[1]), None)
    if len(asked) == len(listed):
        place = head or 0
        return f"相差一个字（“{asked[place]}”与“{listed[place]}”）"
    if len(asked) > len(listed):
        return f"多一个字（“{asked[len(listed) if head is None else head]}”）"
    return f"少一个字（“{listed[len(asked) if head is None else head]}”）"


def worth_a_look(asked: Question, listed: Iterable[Listed]) -> list[Listed]:
    """Those of many names that are near by one of two quick measures: the whole text, or characters in order."""
    found = sorted(listed, key=lambda one: (len(one.key), one.subject_id))
    if len(found) <= LOOKED_AT:
        return found
    keys = [one.key for one in found]
    places = {place for _, _, place in extract(asked.key, keys, scorer=ratio, limit=LOOKED_AT)}
    core = asked.core or asked.key
    places |= {place for _, _, place in extract(core, keys, scorer=LCSseq.similarity, limit=LOOKED_AT)}
    if asked.is_short:
        big = [place for place, key in enumerate(keys) if key.endswith("股份有限公司")]
        places |= {
            big[n] for _, _, n in extract(core, [keys[p] for p in big], scorer=LCSseq.similarity, limit=LOOKED_AT)
        }
    return [found[place] for place in sorted(places)]


def ranked(asked: Question, listed: Iterable[Listed], regions: Collection[str], limit: int) -> list[Likeness]:
    """The best name of each subject, at most `limit` subjects."""
    best: dict[int, Likeness] = {}
    for one in worth_a_look(asked, listed):
        found = likeness(asked, one, regions)
        if found.why and found.score >= LEAST:
            before = best.get(one.subject_id)
            if before is None or found.score > before.score:
                best[one.subject_id] = found
    order = sorted(best.values(), key=lambda one: (-one.score, len(one.listed.key), one.listed.subject_id))
    return _with_abridged(order, limit) if asked.is_short else order[:limit]


def _with_abridged(found: list[Likeness], limit: int) -> list[Likeness]:
    """The first of them, some places kept for those of which the typed name may be the short form."""
    first, kept = found[:limit], KEPT_FOR_ABRIDGED * limit // 10
    abridged = [one for one in found if one.abridged][:kept]
    late = [one for one in abridged if one not in first]
    return [*first[: limit - len(late)], *late]
