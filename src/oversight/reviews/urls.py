"""Addresses of the app reviews."""

from django.urls import path

from oversight.reviews import room_views, seat_views, views

app_name = "reviews"
urlpatterns = [
    path("", views.reviews, name="reviews"),
    path("raise/", views.raise_review, name="raise"),
    path("raise/owed/", views.raise_owed, name="raise_owed"),
    path("pin/", views.pin, name="pin"),
    path("charter/", seat_views.charter, name="charter"),
    path("charter/write/", seat_views.propose_charter, name="propose_charter"),
    path("charter/appoint/", seat_views.appoint, name="appoint"),
    path("actions/", seat_views.actions, name="actions"),
    path("actions/<int:pk>/", seat_views.action, name="action"),
    path("actions/<int:pk>/hand-over/", seat_views.hand_over, name="hand_over"),
    path("motions/<int:pk>/vote/", room_views.vote, name="vote"),
    path("motions/<int:pk>/close/", room_views.close, name="close"),
    path("<int:pk>/", room_views.review, name="review"),
    path("<int:pk>/floor/", room_views.floor, name="floor"),
    path("<int:pk>/convene/", views.convene, name="convene"),
    path("<int:pk>/agenda/", views.agenda, name="agenda"),
    path("<int:pk>/generate/", views.generate, name="generate"),
    path("<int:pk>/papers/", room_views.attach, name="attach"),
    path("<int:pk>/circulate/", room_views.circulate, name="circulate"),
    path("<int:pk>/presence/", room_views.presence, name="presence"),
    path("<int:pk>/recuse/", room_views.recuse, name="recuse"),
    path("<int:pk>/take-up/", room_views.take_up, name="take_up"),
    path("<int:pk>/items/<int:number>/move/", room_views.put_motion, name="put_motion"),
    path("<int:pk>/actions/", room_views.set_action, name="set_action"),
    path("<int:pk>/sign/", room_views.sign, name="sign"),
    path("<int:pk>/minutes/", views.review_minutes, name="minutes"),
    path("<int:pk>/minutes.pdf", views.minutes_pdf, name="minutes_pdf"),
]
