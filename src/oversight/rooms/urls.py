"""Addresses of the app rooms."""

from django.urls import path

from oversight.rooms import outside_views, views

app_name = "rooms"
urlpatterns = [
    path("", views.rooms, name="rooms"),
    path("open/<int:case>/", views.open_room, name="open"),
    path("mine/", outside_views.mine, name="mine"),
    path("mine/<int:pk>/", outside_views.shared, name="shared"),
    path("mine/<int:pk>/files/<int:filed>/", outside_views.file, name="file"),
    path("<int:pk>/", views.room, name="room"),
    path("<int:pk>/days/", views.choose_day, name="choose_day"),
    path("<int:pk>/orders/", views.orders, name="orders"),
    path("<int:pk>/note/", views.note, name="note"),
    path("<int:pk>/hypotheses/new/", outside_views.suppose, name="suppose"),
    path("<int:pk>/say/<slug:kind>/", outside_views.say, name="say"),
]
