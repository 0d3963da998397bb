"""Addresses of the app exams."""

from django.urls import path

from oversight.exams import views

app_name = "exams"
urlpatterns = [
    path("", views.exam_files, name="exam_files"),
    path("make/", views.make, name="make"),
    path("<int:pk>/", views.exam_file, name="exam_file"),
    path("<int:pk>/bytes/", views.exam_bytes, name="exam_bytes"),
]
