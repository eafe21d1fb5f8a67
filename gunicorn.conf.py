"""How the web server runs, in the demo and in production; what differs comes from the environment."""

import os
import sys
from typing import Any

from credit_platform.workers import leave_place, take_place

# 127.0.0.1: a reverse proxy stands in front; only a container listens on all addresses
bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"
worker_class = "credit_platform.workers.EvenWorker"  # threads
# as many as cores: more only get in each other's and the database's way (docs/performance.md); two, for one restarts
workers = int(os.environ.get("WEB_WORKERS") or min(max(os.cpu_count() or 1, 2), 8))
threads = int(os.environ.get("WEB_THREADS") or 4)
preload_app = True  # the code is loaded once; connections are opened by the workers
max_requests = 100_000  # a new worker plans every statement anew, while people wait
max_requests_jitter = 10_000
timeout = 60
graceful_timeout = 20
keepalive = 75
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
control_socket_disable = True
# the path without its query, which could hold what somebody typed
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(b)s %(L)s"
accesslog = "-" if os.environ.get("ACCESS_LOG") == "1" else None
errorlog = "-"


def pre_fork(server: Any, worker: Any) -> None:
    take_place(worker)


def post_fork(server: Any, worker: Any) -> None:
    sys.setswitchinterval(0.001)  # seconds; with 5 ms whoever hands out the requests waits as long behind each thread


def child_exit(server: Any, worker: Any) -> None:
    leave_place(worker)
