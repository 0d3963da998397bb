"""Every address of the desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from oversight import moving, shell

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("oversight.desk.urls")),
    path("exceptions/", include("oversight.findings.urls")),
    path("handling/", include("oversight.handling.urls")),
    path("vendors/", include("oversight.vendors.urls")),
    path("diligence/", include("oversight.diligence.urls")),
    path("claims/", include("oversight.claims.urls")),
    path("agreements/", include("oversight.agreements.urls")),
    path("conflicts/", include("oversight.conflicts.urls")),
    path("liquidity/", include("oversight.liquidity.urls")),
    path("configuration/", include("oversight.configuration.urls")),
    path("refreshes/", include("oversight.refreshes.urls")),
    path("differences/", include("oversight.differences.urls")),
    path("cases/", include("oversight.cases.urls")),
    path("rooms/", include("oversight.rooms.urls")),
    path("packs/", include("oversight.packs.urls")),
    path("plans/", include("oversight.plans.urls")),
    path("harm/", include("oversight.harm.urls")),
    path("analysis/", include("oversight.analysis.urls")),
    path("reviews/", include("oversight.reviews.urls")),
    path("requests/", include("oversight.requests.urls")),
    path("disclosures/", include("oversight.disclosures.urls")),
    path("retention/", include("oversight.retention.urls")),
    path("exams/", include("oversight.exams.urls")),
    path("duties/", include("oversight.obligations.urls")),
    path("procedures/", include("oversight.procedures.urls")),
    path("policy/", include("oversight.policy.urls")),
    path("evidence/", include("oversight.evidence.urls")),
    path("record/", include("oversight.record.urls")),
    path("people/", include("oversight.accounts.urls")),
    path("notices/", include("oversight.notices.urls")),
    path("api/", include("oversight.api.urls")),
    path("move/<slug:kind>/<str:pk>/<slug:name>/", moving.move, name="move"),
    path("account/", include("oversight.accounts.sign_in_urls")),
    path("health", shell.health, name="health"),
]
