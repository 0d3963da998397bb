"""Addresses of the app configuration."""

from django.urls import path

from oversight.configuration import document_views, views

app_name = "configuration"
urlpatterns = [
    path("", views.versions, name="versions"),
    path("compare/", views.compare, name="compare"),
    path("lookup/", views.lookup, name="lookup"),
    path("<int:pk>/", views.version, name="version"),
    path("<int:pk>/revise/", views.revise, name="revise"),
    path("<int:pk>/before/", views.analyze, name="analyze"),
    path("<int:pk>/after/", views.conclude, name="conclude"),
    path("vendors/<int:pk>/draft/", views.draft, name="draft"),
    path("vendors/<int:pk>/<slug:kind>/", document_views.draft, name="draft_document"),
    path("documents/<int:pk>/", document_views.document, name="document"),
    path("documents/<int:pk>/revise/", document_views.revise, name="revise_document"),
]
