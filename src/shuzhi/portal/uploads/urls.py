"""Addresses of uploads."""

from django.urls import path

from shuzhi.portal.uploads import receiving, views

app_name = "uploads"
urlpatterns = [
    path("", views.upload_list, name="list"),
    path("new/", views.upload_new, name="new"),
    path("parts/", receiving.receptions, name="receptions"),
    path("parts/<str:public_id>/", receiving.reception, name="reception"),
    path("parts/<str:public_id>/discard/", views.reception_discarded, name="discard"),
    path("<str:public_id>/", views.upload_detail, name="detail"),
    path("<str:public_id>/answer/", views.upload_answered, name="answer"),
    path("<str:public_id>/result/", views.upload_result, name="result"),
]
