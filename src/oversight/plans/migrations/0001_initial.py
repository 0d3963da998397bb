import django.db.models.deletion
from django.db import migrations, models


from oversight.record.triggers import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0001_initial"),
        ("configuration", "0001_initial"),
        ("findings", "0003_by_desk"),
    ]

    operations = [
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(max_length=24)),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                (
                    "asked_for",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="The vendor reads this. Name no customer, no account, no other vendor.",
                        max_length=4000,
                        verbose_name="what the plan must answer",
                    ),
                ),
                ("asked_by", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("asked_at", models.DateTimeField()),
                ("due_on", models.DateField(verbose_name="owed by")),
                ("summary", models.TextField(blank=True, default="", max_length=4000, verbose_name="in a few sentences")),
                ("submitted_by", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("submitted_at", models.DateTimeField(editable=False, null=True)),
                ("taken_over_by", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("taken_over_at", models.DateTimeField(editable=False, null=True)),
                ("proposed_by", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("proposed_at", models.DateTimeField(editable=False, null=True)),
                ("accepted_by", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("accepted_at", models.DateTimeField(editable=False, null=True)),
                ("rejected_by", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("rejected_at", models.DateTimeField(editable=False, null=True)),
                (
                    "rejection",
                    models.TextField(blank=True, default="", help_text="The vendor reads this.", max_length=4000, verbose_name="why it does not suffice"),
                ),
                ("base", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="next_versions", to="plans.plan")),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="plans", to="cases.case")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("asked", "written", "submitted", "proposed", "accepted", "rejected", "replaced"))),
                        name="plans_plan_state",
                    ),
                    models.UniqueConstraint(fields=("case", "number"), name="plans_plan_number"),
                    models.UniqueConstraint(condition=models.Q(("state", "accepted")), fields=("case",), name="plans_plan_one_accepted"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("asked", "written", "submitted", "proposed"))), fields=("case",), name="plans_plan_one_open"
                    ),
                ],
                "ordering": ["-case", "-number"],
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(max_length=24)),
                ("place", models.PositiveIntegerField(default=1)),
                ("what", models.TextField(default="", max_length=4000, verbose_name="what is done")),
                ("owner", models.CharField(max_length=120, verbose_name="who at the vendor")),
                ("due_on", models.DateField(verbose_name="due")),
                ("first_due_on", models.DateField(null=True, verbose_name="first due")),
                ("change", models.TextField(blank=True, default="", max_length=4000, verbose_name="resulting configuration in words")),
                (
                    "retest_kind",
                    models.CharField(
                        choices=[
                            ("check", "a check of the desk, by its id"),
                            ("scenario", "a scenario of the certification, by its name"),
                            ("report", "a new test report of the release"),
                            ("other", "another re-test"),
                            ("none", "no re-test, and why"),
                        ],
                        max_length=10,
                        verbose_name="re-test by",
                    ),
                ),
                ("retest", models.CharField(max_length=400, verbose_name="which")),
                ("figure_kind", models.CharField(blank=True, default="", max_length=8)),
                ("figure_key", models.CharField(blank=True, default="", max_length=60)),
                ("filters", models.JSONField(blank=True, default=dict)),
                ("side", models.CharField(blank=True, default="", max_length=8)),
                ("bound", models.DecimalField(decimal_places=12, help_text="in the figure's stored unit", max_digits=30, null=True)),
                ("min_n", models.PositiveIntegerField(default=1, verbose_name="least n")),
                ("by_on", models.DateField(null=True, verbose_name="shown by")),
                ("no_figure", models.TextField(blank=True, default="", max_length=4000, verbose_name="why no figure can show it")),
                ("written_by", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("written_at", models.DateTimeField()),
                (
                    "objection",
                    models.TextField(blank=True, default="", help_text="The vendor reads this.", max_length=4000, verbose_name="what is wrong with this item"),
                ),
                ("done", models.TextField(blank=True, default="", max_length=4000, verbose_name="what was done")),
                ("returned", models.TextField(blank=True, default="", help_text="The vendor reads this.", max_length=4000, verbose_name="why it is sent back")),
                ("reported_by", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("reported_at", models.DateTimeField(editable=False, null=True)),
                ("confirmed_by", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("confirmed_at", models.DateTimeField(editable=False, null=True)),
                ("extended_by", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("extended_at", models.DateTimeField(editable=False, null=True)),
                ("carries", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="carried_by", to="plans.item")),
                (
                    "configuration",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="configuration.version",
                        verbose_name="resulting configuration",
                    ),
                ),
                ("plan", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="items", to="plans.plan")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("state__in", ("drafted", "dropped", "open", "reported", "confirmed"))), name="plans_item_state"),
                    models.CheckConstraint(condition=models.Q(("retest_kind__in", ["check", "scenario", "report", "other", "none"])), name="plans_item_retest"),
                    models.CheckConstraint(condition=models.Q(("side__in", ["", "at_most", "at_least"])), name="plans_item_side"),
                ],
                "ordering": ["place", "pk"],
            },
        ),
        migrations.CreateModel(
            name="PlanReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_on", models.DateField(verbose_name="from")),
                ("last_on", models.DateField(verbose_name="to")),
                ("value", models.DecimalField(decimal_places=12, max_digits=30, null=True)),
                ("n", models.PositiveBigIntegerField()),
                ("outcome", models.CharField(choices=[("met", "met"), ("missed", "not yet met"), ("cannot_tell", "cannot tell")], max_length=12)),
                ("why", models.CharField(blank=True, default="", max_length=300)),
                ("read_at", models.DateTimeField()),
                ("item", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="readings", to="plans.item")),
                ("run", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="findings.run")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("item", "run"), name="plans_planreading_once"),
                    models.CheckConstraint(condition=models.Q(("outcome__in", ["met", "missed", "cannot_tell"])), name="plans_planreading_outcome"),
                ],
                "ordering": ["last_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="PlanReminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_on", models.DateField()),
                ("step", models.CharField(max_length=10)),
                ("told_at", models.DateTimeField()),
                ("item", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="plans.item")),
                ("plan", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="plans.plan")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("item", None)), fields=("plan", "due_on", "step"), name="plans_planreminder_plan_once"),
                    models.UniqueConstraint(condition=models.Q(("plan", None)), fields=("item", "due_on", "step"), name="plans_planreminder_item_once"),
                ],
                "ordering": ["pk"],
            },
        ),
        append_only("plans_planreading"),
        append_only("plans_planreminder"),
    ]
