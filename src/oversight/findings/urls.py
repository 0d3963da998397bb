"""Addresses of the app findings."""

from django.urls import path

from oversight.findings import day_views, suppression_views, views

app_name = "findings"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("bulk/", views.bulk, name="bulk"),
    path("days/", day_views.listed, name="days"),
    path("days/<str:on>/", day_views.day, name="day"),
    path("sample/", day_views.sample, name="sample"),
    path("sample/draws/<int:pk>/", day_views.draw, name="draw"),
    path("suppressions/", suppression_views.listed, name="suppressions"),
    path("suppressions/propose/", suppression_views.propose, name="propose"),
    path("suppressions/<int:pk>/", suppression_views.suppression, name="suppression"),
    path("runs/", day_views.runs, name="runs"),
    path("runs/<slug:pk>/", day_views.run, name="run"),
    path("runs/<slug:pk>/verify/", day_views.verify, name="verify"),
    path("<int:pk>/", views.finding, name="finding"),
    path("<int:pk>/take/", views.take, name="take"),
    path("<int:pk>/assign/", views.assign, name="assign"),
]
