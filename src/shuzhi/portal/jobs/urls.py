"""Addresses of the background work."""

from django.urls import path

from shuzhi.portal.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.job_list, name="list"),
    path("<str:public_id>/", views.job_detail, name="detail"),
    path("<str:public_id>/progress/", views.job_progress, name="progress"),
    path("<str:public_id>/cancel/", views.job_cancel, name="cancel"),
]
