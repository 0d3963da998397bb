import django.db.models.deletion
from django.db import migrations, models


from oversight.record.triggers import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0001_initial"),
        ("evidence", "0003_outside"),
        ("findings", "0003_by_desk"),
    ]

    operations = [
        migrations.CreateModel(
            name="Room",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(max_length=24)),
                ("about", models.TextField(default="", max_length=4000, verbose_name="what is investigated, for the vendor to read")),
                ("opened_by", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("opened_at", models.DateTimeField()),
                ("vendor_due_on", models.DateField(verbose_name="the vendor's conclusion is owed by")),
                ("firm_concluded_by", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("concluded_by", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("concluded_at", models.DateTimeField(editable=False, null=True)),
                ("reopened_by", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("reopened_at", models.DateTimeField(editable=False, null=True)),
                ("case", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="room", to="cases.case")),
            ],
            options={
                "ordering": ["-opened_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_on", models.DateField()),
                ("step", models.SmallIntegerField(verbose_name="days from the day it is owed")),
                ("told_at", models.DateTimeField()),
                ("room", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="rooms.room")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("room", "due_on", "step"), name="rooms_reminder_once")],
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject_kind", models.CharField(max_length=40)),
                ("subject_id", models.CharField(max_length=64)),
                ("words", models.TextField(max_length=4000)),
                ("noted_by", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("noted_at", models.DateTimeField()),
                ("room", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="rooms.room")),
            ],
            options={
                "indexes": [models.Index(fields=["room", "subject_kind", "subject_id"], name="rooms_note_room_id_379322_idx")],
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Hypothesis",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("side", models.CharField(choices=[("firm", "the firm"), ("vendor", "the vendor")], max_length=6)),
                ("words", models.CharField(max_length=400, verbose_name="what may have caused it")),
                ("put_by", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("put_at", models.DateTimeField()),
                ("room", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="hypotheses", to="rooms.room")),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("side__in", ["firm", "vendor"])), name="rooms_hypothesis_side")],
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Day",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="day")),
                ("chosen_by", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("chosen_at", models.DateTimeField()),
                ("room", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="days", to="rooms.room")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("room", "on"), name="rooms_day_once")],
                "ordering": ["on"],
            },
        ),
        migrations.CreateModel(
            name="ShownOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(max_length=24)),
                ("key_on", models.DateField(verbose_name="day")),
                ("symbol", models.CharField(max_length=40)),
                ("order_id", models.CharField(max_length=120, verbose_name="order id")),
                ("why", models.TextField(blank=True, default="", max_length=4000, verbose_name="what to look at, for the vendor to read")),
                ("chosen_by", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("chosen_at", models.DateTimeField()),
                ("withdrawn_by", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True)),
                ("room", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="rooms.room")),
                ("run", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="findings.run")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "shown")), fields=("room", "key_on", "symbol", "order_id"), name="rooms_shownorder_once"
                    )
                ],
                "ordering": ["key_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("side", models.CharField(choices=[("firm", "the firm"), ("vendor", "the vendor")], max_length=6)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("statement", "statement"),
                            ("for", "speaks for it"),
                            ("against", "speaks against it"),
                            ("standing", "how it stands"),
                            ("otherwise", "set otherwise"),
                            ("of_order", "about the order"),
                            ("conclusion", "conclusion"),
                        ],
                        max_length=12,
                    ),
                ),
                ("value", models.CharField(blank=True, default="", max_length=16)),
                ("words", models.TextField(max_length=8000)),
                ("said_by", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("said_at", models.DateTimeField()),
                ("day", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="statements", to="rooms.day")),
                ("hypothesis", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="statements", to="rooms.hypothesis")),
                ("order", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="statements", to="rooms.shownorder")),
                ("room", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="statements", to="rooms.room")),
                ("supersedes", models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="later", to="rooms.statement")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("side__in", ["firm", "vendor"])), name="rooms_statement_side"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["statement", "for", "against", "standing", "otherwise", "of_order", "conclusion"])),
                        name="rooms_statement_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "value__in",
                                [
                                    "",
                                    "open",
                                    "supported",
                                    "refuted",
                                    "undecided",
                                    "router_logic",
                                    "setting",
                                    "venue",
                                    "market_data",
                                    "capacity",
                                    "payment",
                                    "firm_own",
                                    "data_fault",
                                    "none_found",
                                ],
                            )
                        ),
                        name="rooms_statement_value",
                    ),
                ],
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ShownFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("shown_by", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("shown_at", models.DateTimeField()),
                ("filed", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="evidence.filed")),
                ("link", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="evidence.link")),
                ("room", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="files", to="rooms.room")),
                ("statement", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="files", to="rooms.statement")),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="room",
            constraint=models.CheckConstraint(condition=models.Q(("state__in", ("open", "concluded"))), name="rooms_room_state"),
        ),
        migrations.AddConstraint(
            model_name="shownorder",
            constraint=models.CheckConstraint(condition=models.Q(("state__in", ("shown", "withdrawn"))), name="rooms_shownorder_state"),
        ),
        append_only("rooms_hypothesis"),
        append_only("rooms_day"),
        append_only("rooms_statement"),
        append_only("rooms_shownfile"),
        append_only("rooms_note"),
        append_only("rooms_reminder"),
    ]
