"""Addresses of the app desk."""

from django.urls import path

from oversight.desk import inspector_views, views

app_name = "desk"
urlpatterns = [
    path("", views.placeholder, name="today"),
    path("scorecard/", views.placeholder, name="scorecard"),
    path("venues/", views.placeholder, name="venues"),
    path("coverage/", views.placeholder, name="coverage"),
    path("orders/", views.placeholder, name="orders"),
    path("search/", views.placeholder, name="search"),
    path("orders/<str:key_on>/<str:symbol>/<str:order_id>/", inspector_views.order, name="order"),
    path("orders/<str:key_on>/<str:symbol>/<str:order_id>/page.pdf", inspector_views.page, name="order_page"),
    path("orders/<str:key_on>/<str:symbol>/<str:order_id>/line/<str:import_id>/<int:line>/", inspector_views.raw_line, name="raw_line"),
    path("line/<str:import_id>/<int:line>/", inspector_views.raw_line, name="raw_line"),
]
