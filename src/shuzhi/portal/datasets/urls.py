"""Addresses of the catalogue."""

from django.urls import path

from shuzhi.portal.datasets import acts, files, views

app_name = "datasets"
urlpatterns = [
    path("", views.dataset_list, name="list"),
    path("<str:public_id>/", views.summary, name="detail"),
    path("<str:public_id>/columns/", views.columns, name="columns"),
    path("<str:public_id>/quality/", views.quality, name="quality"),
    path("<str:public_id>/versions/", views.versions, name="versions"),
    path("<str:public_id>/rows/", views.rows, name="rows"),
    path("<str:public_id>/aside/", views.aside, name="aside"),
    path("<str:public_id>/contract/", acts.contract, name="contract"),
    path("<str:public_id>/grades/", acts.grades_decide, name="grades_decide"),
    path("<str:public_id>/withdraw/", acts.rule_withdraw, name="rule_withdraw"),
    path("<str:public_id>/template.xlsx", files.template, name="template"),
    path("<str:public_id>/versions/<int:number>/original", files.original, name="original"),
    path("<str:public_id>/versions/<int:number>/marked.xlsx", files.marked, name="marked"),
]
