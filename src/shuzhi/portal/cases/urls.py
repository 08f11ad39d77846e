"""Addresses of cases."""

from django.urls import path

from shuzhi.portal.cases import views

app_name = "cases"
urlpatterns = [
    path("", views.case_list, name="list"),
    path("<str:public_id>/", views.case_detail, name="detail"),
    path("<str:public_id>/steps/<str:step>/", views.case_step, name="step"),
]
