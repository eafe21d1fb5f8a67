"""Verifying a report, for anybody: number, day, edition, whether it still tells the truth, and nothing else."""

from dataclasses import dataclass
from datetime import date, datetime

from kernel.errors import NotFound
from reports import selectors
from reports.rules.issuing import Edition
from reports.rules.truth import LONGEST, PURPOSE, Standing, parts_of, read_number, standing
from screening.services.verifying import count_try
from toolkit import crypto
from toolkit.clock import day_of

PAGE = "/r/"


class CannotVerify(NotFound):
    """One answer for a wrong code, a number that does not exist, an altered digit, another city's report."""

    code = "reports.cannot_verify"
    message = (
        "未能核验：编号与核验码不符，或不是本平台出具的报告。请对照报告重新输入编号和核验码，或扫描报告上的二维码；"
        "仍不能核验的，请向信用服务窗口核实。"
    )


@dataclass(frozen=True, slots=True)
class Verified:
    """All that the public learns; `sha256` is of the file as it was issued, signature and all."""

    number: str
    issued_on: date
    edition: Edition
    standing: Standing
    sha256: str
    as_of: date


def code_of(number: str) -> str:
    """The check code that is printed beside a number."""
    return crypto.check_code(number, purpose=PURPOSE)


def verify(*, number: str, code: str, address: str, now: datetime, wall: datetime) -> Verified:
    """What a report is worth today. `address`: who asks, counted by the machine's own clock (`wall`).

    The code is judged before anything is looked up: without it nobody learns which numbers there are. Raises
    CannotVerify, screening.services.verifying.TooManyTries.
    """
    count_try(address=address, wall=wall)
    if len(number) > LONGEST or len(code) > LONGEST:
        raise CannotVerify
    wanted = read_number(number)
    parts = parts_of(wanted)
    if not crypto.is_check_code(code, wanted, purpose=PURPOSE) or parts is None:
        raise CannotVerify
    try:
        report = selectors.report_numbered(wanted, parts[1])
    except selectors.ReportNotFound as missing:
        raise CannotVerify from missing
    today = day_of(now)
    worth = standing(report.marks, selectors.marks_today(report, on=today))
    return Verified(wanted, report.issued_on, Edition(report.edition), worth, report.file.sha256, today)
