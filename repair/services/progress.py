"""Progress for whoever has number and code, without signing in; counted, so that nobody works through numbers."""

from datetime import datetime, timedelta

from citizens.rules.limits import Limit
from citizens.services.counting import count
from kernel.errors import NotFound
from repair.models import Application
from subjects.selectors import holder_of

FROM_ONE_ADDRESS = (
    Limit("repair_look", 30, timedelta(minutes=10)),
    Limit("repair_look_day", 200, timedelta(days=1)),
)
AT_ONE_NUMBER = (Limit("repair_tries", 20, timedelta(days=1)),)


class ProgressNotFound(NotFound):
    """One answer for a number that does not exist and for another's code."""

    code = "repair.progress_not_found"
    message = "没有找到该办件，或者编号与统一社会信用代码不一致。请核对后再查。"


def look_up(*, number: str, code: str, address: str, wall: datetime) -> Application:
    """The application of that number about the holder of that code. Tries are counted for the address and for the
    number, whatever comes of them. Raises citizens.services.TooOften, ProgressNotFound.
    """
    count(limits=FROM_ONE_ADDRESS, who=address, wall=wall)
    count(limits=AT_ONE_NUMBER, who=f"repair {number}", wall=wall)
    found = Application.objects.select_related("department").filter(number=number).first()
    if found is None or found.subject_id != holder_of(uscc=code):
        raise ProgressNotFound
    return found
