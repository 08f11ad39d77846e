"""Addresses of the journal."""

from django.urls import path

from shuzhi.portal.journal import views

app_name = "journal"
urlpatterns = [
    path("", views.entry_list, name="list"),
    path("<str:public_id>/", views.entry_detail, name="detail"),
    path("<str:public_id>/proof.json", views.entry_proof, name="proof"),
]
