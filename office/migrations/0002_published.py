"""Published relations of office: legal documents with their rank, as measures are judged by them, and their revision."""

from django.db import migrations

SQL = """
CREATE VIEW office_pub_legal_document AS
  SELECT id, code, title, short, number, rank, effective_from, effective_until FROM office_legaldocument;

-- raised with every change of a legal document: whoever keeps something that was judged by them compares it
CREATE VIEW office_pub_revision AS
  SELECT coalesce((SELECT revision FROM office_legalregister WHERE id), 0) AS revision;
"""


class Migration(migrations.Migration):
    dependencies = [("office", "0001_initial")]
    operations = [migrations.RunSQL(SQL, "DROP VIEW office_pub_revision, office_pub_legal_document;")]
