"""Addresses of the app disclosures."""

from django.urls import path

from oversight.disclosures import views

app_name = "disclosures"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("requests/new/", views.take_in, name="take_in"),
    path("requests/<int:pk>/", views.request, name="request"),
    path("requests/<int:pk>/report/", views.keep_report, name="keep_report"),
    path("requests/<int:pk>/make/", views.make_for_customer, name="make_for_customer"),
    path("reports/<int:pk>/", views.report, name="report"),
    path("public/new/", views.make, name="make"),
    path("public/own/", views.make_own, name="make_own"),
    path("public/<int:pk>/", views.publication, name="publication"),
    path("public/<int:pk>/correct/", views.correct, name="correct"),
    path("others/new/", views.note_adoption, name="note_adoption"),
    path("others/<int:pk>/", views.adoption, name="adoption"),
    path("others/<int:pk>/hold/", views.hold, name="hold"),
    path("notices/new/", views.draft_notice, name="draft_notice"),
    path("notices/<int:pk>/", views.notice, name="notice"),
]
