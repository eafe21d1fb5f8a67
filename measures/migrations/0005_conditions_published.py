"""The published relation tells conditions, what goes on after a release, matter and edition of an item."""

from django.db import migrations

ITEM = """
SET LOCAL lock_timeout = '5s';
DROP FUNCTION measures_pub_item(date, bigint);

-- Published at that revision (NULL: now), with at least one basis in force on the day, and for kind 1 one of
-- sufficient rank (law, administrative regulation, central policy, local regulation: ranks 1 to 4).
CREATE FUNCTION measures_pub_item(p_as_of date, p_revision bigint DEFAULT NULL)
RETURNS TABLE (
  id bigint, code varchar, department_id bigint, department_text varchar, matter_code varchar, stages varchar[],
  content text, reward boolean, kind smallint, wording varchar, means varchar, term_text varchar,
  extends_to_responsible boolean, articles text[], triggers smallint[], unless_bad smallint[]{columns}
) LANGUAGE sql STABLE AS $$
  SELECT i.id, i.code, i.department_id, i.department_text, i.matter_code, i.stages,
         i.content, i.reward, i.kind, i.wording, i.means, i.term_text, i.extends_to_responsible,
         b.articles,
         (SELECT coalesce(array_agg(c.source_id ORDER BY c.source_id), '{{}}') FROM measures_calls c
           WHERE c.item_id = i.id AND NOT c.unless_bad),
         (SELECT coalesce(array_agg(c.source_id ORDER BY c.source_id), '{{}}') FROM measures_calls c
           WHERE c.item_id = i.id AND c.unless_bad){values}
  FROM measures_measureitem i
  JOIN LATERAL (
    SELECT array_agg(CASE WHEN d.short LIKE '%〔%' THEN d.short || ' ' ELSE '《' || d.short || '》' END || b.article
             ORDER BY b.id) AS articles, min(d.rank) AS best_rank
    FROM measures_basis b JOIN office_pub_legal_document d ON d.id = b.document_id
    WHERE b.item_id = i.id
      AND (d.effective_from IS NULL OR d.effective_from <= p_as_of)
      AND (d.effective_until IS NULL OR d.effective_until >= p_as_of)
  ) b ON b.articles IS NOT NULL
  WHERE i.rev_from IS NOT NULL
    AND CASE WHEN p_revision IS NULL THEN i.rev_to IS NULL
             ELSE i.rev_from <= p_revision AND (i.rev_to IS NULL OR i.rev_to > p_revision) END
    AND (i.kind IS DISTINCT FROM 1 OR b.best_rank <= 4)
$$;
"""
NOW = ITEM.format(
    columns=", matter_name varchar, condition jsonb, continues boolean, own_until date, edition smallint",
    values=", i.matter_name, i.condition, i.continues, i.own_until, i.edition",
)
BEFORE = ITEM.format(columns="", values="")


class Migration(migrations.Migration):
    dependencies = [("measures", "0004_memoranda_are_edited"), ("office", "0002_published")]
    operations = [migrations.RunSQL(NOW, BEFORE)]
