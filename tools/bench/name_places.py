"""The places of a name database: `python -m tools.bench.name_places` fills them into that of DATABASE_URL."""

import sys

import django

django.setup()

# after setup(): these import models
from kernel.actor import system  # noqa: E402
from portal.services.initial_data import load_reference_data  # noqa: E402
from toolkit import clock  # noqa: E402

if __name__ == "__main__":
    load_reference_data(actor=system("bench"), now=clock.now())
    sys.exit(0)
