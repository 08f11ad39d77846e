"""Secrecy marks, looked for where they are put: in a file's name, its titles, notes and headers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shuzhi.engine.data.reading.model import FrameRow
from shuzhi.engine.data.reading.refusals import SecrecyMarkedError

# 绝密★启用前 and 机密★10年 are marks; 商业秘密 or 保密协议 in a title is none
_MARK = re.compile(
    r"(?:绝密|机密|秘密)\s*[★☆]|[★☆]\s*(?:绝密|机密|秘密)"
    r"|密\s*级\s*[:：]\s*(?:绝密|机密|秘密|工作秘密)|^[\s【\[(（]*(?:绝密|机密|秘密|工作秘密)[\s】\])）]*$"
    r"|[【\[(（](?:绝密|机密|秘密|工作秘密)[】\])）]"
)


def refuse_marked(name: str, rows: Sequence[FrameRow]) -> None:
    """Raises SecrecyMarkedError where the name (row 0) or one of the frame rows carries a mark."""
    for row, text in [(0, name), *((frame.row, part) for frame in rows for part in frame.text.split(" | "))]:
        if match := _MARK.search(text):
            raise SecrecyMarkedError(name=name, mark=match[0].strip(), row=row)
