"""What gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "credit_platform.settings")
pages = get_wsgi_application()  # first: it loads the apps

from accounts.middleware.door import Door  # noqa: E402  # needs the apps

application = Door(pages)
reverse("accounts:login")  # every view is loaded now, before workers are forked: none begins with seconds of imports
gc.freeze()  # what is loaded stays: a full collection went through 260,000 objects while everybody waited
