"""Addresses of the app agreements."""

from django.urls import path

from oversight.agreements import views, views_of_access, views_of_breaches

app_name = "agreements"
urlpatterns = [
    path("", views.agreements, name="agreements"),
    path("draft/", views.draft, name="draft"),
    path("templates/", views.templates, name="templates"),
    path("<int:pk>/", views.agreement, name="agreement"),
    path("<int:pk>/correct/", views.correct, name="correct"),
    path("<int:pk>/amend/", views.amend, name="amend"),
    path("<int:pk>/clause/", views.add_clause, name="add_clause"),
    path("clauses/<int:pk>/", views.clause, name="clause"),
    path("clauses/<int:pk>/report/", views.report_duty, name="report_duty"),
    path("reports/<int:pk>/", views.report, name="report"),
    path("breaches/", views_of_breaches.breaches, name="breaches"),
    path("breaches/<int:pk>/", views_of_breaches.breach, name="breach"),
    path("breaches/<int:pk>/claim/", views_of_breaches.claim, name="claim"),
    path("credits/", views_of_breaches.ledger, name="credits"),
    path("asked/", views_of_breaches.asked, name="asked"),
    path("asked/<int:pk>/", views_of_breaches.asked_of, name="asked_of"),
    path("obtained/", views_of_access.grid, name="obtained"),
    path("obtained/add/", views_of_access.note_right, name="note_right"),
    path("obtained/<int:pk>/", views_of_access.entitlement, name="entitlement"),
    path("obtained/<int:pk>/<str:month>/", views_of_access.prove, name="prove"),
]
