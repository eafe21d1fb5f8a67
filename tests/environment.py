"""The environment of the test process, set before Django reads it. Imported first by conftest.py.

One PostgreSQL and one Valkey per run, which start when the first test wants a database. The process that pytest was
started as plans them and hands the plan to xdist's workers in CREDIT_TEST_ENGINES.
"""

import atexit
import os
from pathlib import Path

from django.conf import settings

from tools import keys
from tools.engines import engine_user
from tools.temporary import Temporary

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
PLAN = "CREDIT_TEST_ENGINES"

assert not settings.configured, "unset DJANGO_SETTINGS_MODULE: the tests choose their own engines"

if PLAN in os.environ:
    folder, port, owner = os.environ[PLAN].split(":")
    ENGINES = Temporary(Path(folder), int(port), int(owner))
else:
    engine_user()
    ENGINES = Temporary.plan("ct-")
    os.environ[PLAN] = f"{ENGINES.folder}:{ENGINES.port}:{ENGINES.owner}"
    os.environ.update(keys.throwaway())

IS_OWNER = ENGINES.owner == os.getpid()
if IS_OWNER:
    atexit.register(ENGINES.stop)  # also when pytest never gets as far as its own end
DATA = ENGINES.folder / f"data-{WORKER}"
(DATA / "static").mkdir(parents=True, exist_ok=True)  # whitenoise wants its folder
_number = int(WORKER.removeprefix("gw")) + 1 if WORKER.startswith("gw") else 0  # a Valkey database per worker

for name in ("DEMO", "BEHIND_TLS", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "BEHIND_PGBOUNCER", "TRUSTED_PROXIES"):
    os.environ.pop(name, None)
os.environ |= {
    "TESTING": "1",
    "DATA_DIR": str(DATA),
    "DATABASE_URL": ENGINES.postgres.url("postgres"),
    "REDIS_URL": ENGINES.valkey.url.removesuffix("/0") + f"/{_number}",
    "CONN_MAX_AGE": "0",
    "DJANGO_SETTINGS_MODULE": "credit_platform.settings",
}
