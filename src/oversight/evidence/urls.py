"""Addresses of the app evidence."""

from django.urls import path

from oversight.evidence import views

app_name = "evidence"
urlpatterns = [
    path("", views.files, name="files"),
    path("new/", views.upload, name="new"),
    path("<int:pk>/", views.file, name="file"),
    path("<int:pk>/bytes/", views.file_bytes, name="file_bytes"),
    path("<int:pk>/link/", views.link, name="link"),
]
