from django.db import migrations


class Migration(migrations.Migration):
    """What office_job_state_known held, office_job_finished_iff_over holds: it could not be broken alone."""

    dependencies = [
        ("office", "0004_jobs_are_held"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="job", name="office_job_state_known"),
    ]
