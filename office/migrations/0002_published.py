"""Published relation of office: legal documents with their rank, as measures are judged by them."""

from django.db import migrations

SQL = """
CREATE VIEW office_pub_legal_document AS
  SELECT id, code, title, short, number, rank, effective_from, effective_until FROM office_legaldocument;
"""


class Migration(migrations.Migration):
    dependencies = [("office", "0001_initial")]
    operations = [migrations.RunSQL(SQL, "DROP VIEW office_pub_legal_document;")]
