from django.db import migrations, models


class Migration(migrations.Migration):
    """Messages go by mail or by SMS."""

    dependencies = [
        ("office", "0005_one_constraint_knows_the_states"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="message",
            name="channel",
            field=models.CharField(
                choices=[("mail", "邮件"), ("sms", "短信")], db_default="mail", default="mail", max_length=4
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["mail", "sms"])), name="office_message_channel_known"
            ),
        ),
    ]
