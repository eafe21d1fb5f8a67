"""Clerks at their windows for the bench: `python -m tools.bench.clerks NUMBER` prints one session cookie a line.

They are logged in as the log-in page does it, without the page: what is measured is the check. Made once.
"""

import sys
from copy import copy

import django

django.setup()

# after setup(): these import models
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db.models.base import ModelState  # noqa: E402

from accounts.models import User  # noqa: E402
from accounts.selectors import department_by_code  # noqa: E402
from accounts.services import create_user  # noqa: E402
from kernel.actor import Role, system  # noqa: E402
from toolkit import clock  # noqa: E402
from tools.bench.city import HALL  # noqa: E402

NAME = "benchclerk{}"
PASSWORD = "Nobody-logs-in-with-this-1"


def clerks(number: int) -> list[User]:
    """The first through the service, the others as copies of him: hashing a password takes longer than a check."""
    first = User.objects.filter(username=NAME.format(0)).first()
    if first is None:
        made = create_user(
            username=NAME.format(0),
            display_name="窗口人员",
            department_id=department_by_code(HALL).id,
            password=PASSWORD,
            roles=[Role.CLERK],
            must_change_password=False,
            actor=system("bench"),
            now=clock.now(),
        )
        first = User.objects.get(pk=made)
    known = {user.username: user for user in User.objects.filter(username__startswith=NAME.format(""))}
    found = []
    for n in range(number):
        user = known.get(NAME.format(n))
        if user is None:
            user = copy(first)
            user._state = ModelState()
            user.pk, user.username = None, NAME.format(n)
            user.save(force_insert=True)
        found.append(user)
    return found


def session_of(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    assert session.session_key
    return session.session_key


if __name__ == "__main__":
    for clerk in clerks(int(sys.argv[1])):
        print(session_of(clerk))
