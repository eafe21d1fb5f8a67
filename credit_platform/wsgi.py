import os

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "credit_platform.settings")
application = get_wsgi_application()
reverse("accounts:login")  # every view is loaded now, before workers are forked: none begins with seconds of imports
