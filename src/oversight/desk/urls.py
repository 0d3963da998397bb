"""Addresses of the app desk."""

from django.urls import path, register_converter

from oversight.addresses import Named
from oversight.desk import inspector_views, replay_views, views

app_name = "desk"
register_converter(Named, "named")
urlpatterns = [
    path("", views.today, name="today"),
    path("scorecard/", views.scorecard_page, name="scorecard"),
    path("scorecard/trend/", views.trend_page, name="trend"),
    path("venues/", views.venues_page, name="venues"),
    path("coverage/", views.coverage_page, name="coverage"),
    path("orders/", views.orders_page, name="orders"),
    path("search/", views.search, name="search"),
    path("views/keep/", views.keep, name="keep"),
    path("views/<int:pk>/share/", views.change_view, {"what": "share"}, name="share"),
    path("views/<int:pk>/drop/", views.change_view, {"what": "drop"}, name="drop"),
    path("replays/<int:pk>/", replay_views.replay, name="replay"),
    path("orders/<str:key_on>/<named:symbol>/<named:order_id>/", inspector_views.order, name="order"),
    path("orders/<str:key_on>/<named:symbol>/<named:order_id>/page.pdf", inspector_views.page, name="order_page"),
    path("orders/<str:key_on>/<named:symbol>/<named:order_id>/line/<str:import_id>/<int:line>/", inspector_views.raw_line, name="raw_line"),
    path("line/<str:import_id>/<int:line>/", inspector_views.raw_line, name="source_line"),
]
