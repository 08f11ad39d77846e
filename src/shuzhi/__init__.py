"""Shuzhi: the platform a district government runs itself on."""

__version__ = "0.1.0"
