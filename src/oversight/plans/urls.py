"""Addresses of the app plans."""

from django.urls import path

from oversight.plans import outside_views, views

app_name = "plans"
urlpatterns = [
    path("", views.plans, name="plans"),
    path("ask/<int:case>/", views.ask, name="ask"),
    path("mine/", outside_views.mine, name="mine"),
    path("mine/<int:pk>/", outside_views.shared, name="shared"),
    path("mine/items/<int:pk>/", outside_views.shared_item, name="shared_item"),
    path("mine/items/<int:pk>/attach/", outside_views.attach, name="attach"),
    path("mine/items/<int:pk>/files/<int:filed>/", outside_views.file, name="file"),
    path("items/<int:pk>/", views.item, name="item"),
    path("items/<int:pk>/change/", outside_views.change_item, name="change_item"),
    path("<int:pk>/", views.plan, name="plan"),
    path("<int:pk>/reject/", views.reject, name="reject"),
    path("<int:pk>/describe/", outside_views.describe, name="describe"),
    path("<int:pk>/items/new/", outside_views.add_item, name="add_item"),
]
