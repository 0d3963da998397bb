"""Addresses of the app vendors."""

from django.urls import path

from oversight.vendors import arrangement_views, readiness_views, views

app_name = "vendors"
urlpatterns = [
    path("", views.vendors, name="vendors"),
    path("register/", views.register, name="register"),
    path("<int:pk>/", views.vendor, name="vendor"),
    path("<int:pk>/describe/", views.describe, name="describe"),
    path("<int:pk>/chain/", views.chain, name="chain"),
    path("<int:pk>/chain/product/", views.add_product, name="add_product"),
    path("<int:pk>/chain/add/", views.add_sub_vendor, name="add_sub_vendor"),
    path("products/<int:pk>/release/", views.release, name="release"),
    path("<int:pk>/arrangement/", arrangement_views.draft, name="draft_arrangement"),
    path("arrangements/<int:pk>/", arrangement_views.arrangement, name="arrangement"),
    path("arrangements/<int:pk>/correct/", arrangement_views.correct, name="correct_arrangement"),
    path("arrangements/<int:pk>/rely/", arrangement_views.open_reliance, name="open_reliance"),
    path("reliances/<int:pk>/", arrangement_views.reliance, name="reliance"),
    path("<int:pk>/test-report/", readiness_views.file_test_report, name="file_test_report"),
    path("test-reports/<int:pk>/", readiness_views.test_report, name="test_report"),
    path("<int:pk>/market-access/", readiness_views.state_access_control, name="state_access_control"),
    path("market-access/<int:pk>/", readiness_views.access_control, name="access_control"),
    path("<int:pk>/exit-plan/", readiness_views.draft_exit_plan, name="draft_exit_plan"),
    path("exit-plans/<int:pk>/", readiness_views.exit_plan, name="exit_plan"),
    path("exit-plans/<int:pk>/revise/", readiness_views.revise_exit_plan, name="revise_exit_plan"),
]
