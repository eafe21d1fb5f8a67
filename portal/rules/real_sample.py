"""What is asked of the real registers: a seeded sample of names and codes as people have them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

SEED = 20261122
FULL_WIDTH = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)})


@dataclass(frozen=True, slots=True)
class Asked:
    """One row of the sample: where it is from, and the name and code as they stand there."""

    origin: str
    name: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What the sample is drawn from: (name, code) pairs, each group complete."""

    loaded: Sequence[tuple[str, str]]  # registered, and loaded by us
    not_loaded: Sequence[tuple[str, str]]  # registered, valid codes, not among ours
    wrong_codes: Sequence[tuple[str, str]]
    lookalikes: Sequence[str]  # names that differ from another by one character
    listed: Sequence[Asked]  # every row of the black lists, as published


SHARES = (  # of the rows that the black lists leave: how they are asked
    ("登记库：代码和名称", 0.40),
    ("登记库：只有代码，写法不规范", 0.14),
    ("登记库：只有名称", 0.10),
    ("库外企业：代码和名称", 0.20),
    ("错误或旧代码", 0.12),
    ("近似名称", 0.04),
)


def draw(stock: Stock, count: int, *, seed: int = SEED) -> list[Asked]:
    """`count` rows: every black-list row (as far as they fit), the rest by share. The same seed, the same sample."""
    random = Random(f"{seed}:sample")
    listed = list(stock.listed)[:count]
    left = count - len(listed)
    sizes = [int(left * share) for _, share in SHARES]
    sizes[0] += left - sum(sizes)
    made: list[Asked] = []
    for (origin, _), size in zip(SHARES, sizes, strict=True):
        made += _group(origin, size, stock, random)
    sample = listed + made
    random.shuffle(sample)
    return sample


def _group(origin: str, size: int, stock: Stock, random: Random) -> list[Asked]:
    if origin == "近似名称":
        return [Asked(origin, name, "") for name in random.choices(stock.lookalikes, k=size)]
    pairs = {"库外企业：代码和名称": stock.not_loaded, "错误或旧代码": stock.wrong_codes}.get(origin, stock.loaded)
    chosen = random.choices(pairs, k=size)
    if origin == "登记库：只有名称":
        return [Asked(origin, name, "") for name, _ in chosen]
    if origin == "登记库：只有代码，写法不规范":
        return [Asked(origin, "", _untidy(code, random)) for _, code in chosen]
    return [Asked(origin, name, code) for name, code in chosen]


def _untidy(code: str, random: Random) -> str:
    """A code as people paste it: lower case, full width, with spaces or a label."""
    return random.choice(
        (
            code.lower(),
            code.translate(FULL_WIDTH),
            f" {code[:6]} {code[6:14]} {code[14:]} ",
            f"统一社会信用代码：{code}",
            f"\u200b{code}\t",
        )
    )
