from django.db import migrations

SQL = """
SET LOCAL lock_timeout = '5s';

INSERT INTO subjects_revision (id, revision) VALUES (1, 0);

-- The next revision. The row stays locked until the transaction ends, so revisions are committed in their order.
CREATE FUNCTION subjects_next_revision() RETURNS bigint LANGUAGE sql AS $$
  UPDATE subjects_revision SET revision = revision + 1 WHERE id = 1 RETURNING revision
$$;

-- Every two neighbouring characters of a key. Trigrams do not serve two-character searches, this does.
CREATE FUNCTION subjects_bigrams(key text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE found text[] := '{}';
BEGIN
  FOR i IN 1 .. greatest(length(key) - 1, least(length(key), 1)) LOOP
    found[i] := substr(key, i, 2);
  END LOOP;
  RETURN found;
END $$;

CREATE INDEX subjects_name_by_bigrams ON subjects_name USING gin (subjects_bigrams(key)) WHERE rev_to IS NULL;

-- A natural person has a person row, and nobody else has one. Deferred, for the subject is written first.
CREATE FUNCTION subjects_person_row_is_there() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM subjects_person WHERE subject_id = NEW.id) THEN
    RAISE EXCEPTION 'natural person % has no person row', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'subjects_subject_person_has_a_row';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER subjects_subject_person_has_a_row AFTER INSERT OR UPDATE ON subjects_subject
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'natural_person')
  EXECUTE FUNCTION subjects_person_row_is_there();

CREATE FUNCTION subjects_person_is_natural() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM subjects_subject WHERE id = NEW.subject_id AND kind = 'natural_person') THEN
    RAISE EXCEPTION 'subject % is no natural person', NEW.subject_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'subjects_person_is_a_natural_person';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER subjects_person_is_a_natural_person BEFORE INSERT OR UPDATE ON subjects_person
  FOR EACH ROW EXECUTE FUNCTION subjects_person_is_natural();

-- Who answers for an organisation is a natural person or, as with partnerships, an organisation; what is answered for
-- is an organisation.
CREATE FUNCTION subjects_responsibility_is_for_organisation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM subjects_subject WHERE id = NEW.organisation_id AND kind = 'natural_person') THEN
    RAISE EXCEPTION 'subject % is no organisation', NEW.organisation_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'subjects_responsibility_is_for_an_organisation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER subjects_responsibility_is_for_an_organisation BEFORE INSERT OR UPDATE ON subjects_responsibility
  FOR EACH ROW EXECUTE FUNCTION subjects_responsibility_is_for_organisation();

-- Names of natural persons are sealed: no row of theirs ever enters the table that is searched.
CREATE FUNCTION subjects_name_is_of_organisation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM named n JOIN subjects_subject s ON s.id = n.subject_id WHERE s.kind = 'natural_person') THEN
    RAISE EXCEPTION 'a natural person has no searchable name'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'subjects_name_is_of_an_organisation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER subjects_name_is_of_an_organisation AFTER INSERT ON subjects_name
  REFERENCING NEW TABLE AS named FOR EACH STATEMENT EXECUTE FUNCTION subjects_name_is_of_organisation();

-- Published relations: what other apps may read in SQL.
CREATE VIEW subjects_pub_revision AS SELECT revision FROM subjects_revision WHERE id = 1;
CREATE VIEW subjects_pub_subject AS
  SELECT id, kind, name, uscc, reg_no, org_code, division_code, status FROM subjects_subject;
CREATE VIEW subjects_pub_name AS
  SELECT subject_id, name, key, kind, valid_from, valid_until FROM subjects_name WHERE rev_to IS NULL;
CREATE VIEW subjects_pub_name_history AS
  SELECT subject_id, name, key, kind, valid_from, valid_until, rev_from, rev_to FROM subjects_name;
CREATE VIEW subjects_pub_responsible_history AS
  SELECT r.organisation_id, r.person_id, r.post, r.valid_from, r.valid_until, p.name AS masked_name,
         r.rev_from, r.rev_to
  FROM subjects_responsibility r JOIN subjects_subject p ON p.id = r.person_id;
CREATE VIEW subjects_pub_responsible AS
  SELECT r.organisation_id, r.person_id, r.post, r.valid_from, r.valid_until, p.name AS masked_name
  FROM subjects_responsibility r JOIN subjects_subject p ON p.id = r.person_id WHERE r.rev_to IS NULL;
CREATE VIEW subjects_pub_person_index AS SELECT subject_id, key_id, digest FROM subjects_person_index;
"""
UNDO = """
DROP VIEW subjects_pub_person_index, subjects_pub_responsible, subjects_pub_responsible_history,
  subjects_pub_name_history, subjects_pub_name, subjects_pub_subject, subjects_pub_revision;
DROP TRIGGER subjects_name_is_of_an_organisation ON subjects_name;
DROP TRIGGER subjects_responsibility_is_for_an_organisation ON subjects_responsibility;
DROP TRIGGER subjects_person_is_a_natural_person ON subjects_person;
DROP TRIGGER subjects_subject_person_has_a_row ON subjects_subject;
DROP FUNCTION subjects_name_is_of_organisation(), subjects_responsibility_is_for_organisation(),
  subjects_person_is_natural(), subjects_person_row_is_there();
DROP INDEX subjects_name_by_bigrams;
DROP FUNCTION subjects_bigrams(text), subjects_next_revision();
DELETE FROM subjects_revision;
"""


class Migration(migrations.Migration):
    dependencies = [("subjects", "0001_initial")]
    operations = [migrations.RunSQL(SQL, UNDO)]
