"""Addresses of the app retention."""

from django.urls import path

from oversight.retention import views

app_name = "retention"
urlpatterns = [
    path("", views.schedule, name="schedule"),
    path("classes/", views.classes, name="classes"),
    path("holds/new/", views.ask_for_hold, name="ask_for_hold"),
    path("holds/<int:pk>/", views.hold, name="hold"),
    path("periods/", views.periods, name="periods"),
    path("disposals/new/", views.propose, name="propose"),
    path("disposals/<int:pk>/", views.disposal, name="disposal"),
    path("disposals/<int:pk>/carry-out/", views.carry_out, name="carry_out"),
]
