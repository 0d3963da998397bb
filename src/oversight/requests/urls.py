"""Addresses of the app requests."""

from django.urls import path

from oversight.requests import item_views, production_views, reading_views, views

app_name = "requests"
urlpatterns = [
    path("", views.requests, name="requests"),
    path("new/", views.take_in, name="new"),
    path("<int:pk>/", views.letter, name="request"),
    path("<int:pk>/correct/", views.correct, name="correct"),
    path("<int:pk>/items/new/", views.add_item, name="add_item"),
    path("<int:pk>/counsel/", views.name_counsel, name="name_counsel"),
    path("<int:pk>/counsel/space/", item_views.space, name="space"),
    path("<int:pk>/more-time/", views.ask_extension, name="ask_extension"),
    path("<int:pk>/productions/new/", production_views.draft, name="draft"),
    path("<int:pk>/rooms/new/", production_views.make_room, name="make_room"),
    path("counsel/<int:pk>/end/", views.end_counsel, name="end_counsel"),
    path("more-time/<int:pk>/", views.answer_extension, name="answer_extension"),
    path("items/<int:pk>/", item_views.item, name="item"),
    path("items/<int:pk>/owner/", views.assign, name="assign"),
    path("items/<int:pk>/gather/", item_views.gather, name="gather"),
    path("documents/<int:pk>/", item_views.document, name="document"),
    path("documents/<int:pk>/redact/", item_views.redact, name="redact"),
    path("documents/<int:pk>/later/", item_views.take_later, name="take_later"),
    path("papers/<int:pk>/", item_views.paper, name="paper"),
    path("productions/<int:pk>/", production_views.production, name="production"),
    path("rooms/<int:pk>/", production_views.room, name="room"),
    path("rooms/<int:pk>/link/", production_views.relink, name="relink"),
    path("reading/<slug:secret>/", reading_views.reading, name="reading"),
    path("reading/<slug:secret>/leave/", reading_views.leave, name="leave"),
    path("reading/<slug:secret>/documents/<slug:label>/", reading_views.document, name="reading_document"),
    path("reading/<slug:secret>/productions/<int:number>/<slug:name>/", reading_views.part, name="reading_part"),
]
