"""A seeded generator of the fictional city 江澜市: enterprises with valid codes, list entries and penalties.

Pure: the same seed and size give the same city. Divisions 339901 to 339903 are in no division table, so no code made
here can belong to anybody. Brand characters that look or sound like those of the demo's cast are never used, so that
the background cannot be mistaken for the story.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from kernel.identifiers import USCC_CHARS, uscc_check_char
from portal.rules import city_words as words

SEED = 20261120
DIVISIONS = {"339901": "澜东区", "339902": "澜西区", "339903": "望川县"}
DIVISION_WEIGHTS = (45, 33, 22)
ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714-1997
ORG_VALUES = {char: value for value, char in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
CAST_PREFIX = "MA9K"  # the organisation codes of the cast begin with it; no other does


@dataclass(frozen=True, slots=True)
class Enterprise:
    """One registered subject. kind: legal_person, sole_trader or other_organisation."""

    name: str
    uscc: str
    kind: str
    division_code: str
    registered_on: date
    trade: str


@dataclass(frozen=True, slots=True)
class BackgroundEntry:
    """An entry of a list. Days are counted before T; term_years 0: no end date, the list type's exit route."""

    list_code: str
    uscc: str
    document_no: str
    ground: str
    from_days_before: int
    term_years: int


@dataclass(frozen=True, slots=True)
class BackgroundPenalty:
    """A penalty against an enterprise. `fine_wan`: in ten thousand yuan, as the reporting standard wants it."""

    uscc: str
    authority: str
    document_no: str
    category: str
    content: str
    ground: str
    grade: str
    procedure: str
    days_before: int
    fine_wan: float


def enterprises(count: int, *, seed: int = SEED, until: date, taken: Collection[str] = ()) -> list[Enterprise]:
    """`count` enterprises registered until that day, with unique names and codes, none of them in `taken` codes."""
    random = Random(f"{seed}:enterprises")
    names: set[str] = set()
    codes = set(taken)
    result: list[Enterprise] = []
    while len(result) < count:
        division = random.choices(tuple(DIVISIONS), DIVISION_WEIGHTS)[0]
        kind, trade, name = _name(random, division)
        if name in names:
            continue
        code = _code(random, kind, division)
        if code in codes:
            continue
        names.add(name)
        codes.add(code)
        registered_on = until - timedelta(days=int(random.triangular(30, 9000, 1200)))
        result.append(Enterprise(name, code, kind, division, registered_on, trade))
    return result


def entries(city: list[Enterprise], count: int, *, seed: int = SEED) -> list[BackgroundEntry]:
    """About `count` list entries over L1 to L8, at most one per enterprise and list, each on a plausible document."""
    random = Random(f"{seed}:entries")
    firms = [e for e in city if e.kind == "legal_person"]
    total = sum(plan.share for plan in words.LISTS)
    result = []
    for plan in words.LISTS:
        chosen = random.sample(firms, min(len(firms), round(count * plan.share / total)))
        for number, firm in enumerate(chosen, start=plan.first_number):
            days = random.randint(plan.newest, plan.oldest)
            text = plan.document.replace("{number}", str(number))
            result.append(
                BackgroundEntry(plan.code, firm.uscc, text, random.choice(plan.grounds), days, plan.term_years)
            )
    return result


def penalties(city: list[Enterprise], count: int, *, seed: int = SEED) -> list[BackgroundPenalty]:
    """`count` penalties of the last eleven months, most of them minor or general."""
    random = Random(f"{seed}:penalties")
    numbers = {office.code: 300 for office in words.OFFICES}
    result = []
    for firm in random.choices(city, k=count):
        office = random.choices(words.OFFICES, [o.weight for o in words.OFFICES])[0]
        shape = random.choices(words.SHAPES, [s.weight for s in words.SHAPES])[0]
        numbers[office.code] += 1
        fine = round(random.uniform(*shape.fine_wan), 1) if shape.fine_wan else 0.0
        content = shape.content.replace("{fine}", f"{fine:g}")
        result.append(
            BackgroundPenalty(
                uscc=firm.uscc,
                authority=office.code,
                document_no=f"{office.prefix}〔{{year}}〕{numbers[office.code]}号",
                category=shape.category,
                content=content,
                ground=f"{random.choice(office.grounds)}，{content}",
                grade=shape.grade,
                procedure=shape.procedure,
                days_before=random.randint(3, 330),
                fine_wan=fine,
            )
        )
    return result


def org_check_char(first8: str) -> str:
    """The ninth place of an organisation code. GB 11714-1997: 11 - weighted sum mod 11; 10 is X, 11 is 0."""
    rest = 11 - sum(ORG_VALUES[char] * weight for char, weight in zip(first8, ORG_WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest % 11)


def _code(random: Random, kind: str, division: str) -> str:
    second = {"legal_person": "1", "sole_trader": "2", "other_organisation": "3"}[kind]
    while True:
        first8 = "MA" + "".join(random.choices(USCC_CHARS, k=6))
        if not first8.startswith(CAST_PREFIX):
            break
    first17 = f"9{second}{division}{first8}{org_check_char(first8)}"
    return first17 + uscc_check_char(first17)


def _name(random: Random, division: str) -> tuple[str, str, str]:
    """Kind, trade and name: 行政区划 + 字号 + 行业 + 组织形式, in the orders that the register knows."""
    kind = random.choices(("legal_person", "sole_trader", "other_organisation"), (70, 25, 5))[0]
    brand = _brand(random)
    area = DIVISIONS[division]
    if kind == "sole_trader":
        trade = random.choice(words.SHOPS)
        return kind, trade, f"{area}{brand}{trade}"
    if kind == "other_organisation":
        trade = random.choice(words.FARM_TRADES)
        return kind, trade, f"{area}{brand}{trade}专业合作社"
    trade = random.choices(words.TRADES, words.TRADE_WEIGHTS)[0]
    form = "有限责任公司" if random.random() < 0.08 else "有限公司"
    place = random.random()
    if place < 0.62:
        head = random.choices(("江澜", "江澜市", area.removesuffix("区").removesuffix("县")), (70, 20, 10))[0]
        return kind, trade, f"{head}{brand}{trade}{form}"
    if place < 0.92:
        return kind, trade, f"{brand}{trade}（江澜）{form}"
    return kind, trade, f"江澜{brand}{trade}股份有限公司"


def _brand(random: Random) -> str:
    pattern = random.random()
    if pattern < 0.72:
        return random.choice(words.FIRST) + random.choice(words.SECOND)
    if pattern < 0.9:
        return random.choice(words.FIRST) + random.choice(words.MIDDLE) + random.choice(words.SECOND)
    return random.choice(words.SURNAMES) + random.choice(words.LIKE_A_NAME)


def brands() -> Iterator[str]:
    """Every character that a brand may be made of; the tests hold it against the cast."""
    yield from words.FIRST
    yield from words.MIDDLE
    yield from words.SECOND
    yield from words.SURNAMES
    for name in words.LIKE_A_NAME:
        yield from name
