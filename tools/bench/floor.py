"""The floor of `check_api`: the least that a Django view can do about the same question on the same server.

No middleware, autocommit, the product's database settings: parse the body, one bare SELECT, one INSERT into a table
with the columns and indexes of the audit table (bench_event, made by check_api). It checks no signature, knows no
matter and no measure, and writes no receipt. Served by `gunicorn tools.bench.floor -c gunicorn.conf.py`; nothing in
the product knows of it.
"""

import json

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import path

from credit_platform import settings as product
from toolkit import clock

ASK = """SELECT s.id, s.name, b.source_id, b.document_no, b.valid_from, b.valid_until
FROM subjects_subject s LEFT JOIN redblack_binding b ON b.subject_id = s.id AND b.rev_to IS NULL WHERE s.uscc = %s"""
NOTE = """INSERT INTO bench_event (happened_at, name, actor, department_id, about, payload)
VALUES (%s, 'bench.asked', 'bench', NULL, %s, %s)"""


def check(request: HttpRequest) -> JsonResponse:
    body = json.loads(request.body)
    code = body["subjects"][0]["text"]
    with connection.cursor() as cursor:
        cursor.execute(ASK, [code])
        found = cursor.fetchall()
        payload = {"matter": body["matter"], "stage": body["stage"], "rows": len(found)}
        cursor.execute(NOTE, [clock.wall(), f"bench.subject:{code}", json.dumps(payload)])
    return JsonResponse({"found": found})


urlpatterns = [path("api/v1/checks", check)]
settings.configure(
    SECRET_KEY=product.SECRET_KEY,
    ALLOWED_HOSTS=product.ALLOWED_HOSTS,
    DATABASES=product.DATABASES,
    USE_TZ=True,
    TIME_ZONE=product.TIME_ZONE,
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[],
)
django.setup()
application = WSGIHandler()
