"""Addresses of the app policy."""

from django.urls import path

from oversight.policy import views

app_name = "policy"
urlpatterns = [
    path("", views.versions, name="versions"),
    path("draft/", views.draft, name="draft"),
    path("compare/", views.compare, name="compare"),
    path("<int:pk>/", views.version, name="version"),
    path("<int:pk>/draft/", views.draft, name="revise"),
]
