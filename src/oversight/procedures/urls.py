"""Addresses of the app procedures."""

from django.urls import path

from oversight.procedures import views, writing

app_name = "procedures"
urlpatterns = [
    path("", views.sections, name="sections"),
    path("<int:pk>/", views.section, name="section"),
    path("<int:pk>/ask/", views.ask, name="ask"),
    path("<int:pk>/compare/", views.compare, name="compare"),
    path("<int:pk>/draft/", writing.draft, name="draft"),
    path("new/", writing.open_section, name="new"),
    path("starters/", writing.starters, name="starters"),
    path("versions/<int:pk>/", views.version, name="version"),
    path("versions/<int:pk>/revise/", writing.revise, name="revise"),
    path("checks/", views.checks, name="checks"),
    path("by-age/", views.by_age, name="by_age"),
    path("reading/", views.reading, name="reading"),
    path("reading/<int:pk>/", views.attest, name="attest"),
    path("attestations/", views.attestations, name="attestations"),
    path("print/", views.print_page, name="print"),
    path("print/pdf/", views.print_pdf, name="print_pdf"),
    path("print/file/", views.print_file, name="print_file"),
]
