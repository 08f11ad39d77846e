"""Marked files are turned away; ordinary ones are not."""

import pytest

from shuzhi.apps.catalogue.secrets import MarkedSecretError, refuse_marked


@pytest.mark.parametrize(
    "text", ["机密★10年", "秘密☆ 3年", "关于某事的报告（工作秘密）", "密级：秘密", "【绝密】名单", "机密"]
)
def test_a_marked_file_is_turned_away_by_name_or_title(text: str) -> None:
    with pytest.raises(MarkedSecretError):
        refuse_marked(f"{text}.xlsx", [])
    with pytest.raises(MarkedSecretError):
        refuse_marked("名单.xlsx", ["萧山区汇总表", text])


@pytest.mark.parametrize("text", ["保密协议签订情况", "机密机床厂名册", "商业秘密保护名录", "秘密花园健身点"])
def test_ordinary_titles_pass(text: str) -> None:
    refuse_marked(f"{text}.xlsx", [text])
    with pytest.raises(MarkedSecretError):  # the same title under a mark does not pass
        refuse_marked(f"{text}.xlsx", [f"{text}（秘密）"])
