"""Files that must not enter: state secrets (国家秘密) and work secrets (工作秘密). Recognised by their marks.

The regulation on the sharing of government data leaves both out; this platform is not a place for
either. A mark is looked for where offices put it: in the file's name, and in its title and notes.
Text without a mark cannot be recognised: that is what the uploader declares.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath

from shuzhi.engine.errors import BadInputError

# "机密★10年", "秘密☆", "【工作秘密】", "密级：机密"; a column that is merely called 保密 does not match.
_MARKS = re.compile(
    r"(?:绝密|机密|秘密)\s*[★☆]|[【\[(（〔]\s*(?:绝密|机密|秘密|工作秘密)\s*[】\])）〕]"
    r"|密\s*级\s*[:：]\s*(?:绝密|机密|秘密|工作秘密)|^\s*(?:绝密|机密|工作秘密)\s*$"
)


class MarkedSecretError(BadInputError):
    """The file carries the mark of a secret; it is turned away and not kept."""

    code = "catalogue.secret"
    text = (
        "{name} carries the mark “{mark}”. State and work secrets may not be brought into this platform; "
        "the file was not kept. Ask your office's confidentiality officer (保密办) how to hand it over."
    )


class UndeclaredError(BadInputError):
    """The uploader did not declare that the file holds no secret."""

    code = "catalogue.undeclared"
    text = "Declare that {name} holds no state secret and no work secret, then upload it again."


def refuse_marked(name: str, texts: Iterable[str]) -> None:
    """Raises MarkedSecretError when the name or one of the texts carries a mark of secrecy."""
    for text in (PurePath(name).stem, *texts):
        if found := _MARKS.search(text):
            raise MarkedSecretError(name=name, mark=found.group().strip())
