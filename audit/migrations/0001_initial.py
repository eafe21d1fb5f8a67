from django.db import migrations, models
from django.db.models import Q

EVENT = """
CREATE SEQUENCE audit_event_id_seq AS bigint;
CREATE TABLE audit_event (
  id bigint NOT NULL DEFAULT nextval('audit_event_id_seq'),
  happened_at timestamptz NOT NULL,
  name text NOT NULL,
  actor text NOT NULL,
  department_id bigint,
  about text NOT NULL,
  payload jsonb NOT NULL,
  request_id text NOT NULL DEFAULT '',
  xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
  CONSTRAINT audit_event_pkey PRIMARY KEY (happened_at, id),
  CONSTRAINT audit_event_actor_named CHECK (actor <> ''),
  CONSTRAINT audit_event_name_given CHECK (name <> '')
) PARTITION BY RANGE (happened_at);
ALTER SEQUENCE audit_event_id_seq OWNED BY audit_event.id;
CREATE INDEX audit_event_about ON audit_event (about, happened_at);
CREATE INDEX audit_event_actor ON audit_event (actor, happened_at);
CREATE INDEX audit_event_xact ON audit_event (xact);
CREATE TABLE audit_event_default PARTITION OF audit_event DEFAULT;
SELECT toolkit_make_month_partitions('audit_event', '2025-01-01', '2028-12-31');
"""
UNDO_EVENT = "DROP TABLE audit_event"


class Migration(migrations.Migration):
    initial = True
    dependencies = [("toolkit", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(EVENT, UNDO_EVENT)],
            state_operations=[
                migrations.CreateModel(
                    name="Event",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("happened_at", models.DateTimeField()),
                        ("name", models.TextField()),
                        ("actor", models.TextField(help_text="kernel.actor.Actor.key")),
                        ("department_id", models.BigIntegerField(null=True)),
                        ("about", models.TextField(help_text="app.model:key of what changed")),
                        ("payload", models.JSONField(default=dict)),
                        ("request_id", models.TextField(blank=True, default="")),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["about", "happened_at"], name="audit_event_about"),
                            models.Index(fields=["actor", "happened_at"], name="audit_event_actor"),
                        ],
                        "constraints": [
                            models.CheckConstraint(condition=~Q(actor=""), name="audit_event_actor_named"),
                            models.CheckConstraint(condition=~Q(name=""), name="audit_event_name_given"),
                        ],
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("event_id", models.BigIntegerField()),
                ("happened_at", models.DateTimeField(help_text="of the event: which partition holds it")),
                ("handler", models.TextField()),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                (
                    "last_error",
                    models.TextField(blank=True, default="", help_text="kind of the last exception, never its text"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=Q(delivered_at=None), fields=["id"], name="audit_delivery_waiting")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("event_id", "handler"), name="audit_delivery_once_per_handler")
                ],
            },
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                (
                    "number",
                    models.BigIntegerField(help_text="1, 2, 3 … without a gap", primary_key=True, serialize=False),
                ),
                ("event_id", models.BigIntegerField(unique=True)),
                ("happened_at", models.DateTimeField(help_text="of the event: which partition holds it")),
                ("row_hash", models.BinaryField()),
                ("chain_hash", models.BinaryField()),
                ("sealed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=Q(number__gt=0), name="audit_seal_number_positive")]
            },
        ),
    ]
