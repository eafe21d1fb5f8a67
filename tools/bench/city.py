"""The bench's city in numbers: how big it is, and the code of each of its subjects."""

from kernel.identifiers import ORG_WEIGHTS, uscc_check_char

SUBJECTS = 5_000_000
ENTRIES = 2_000_000
HALL = "1133990000991057XE"  # the comprehensive window's department
MATTERS = ("M1", "M2", "M3", "M4", "M5")  # those of the windows
CLIENT = "bench"
SECRET = "the-bench-signs-with-this-and-nobody-else-does"


def code(n: int) -> str:
    """The unified code of the nth subject (from 0), both check characters right."""
    digits = f"{n:08d}"
    inner = 11 - sum(int(digit) * weight for digit, weight in zip(digits, ORG_WEIGHTS, strict=True)) % 11
    first17 = f"91339900{digits}{'0123456789X0'[inner]}"
    return first17 + uscc_check_char(first17)
