from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    """Likeness of names. Trusted: the owner of the database may make it. /readyz says whether Chinese has trigrams."""

    dependencies = [("toolkit", "0001_initial")]
    operations = [TrigramExtension()]
