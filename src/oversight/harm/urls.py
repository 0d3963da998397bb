"""Addresses of the app harm."""

from django.urls import path

from oversight.harm import credit_views, views

app_name = "harm"
urlpatterns = [
    path("", views.harms, name="harms"),
    path("new/", views.begin, name="new"),
    path("<int:pk>/", views.harm, name="harm"),
    path("<int:pk>/ask/", views.ask, name="ask"),
    path("<int:pk>/supplement/", views.supplement, name="supplement"),
    path("<int:pk>/credits/", credit_views.credits, name="credits"),
    path("<int:pk>/results/", credit_views.take_results, name="take_results"),
    path("<int:pk>/report/", credit_views.report, name="report"),
    path("counts/<int:pk>/", views.count, name="count"),
    path("counts/<int:pk>/orders/", views.orders, name="orders"),
    path("credits/<int:pk>/", credit_views.credit, name="credit"),
    path("results/<int:pk>/", credit_views.result, name="result"),
]
