"""Addresses of the app refreshes."""

from django.urls import path

from oversight.refreshes import approval_views, views

app_name = "refreshes"
urlpatterns = [
    path("", views.refreshes, name="refreshes"),
    path("open/", views.open_refresh, name="open"),
    path("approvals/<int:pk>/", approval_views.approval, name="approval"),
    path("approvals/<int:pk>/extend/", approval_views.extend, name="extend"),
    path("<int:pk>/", views.refresh, name="refresh"),
    path("<int:pk>/changes/", views.changes, name="changes"),
    path("<int:pk>/assessment/", views.assessment, name="assessment"),
    path("<int:pk>/conditions/", views.condition, name="condition"),
    path("<int:pk>/managers/", views.managers, name="managers"),
    path("<int:pk>/questions/", views.question, name="question"),
    path("<int:pk>/paper/", views.paper, name="paper"),
    path("<int:pk>/paper.pdf", views.paper_pdf, name="paper_pdf"),
]
