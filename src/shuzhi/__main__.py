"""``python -m shuzhi`` is the command ``shuzhi``."""

from shuzhi.cli.main import main

main()
