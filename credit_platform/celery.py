"""The Celery application and its timetable: what happens by itself, and how often."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import task_prerun
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "credit_platform.settings")

app = Celery("credit_platform")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# else each task opens a new connection, which takes longer than most; before a task it is asked whether it lives
app.conf["CELERY_DB_REUSE_MAX"] = 1_000
task_prerun.connect(lambda **_: close_old_connections(), weak=False)
app.conf.beat_schedule = {
    "portal.heartbeat": {"task": "portal.tasks.heartbeat", "schedule": 30.0},
    "portal.gather_lookups": {
        "task": "portal.tasks.gather_lookups",
        "schedule": 60.0,
        "options": {"expires": 60},  # what waited longer is done by the next
    },
    "portal.drop_old_lookups": {"task": "portal.tasks.drop_old_lookups", "schedule": crontab(hour=3, minute=20)},
    "audit.sweep": {"task": "audit.tasks.sweep", "schedule": 60.0},
    "citizens.forget": {"task": "citizens.tasks.forget", "schedule": crontab(minute=50)},
    "accounts.prune": {"task": "accounts.tasks.prune", "schedule": 600.0},
    "collection.tell_senders": {"task": "collection.tasks.tell_senders", "schedule": 60.0},
    "audit.seal": {"task": "audit.tasks.seal", "schedule": 60.0},
    "office.make_partitions": {"task": "office.tasks.make_partitions", "schedule": crontab(hour=1, minute=10)},
    "office.sweep_jobs": {"task": "office.tasks.sweep_jobs", "schedule": 60.0},
    "office.destroy_files": {"task": "office.tasks.destroy_files", "schedule": crontab(hour=1, minute=40)},
    "collection.make_tasks": {"task": "collection.tasks.make_tasks", "schedule": crontab(hour=1, minute=20)},
    "collection.put_aside": {"task": "collection.tasks.put_aside", "schedule": crontab(hour=2, minute=10)},
    "screening.mark_revisions": {
        "task": "screening.tasks.mark_revisions",
        "schedule": 60.0,
        "options": {"queue": "interactive"},  # it takes milliseconds, and a roster may take minutes
    },
    "screening.drop_old": {"task": "screening.tasks.drop_old", "schedule": crontab(hour=2, minute=40)},
    "screening.reconcile_responses": {
        "task": "screening.tasks.reconcile_responses",
        "schedule": crontab(hour=0, minute=40),
    },
    "screening.start_due_rosters": {"task": "screening.tasks.start_due_rosters", "schedule": 60.0},
    "screening.tell_rosters": {"task": "screening.tasks.tell_rosters", "schedule": 60.0},
    "screening.start_changed_rosters": {"task": "screening.tasks.start_changed_rosters", "schedule": 60.0},
    "collection.remind": {"task": "collection.tasks.remind", "schedule": crontab(hour=8, minute=30)},
    "collection.start_extractions": {"task": "collection.tasks.start_extractions", "schedule": 60.0},
    "redblack.expire": {"task": "redblack.tasks.expire", "schedule": crontab(hour=0, minute=20)},
    "feedback.fold": {"task": "feedback.tasks.fold", "schedule": 300.0},
    "feedback.chase": {"task": "feedback.tasks.chase", "schedule": crontab(hour=8, minute=20)},
    "feedback.escalate": {"task": "feedback.tasks.escalate", "schedule": crontab(hour=8, minute=25)},
    "feedback.send_upward": {"task": "feedback.tasks.send_upward", "schedule": 60.0},
    "feedback.compare_upward": {"task": "feedback.tasks.compare_upward", "schedule": crontab(hour=3, minute=10)},
    "feedback.prune": {"task": "feedback.tasks.prune", "schedule": crontab(hour=2, minute=20)},
    "exchange.chase": {"task": "exchange.tasks.chase", "schedule": crontab(hour=8, minute=40)},
    "exchange.number_changes": {"task": "exchange.tasks.number_changes", "schedule": 60.0},
    "exchange.sweep_deliveries": {"task": "exchange.tasks.sweep_deliveries", "schedule": 60.0},
    "exchange.read_acknowledgements": {
        "task": "exchange.tasks.read_acknowledgements",
        "schedule": 60.0,
        "options": {"queue": "push"},  # it waits for other people's servers
    },
    "exchange.reconcile": {
        "task": "exchange.tasks.reconcile",
        "schedule": crontab(hour=3, minute=10),
        "options": {"queue": "push"},
    },
    "repair.send_messages": {"task": "repair.tasks.send_messages", "schedule": 60.0},
    "objections.chase": {"task": "objections.tasks.chase", "schedule": crontab(hour=8, minute=35)},
    "complaints.forget_informants": {
        "task": "complaints.tasks.forget_informants",
        "schedule": crontab(hour=2, minute=50),
    },
    "repair.end_publicity": {"task": "repair.tasks.end_publicity", "schedule": crontab(hour=0, minute=30)},
    "repair.reconcile": {"task": "repair.tasks.reconcile", "schedule": crontab(hour="7,12,16", minute=10)},
    "office.send_messages": {"task": "office.tasks.send_messages", "schedule": 60.0},
}
