"""Addresses of the inbox."""

from django.urls import path

from shuzhi.portal.inbox import views

app_name = "inbox"
urlpatterns = [path("", views.inbox_list, name="list")]
