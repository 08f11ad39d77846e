"""Addresses of one's own account."""

from django.urls import path

from shuzhi.portal.account import views

app_name = "account"
urlpatterns = [
    path("login/", views.login_page, name="login"),
    path("logout/", views.logout_page, name="logout"),
    path("identity/", views.switch_identity, name="identity"),
    path("password/", views.password_page, name="password"),
]
