"""Addresses of the app diligence."""

from django.urls import path

from oversight.diligence import views

app_name = "diligence"
urlpatterns = [
    path("", views.assessments, name="assessments"),
    path("questionnaires/", views.questionnaires, name="questionnaires"),
]
