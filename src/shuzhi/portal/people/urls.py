"""Addresses of accounts, duties and organisations."""

from django.urls import path

from shuzhi.portal.people import accounts, duties, organisations, restructuring, workbook

app_name = "people"
urlpatterns = [
    path("accounts/", accounts.account_list, name="accounts"),
    path("accounts/new/", accounts.account_new, name="account_new"),
    path("accounts/<str:public_id>/", accounts.account_detail, name="account"),
    path("accounts/<str:public_id>/<str:act>/", accounts.account_act, name="account_act"),
    path("proposals/", duties.proposal_list, name="proposals"),
    path("proposals/new/<str:public_id>/", duties.duty_propose, name="propose"),
    path("proposals/<str:public_id>/", duties.proposal_detail, name="proposal"),
    path("proposals/<str:public_id>/<str:decision>/", duties.proposal_decide, name="decide"),
    path("duties/", duties.duty_list, name="duties"),
    path("duties/<str:public_id>/end/", duties.duty_end, name="duty_end"),
    path("organisations/", organisations.organisation_list, name="organisations"),
    path("organisations/new/", organisations.organisation_new, name="organisation_new"),
    path("organisations/list/", workbook.list_workbook, name="list"),
    path("organisations/list/template/", workbook.list_template, name="list_template"),
    path("organisations/list/<str:public_id>/", workbook.list_check, name="list_check"),
    path("organisations/list/<str:public_id>/marked/", workbook.list_marked, name="list_marked"),
    path("organisations/<str:public_id>/", organisations.organisation_detail, name="organisation"),
    path("organisations/<str:public_id>/work/", organisations.organisation_work, name="organisation_work"),
    path("organisations/<str:public_id>/names/", organisations.alias_add, name="alias_add"),
    path("organisations/<str:public_id>/names/<str:alias>/end/", organisations.alias_end, name="alias_end"),
    path("organisations/<str:public_id>/end/", organisations.temporary_extend, name="temporary_extend"),
    path("organisations/<str:public_id>/<str:kind>/", restructuring.change_new, name="change_new"),
    path("changes/", restructuring.change_list, name="changes"),
    path("changes/<str:public_id>/", restructuring.change_detail, name="change"),
    path("changes/<str:public_id>/<str:decision>/", restructuring.change_decide, name="change_decide"),
]
