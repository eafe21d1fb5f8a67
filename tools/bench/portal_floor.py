"""The floor of `portal_search`: the least that a Django view can do about a typed name on the same server.

No middleware, no template, autocommit: one SELECT by the code, or by exactly the key of what was typed, JSON. It
forgives no wrong character, knows no short form, ranks nothing. Served by `gunicorn tools.bench.portal_floor -c
gunicorn.conf.py`; nothing in the product knows of it.
"""

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import path

from credit_platform import settings as product
from kernel.names import name_key

FIND = """SELECT s.id, s.name, s.uscc FROM subjects_name n JOIN subjects_subject s ON s.id = n.subject_id
WHERE n.key = %s AND n.rev_to IS NULL LIMIT 10"""
BY_CODE = "SELECT id, name, uscc FROM subjects_subject WHERE uscc = %s"


def search(request: HttpRequest) -> JsonResponse:
    text = request.GET["q"]
    by_code = len(text) == 18 and text.isascii()
    with connection.cursor() as cursor:
        cursor.execute(BY_CODE if by_code else FIND, [text if by_code else name_key(text)])
        return JsonResponse({"found": cursor.fetchall()})


urlpatterns = [path("portal/search/", search)]
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
