"""Addresses of the app analysis."""

from django.urls import path

from oversight.analysis import views

app_name = "analysis"
urlpatterns = [
    path("", views.quarter, name="quarter"),
    path("looks/<int:pk>/", views.look, name="look"),
    path("<str:name>/", views.quarter, name="of"),
    path("<str:name>/securities/", views.securities, name="securities"),
    path("<str:name>/verdicts/", views.verdicts, name="verdicts"),
    path("<str:name>/routers/", views.how_routers_behaved, name="routers"),
    path("<str:name>/orders/", views.lane, name="lane"),
    path("<str:name>/look/<slug:scope>/", views.look_at, name="look_at"),
]
