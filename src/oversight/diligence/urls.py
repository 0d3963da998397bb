"""Addresses of the app diligence."""

from django.urls import path

from oversight.diligence import answer_views, outside_views, selection_views, views

app_name = "diligence"
urlpatterns = [
    path("", views.assessments, name="assessments"),
    path("new/", views.begin, name="new"),
    path("<int:pk>/", views.assessment, name="assessment"),
    path("<int:pk>/suggested/", views.take_proposals, name="take_proposals"),
    path("<int:pk>/score/<slug:area>/", answer_views.score_area, name="score_area"),
    path("<int:pk>/condition/", views.set_condition, name="set_condition"),
    path("<int:pk>/account/", views.ask_for_account, name="ask_for_account"),
    path("conditions/<int:pk>/", views.condition, name="condition"),
    path("answers/<int:pk>/", answer_views.answer, name="answer"),
    path("answers/<int:pk>/score/", answer_views.score, name="score"),
    path("answers/<int:pk>/challenge/", answer_views.challenge, name="challenge"),
    path("selections/", selection_views.selections, name="selections"),
    path("selections/new/", selection_views.begin, name="new_selection"),
    path("selections/<int:pk>/", selection_views.selection, name="selection"),
    path("selections/<int:pk>/candidate/", selection_views.add, name="add_candidate"),
    path("selections/<int:pk>/memo/", selection_views.memo, name="memo"),
    path("questionnaires/", outside_views.questionnaires, name="questionnaires"),
    path("questionnaires/<int:pk>/", outside_views.questionnaire, name="questionnaire"),
    path("questionnaires/<int:pk>/submit/", outside_views.submit, name="submit"),
    path("questionnaires/<int:pk>/files/<int:filed>/", outside_views.file, name="questionnaire_file"),
    path("questionnaires/<int:pk>/files/<int:link>/take-off/", outside_views.take_off, name="take_off"),
    path("questionnaires/<int:pk>/challenges/<int:challenge>/", outside_views.reply, name="reply"),
    path("questionnaires/<int:pk>/<slug:area>/", outside_views.area, name="area"),
    path("questionnaires/<int:pk>/<slug:question>/save/", outside_views.save, name="save"),
    path("questionnaires/<int:pk>/<slug:question>/attach/", outside_views.attach, name="attach"),
    path("questionnaires/<int:pk>/<slug:question>/delegate/", outside_views.delegate, name="delegate"),
]
