"""Addresses of the app cases."""

from django.urls import path

from oversight.cases import outside_views, views, working_views

app_name = "cases"
urlpatterns = [
    path("", views.cases, name="cases"),
    path("open/", views.open_case, name="open"),
    path("notices/", outside_views.asked, name="asked"),
    path("notices/<int:pk>/yours/", outside_views.asked_of, name="asked_of"),
    path("notices/<int:pk>/attach/", outside_views.attach, name="attach"),
    path("notices/<int:pk>/files/<int:filed>/", outside_views.asked_file, name="asked_file"),
    path("notices/<int:pk>/", working_views.notice, name="notice"),
    path("notices/<int:pk>/revise/", working_views.revise_notice, name="revise_notice"),
    path("notices/<int:pk>/letter/", working_views.notice_draft, name="notice_draft"),
    path("measures/<int:pk>/carried-out/", working_views.carry_out, name="carry_out"),
    path("monitoring/<int:pk>/", views.monitoring, name="monitoring"),
    path("tests/<int:pk>/", views.test, name="test"),
    path("<int:pk>/", views.case, name="case"),
    path("<int:pk>/notice/", working_views.draft_notice, name="draft_notice"),
    path("<int:pk>/measure/", working_views.propose_measure, name="propose_measure"),
    path("<int:pk>/monitoring/", working_views.propose_monitoring, name="propose_monitoring"),
    path("<int:pk>/test/", working_views.register_test, name="register_test"),
    path("<int:pk>/override/", working_views.propose_override, name="propose_override"),
    path("<int:pk>/conclude/", working_views.conclude_alone, name="conclude_alone"),
    path("<int:pk>/difference/", working_views.add_difference, name="add_difference"),
]
