"""The log tells what failed and where, and no value of the data."""

import structlog

from shuzhi import logs


def test_a_traceback_in_the_log_shows_no_local_variable(capsys) -> None:  # type: ignore[no-untyped-def]
    logs.configure()
    resident = "330109" + "199001011234"
    try:
        raise RuntimeError(len(resident))
    except RuntimeError:
        structlog.get_logger("test").exception("job.failed", job="jb_1")
    said = capsys.readouterr().err
    assert "job.failed" in said
    assert "RuntimeError" in said
    assert resident not in said
