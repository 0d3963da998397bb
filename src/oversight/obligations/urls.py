"""Addresses of the app obligations."""

from django.urls import path

from oversight.obligations import profile_views, views

app_name = "obligations"
urlpatterns = [
    path("", views.duties, name="duties"),
    path("register/", views.register, name="register"),
    path("shipped/", views.shipped, name="shipped"),
    path("calendar/", views.calendar, name="calendar"),
    path("state/", views.state, name="state"),
    path("add/", views.add, name="add"),
    path("owners/", views.owners, name="owners"),
    path("<int:pk>/", views.duty, name="duty"),
    path("<int:pk>/amend/", views.amend, name="amend"),
    path("<int:pk>/assign/", views.assign, name="assign"),
    path("occurrences/<int:pk>/", views.occurrence, name="occurrence"),
    path("absences/", views.absences, name="absences"),
    path("absences/<int:pk>/end/", views.end_absence, name="end_absence"),
    path("escalation/", views.escalation, name="escalation"),
    path("pull/", views.pull, name="pull"),
    path("pull/<int:pk>/end/", views.end_pull, name="end_pull"),
    path("profile/", profile_views.profile, name="profile"),
    path("profile/<slug:key>/", profile_views.question, name="question"),
    path("self-assessments/", profile_views.assessments, name="assessments"),
    path("self-assessments/<int:pk>/", profile_views.assessment, name="assessment"),
    path("self-assessments/<int:pk>/plan/", profile_views.plan, name="plan"),
    path("self-assessments/<int:pk>/<int:number>/", profile_views.area, name="area"),
]
