"""Addresses of the app accounts."""

from django.urls import path

from oversight.accounts import review_views, views

app_name = "accounts"
urlpatterns = [
    path("", views.people, name="people"),
    path("open/", views.open_account, name="open"),
    path("me/", views.me, name="me"),
    path("me/end-sessions/", views.end_own_sessions, name="end_own_sessions"),
    path("reviews/", review_views.reviews, name="reviews"),
    path("reviews/open/", review_views.open_review, name="open_review"),
    path("reviews/<int:pk>/", review_views.review, name="review"),
    path("reviews/lines/<int:pk>/", review_views.decide, name="decide"),
    path("<slug:key>/", views.person, name="person"),
    path("<slug:key>/give-role/", views.give_role, name="give_role"),
    path("<slug:key>/end-role/", views.end_role, name="end_role"),
    path("<slug:key>/close/", views.close_account, name="close"),
    path("<slug:key>/invite/", views.invite, name="invite"),
    path("<slug:key>/reset-second-factor/", views.ask_reset, name="ask_reset"),
    path("<slug:key>/sign-in-through/", views.sign_in_through, name="sign_in_through"),
    path("<slug:key>/end-sessions/", views.end_sessions, name="end_sessions"),
]
