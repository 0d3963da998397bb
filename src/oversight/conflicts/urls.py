"""Addresses of the app conflicts."""

from django.urls import path

from oversight.conflicts import ledger_views, views

app_name = "conflicts"
urlpatterns = [
    path("", views.register, name="register"),
    path("new/", views.propose, name="new"),
    path("<int:pk>/", views.conflict, name="conflict"),
    path("<int:pk>/correct/", views.correct, name="correct"),
    path("<int:pk>/owner/", views.hand_over, name="hand_over"),
    path("<int:pk>/results/new/", views.note_result, name="note_result"),
    path("payments/", ledger_views.ledger, name="ledger"),
    path("payments/new/", ledger_views.upload, name="upload"),
    path("payments/<int:pk>/", ledger_views.batch, name="batch"),
]
