"""Addresses of the app liquidity."""

from django.urls import path

from oversight.liquidity import memo_views, tape_views, views

app_name = "liquidity"
urlpatterns = [
    path("", views.reach, name="reach"),
    path("tape/", tape_views.of_symbols, name="tape"),
    path("routers/<int:pk>/", views.vendor, name="vendor"),
    path("venues/new/", views.add_reach, name="add_reach"),
    path("venues/list/", views.take_list, name="take_list"),
    path("venues/<int:pk>/", views.reached, name="reached"),
    path("memos/new/", memo_views.write_memo, name="write_memo"),
    path("memos/<int:pk>/", memo_views.memo, name="memo"),
    path("memos/<int:pk>/revise/", memo_views.revise, name="revise"),
    path("reports/new/", views.publish, name="publish"),
    path("reports/<int:pk>/", views.published, name="published"),
]
