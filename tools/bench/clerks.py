"""Clerks at their windows for the bench: `python -m tools.bench.clerks NUMBER` prints one session cookie a line.

They are logged in as the log-in page does it, without the page: what is measured is the check. Made once.
"""

import sys

import django

django.setup()

# after setup(): these import models
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402

from accounts.models import User  # noqa: E402
from accounts.selectors import department_by_code  # noqa: E402
from accounts.services import create_user  # noqa: E402
from kernel.actor import Role, system  # noqa: E402
from toolkit import clock  # noqa: E402
from tools.bench.city import HALL  # noqa: E402

PASSWORD = "Nobody-logs-in-with-this-1"


def session_of(number: int) -> str:
    name = f"benchclerk{number}"
    user = User.objects.filter(username=name).first()
    if user is None:
        made = create_user(
            username=name,
            display_name=f"窗口{number}号",
            department_id=department_by_code(HALL).id,
            password=PASSWORD,
            roles=[Role.CLERK],
            must_change_password=False,
            actor=system("bench"),
            now=clock.now(),
        )
        user = User.objects.get(pk=made)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    assert session.session_key
    return session.session_key


if __name__ == "__main__":
    for number in range(int(sys.argv[1])):
        print(session_of(number))
