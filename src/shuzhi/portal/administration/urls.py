"""Addresses of administration."""

from django.urls import path

from shuzhi.portal.administration import calendars, packs, views

app_name = "administration"
urlpatterns = [
    path("week/", views.week, name="week"),
    path("week/verify/", views.verify, name="verify"),
    path("packs/", packs.pack_list, name="packs"),
    path("calendar/", calendars.this_year, name="calendar_now"),
    path("calendar/<int:year>/", calendars.year_page, name="calendar"),
    path("calendar/<int:year>/propose/", calendars.year_propose, name="calendar_propose"),
    path("calendar/proposals/<str:public_id>/", calendars.arrangement_page, name="arrangement"),
    path(
        "calendar/proposals/<str:public_id>/<str:decision>/",
        calendars.arrangement_decide,
        name="arrangement_decide",
    ),
]
