from django.db import migrations, models

from oversight.record.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("agreements", "0001_initial")]

    operations = [
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ("drafted", "in_force", "superseded", "ended", "discarded"))), name="agreements_agreement_state"
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("effective_until", None), ("effective_until__gte", models.F("effective_from")), _connector="OR"),
                name="agreements_agreement_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="clause",
            constraint=models.CheckConstraint(condition=models.Q(("state__in", ("drafted", "in_force", "ended", "discarded"))), name="agreements_clause_state"),
        ),
        migrations.AddConstraint(
            model_name="clause", constraint=models.CheckConstraint(condition=models.Q(("side__in", ["at_most", "at_least"])), name="agreements_clause_side")
        ),
        migrations.AddConstraint(
            model_name="clause",
            constraint=models.CheckConstraint(condition=models.Q(("window__in", ["day", "month", "quarter", "rolling"])), name="agreements_clause_window"),
        ),
        migrations.AddConstraint(
            model_name="clause",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("window", "rolling"), _negated=True), ("window_days__gte", 2), _connector="OR"), name="agreements_clause_roll"
            ),
        ),
        migrations.AddConstraint(
            model_name="clause", constraint=models.CheckConstraint(condition=models.Q(("least_n__gte", 1)), name="agreements_clause_least_n")
        ),
        migrations.AddConstraint(
            model_name="credit",
            constraint=models.CheckConstraint(condition=models.Q(("state__in", ("claimed", "agreed", "received", "waived"))), name="agreements_credit_state"),
        ),
        migrations.AddConstraint(
            model_name="credit",
            constraint=models.CheckConstraint(
                condition=models.Q(("claimed_usd__gt", 0), models.Q(("agreed_usd", None), ("agreed_usd__gt", 0), _connector="OR")),
                name="agreements_credit_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="dutyreport",
            constraint=models.CheckConstraint(condition=models.Q(("state__in", ("reported", "confirmed", "withdrawn"))), name="agreements_dutyreport_state"),
        ),
        migrations.AddConstraint(
            model_name="dutyreport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "reported")), fields=("clause", "first_on", "last_on"), name="agreements_dutyreport_one_waits"
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ("drafted", "in_force", "ended", "discarded"))), name="agreements_entitlement_state"
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("drafted", "in_force"))), fields=("vendor", "what"), name="agreements_entitlement_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("what__in", ["child_orders", "routes", "acks", "rejects", "fees", "iois", "configuration", "releases", "report_606", "look_through"])
                ),
                name="agreements_entitlement_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(condition=models.Q(("corrects", None)), fields=("entitlement", "month"), name="agreements_delivery_once"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_complete", True), models.Q(("what", ""), _negated=True), _connector="OR"), name="agreements_delivery_says_what_lacks"
            ),
        ),
        migrations.AddIndex(model_name="measurement", index=models.Index(fields=["clause", "last_on"], name="agreements__clause__4831f1_idx")),
        migrations.AddConstraint(
            model_name="measurement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("run__isnull", False)), fields=("clause", "first_on", "last_on", "run"), name="agreements_measurement_once"
            ),
        ),
        migrations.AddConstraint(model_name="measurement", constraint=models.UniqueConstraint(fields=("report",), name="agreements_measurement_of_report")),
        migrations.AddConstraint(
            model_name="measurement",
            constraint=models.CheckConstraint(condition=models.Q(("outcome__in", ["met", "missed", "not_measurable"])), name="agreements_measurement_outcome"),
        ),
        migrations.AddConstraint(
            model_name="measurement",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("value", None), _negated=True), ("outcome", "not_measurable"), _connector="OR"),
                name="agreements_measurement_never_met_by_nothing",
            ),
        ),
        migrations.AddIndex(model_name="breach", index=models.Index(fields=["state", "due_on"], name="agreements__state_31a80f_idx")),
        migrations.AddConstraint(
            model_name="breach",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ("possible", "answered", "proposed", "disputed", "accepted", "cured", "credited", "withdrawn"))),
                name="agreements_breach_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="breach", constraint=models.UniqueConstraint(fields=("clause", "first_on", "last_on"), name="agreements_breach_once")
        ),
        migrations.AddConstraint(model_name="reminder", constraint=models.UniqueConstraint(fields=("entitlement", "month"), name="agreements_reminder_once")),
        append_only("agreements_measurement"),
        append_only("agreements_delivery"),
        append_only("agreements_reminder"),
    ]
