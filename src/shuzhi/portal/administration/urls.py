"""Addresses of administration."""

from django.urls import path

from shuzhi.portal.administration import views

app_name = "administration"
urlpatterns = [
    path("week/", views.week, name="week"),
    path("week/verify/", views.verify, name="verify"),
]
