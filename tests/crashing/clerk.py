"""A clerk at work through real HTTP: patient, and looking first before doing a thing twice.

What the portal answered "done" goes to the ledger. Where no answer came, the clerk looks whether it was
done, as a person would, and does it again only where it was not.
"""

from __future__ import annotations

import base64
import http.client
import re
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import TypeVar

from tests.crashing.tables import mended, messy

ANSWER_S = 30.0
NO_ROOM = "扩充空间"
"""Said where a file is refused beforehand because the disk has no room for it."""
PART = "application/offset+octet-stream"
Given = TypeVar("Given")


class NoAnswerError(Exception):
    """The connection broke, or the portal said that the fault is on its side."""


@dataclass(frozen=True, slots=True)
class Page:
    """What came back at the end of all redirects."""

    status: int
    path: str
    text: str

    def hidden(self, name: str) -> str:
        """The value of a hidden field; empty where there is none."""
        found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', self.text)
        return found[1] if found else ""


@dataclass
class Clerk:
    """Somebody with a session. ``ledger`` lists what was answered: (what, public id, more)."""

    address: str
    login: str
    password: str
    ledger: list[tuple[str, str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    patience_s: float = 120.0

    def __post_init__(self) -> None:
        self._cookies = CookieJar()
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies)).open

    def work(self, title: str) -> None:
        """The main job: hand in, wait, confirm, hand in mended, say of what it is one, see all closed.

        Whatever is done already is left as it is, so whoever was killed half-way begins anew.
        """
        self.sign_in()
        first = self.hand_in(title, messy(title))
        dataset = self.wait(first)
        cases = self.cases(dataset)
        assert cases, "the check found nothing"
        for case in cases:
            self.step(case, "confirm")
        self.change_their_mind(f"{title}（不报）", messy(title))
        second = self.hand_in(f"{title}（改正后）", mended(title), in_parts=True)
        self.wait(second)
        self.answer(second, dataset)
        self.wait(second)
        assert not self.cases(dataset, "phase-open"), "cases stayed open"
        broken = self.hand_in(f"{title}（损坏）", b"PK\x03\x04 no table")
        assert "alert-danger" in self.settled(broken).text, "a broken file was not sent back"

    def promised(self, what: str, public_id: str, more: str) -> None:
        """Writes down what the portal answered to have done."""
        self.ledger.append((what, public_id, more))

    def sign_in(self) -> None:
        """Opens a session; survives the end of the web process."""

        def act() -> None:
            page = self.get("/account/login/?next=/uploads/")
            if not page.path.startswith("/account/login/"):
                return
            answer = self.post(
                "/account/login/", {"login": self.login, "password": self.password, "next": "/uploads/"}
            )
            if answer.path.startswith("/account/login/"):
                raise AssertionError("signing in was refused")

        self._patiently(act)

    def hand_in(self, title: str, content: bytes, dataset: str = "", *, in_parts: bool = False) -> str:
        """Hands a file in as new, or as a version of the dataset; the upload's public id."""

        def act() -> str:
            if there := self._uploads(title):
                return there[0]
            form = self.get("/uploads/new/" + (f"?dataset={dataset}" if dataset else ""))
            fields = {"title": title, "dataset": dataset, "no_secrets": "on", "synthetic": "on"}
            fields["organisation"] = form.hidden("organisation")
            if in_parts:
                fields["reception"] = self._sent(title, content).rstrip("/").rpartition("/")[2]
            file = None if in_parts else ("file", f"{title}.csv", content)
            page = self.post("/uploads/new/", fields, file)
            found = re.fullmatch(r"/uploads/(up_\w+)/", page.path)
            if not found and NO_ROOM in page.text:
                self.faults.append(_said(page))
                raise NoAnswerError("there is no room")  # the clerk waits for it, as told
            if not found:
                raise AssertionError(f"the file was not taken: {_said(page)}")
            self.promised("upload", found[1], title)
            return found[1]

        return self._patiently(act)

    def change_their_mind(self, title: str, content: bytes) -> None:
        """Sends a part of a file and throws it away again."""
        self._patiently(lambda: self.tus("DELETE", self._sent(title, content, len(content) // 2), {}))

    def _sent(self, title: str, content: bytes, upto: int | None = None) -> str:
        """Sends the file in two parts, from where it broke off; its address."""
        said = {"filename": f"{title}.csv", "no_secrets": "on", "modified": "1"}
        pairs = ",".join(f"{key} {base64.b64encode(text.encode()).decode()}" for key, text in said.items())
        size = len(content)
        told = self.tus("POST", "/uploads/parts/", {"Upload-Length": str(size), "Upload-Metadata": pairs})
        url, come = told["location"], int(told["upload-offset"])
        while come < (size if upto is None else upto):
            part = content[come:][: size // 2 + 1]
            come = int(self.tus("PATCH", url, {"Upload-Offset": str(come)}, part)["upload-offset"])
        return url

    def answer(self, upload: str, dataset: str) -> None:
        """Says that the file is a new version of the dataset, where that is asked."""

        def act() -> None:
            asked = self.get(f"/uploads/{upload}/")
            if f"/uploads/{upload}/answer/" not in asked.text:
                return
            page = self.post(f"/uploads/{upload}/answer/", {"dataset": dataset})
            if page.status == 200:
                self.promised("answer", upload, dataset)

        self._patiently(act)

    def wait(self, upload: str) -> str:
        """Follows the upload until nothing happens any more; the dataset's public id, empty where asked."""
        page = self.settled(upload)
        if f"/uploads/{upload}/answer/" in page.text:
            return ""
        found = re.search(r'href="/datasets/(ds_\w+)/"', page.text)
        if not found:
            raise AssertionError(f"the file was sent back: {_said(page)}")
        return found[1]

    def settled(self, upload: str) -> Page:
        """The upload's page once its work has ended."""
        until = time.monotonic() + self.patience_s
        while True:
            page = self._patiently(lambda: self.get(f"/uploads/{upload}/"))
            ends = (f"/uploads/{upload}/answer/", "alert-danger", 'href="/datasets/ds_')
            main = page.text.partition('id="content"')[2]
            if any(end in main for end in ends):
                return page
            if time.monotonic() > until:
                raise AssertionError(f"the upload {upload} did not come to an end: {_said(page)}")
            time.sleep(0.1)

    def cases(self, dataset: str, state: str = "") -> list[str]:
        """Public ids of the dataset's cases."""
        query = urllib.parse.urlencode({"dataset": dataset} | ({"state": state} if state else {}))
        page = self._patiently(lambda: self.get(f"/cases/?{query}"))
        return sorted(set(re.findall(r"/cases/(ca_\w+)/", page.text)))

    def step(self, case: str, name: str) -> None:
        """Takes a step that asks for nothing, unless it was taken already."""

        def act() -> None:
            page = self.get(f"/cases/{case}/")
            form = re.search(rf'action="/cases/{case}/steps/{name}/".*?</form>', page.text, re.DOTALL)
            if not form:
                return
            version = Page(200, "", form[0]).hidden("version")
            after = self.post(f"/cases/{case}/steps/{name}/", {"version": version})
            if after.status == 200 and f"/steps/{name}/" not in after.text:
                self.promised("step", case, name)

        self._patiently(act)

    def get(self, path: str) -> Page:
        """A page; NoAnswerError where none came."""
        return self._ask(path)

    def post(self, path: str, fields: dict[str, str], file: tuple[str, str, bytes] | None = None) -> Page:
        """Sends a form with its token, and a file where there is one."""
        return self._ask(path, *_encoded(fields, file))

    def tus(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> dict[str, str]:
        """A request of the protocol for files in parts; the answer's headers by lower-case name."""
        token = next((cookie.value for cookie in self._cookies if cookie.name == "csrftoken"), "") or ""
        told = {"Tus-Resumable": "1.0.0", "Content-Type": PART, "X-CSRFToken": token} | headers
        request = urllib.request.Request(self.address + path, body, told, method=method)
        try:
            with self._open(request, timeout=ANSWER_S) as answer:
                return {name.lower(): value for name, value in answer.headers.items()}
        except urllib.error.HTTPError as error:
            if error.code >= 500:
                self.faults.append(f"{error.code} {path}")
            raise NoAnswerError(f"{error.code} {path}: {error.read()[:300]!r}") from error
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswerError(str(error)) from error

    def _uploads(self, title: str) -> list[str]:
        """The uploads of this file; by then they may bear the name of the dataset that they renewed."""
        page = self.get("/uploads/?" + urllib.parse.urlencode({"q": title.partition("（")[0]}))
        rows = re.findall(r"<tr.*?</tr>", page.text, re.DOTALL)
        return [found[0] for row in rows if f">{title}.csv" in row and (found := re.findall(r"up_\w+", row))]

    def _ask(self, path: str, body: bytes | None = None, media: str = "") -> Page:
        token = next((cookie.value for cookie in self._cookies if cookie.name == "csrftoken"), "") or ""
        headers = {"Content-Type": media, "X-CSRFToken": token} if media else {}
        request = urllib.request.Request(self.address + path, body, headers)
        try:
            with self._open(request, timeout=ANSWER_S) as answer:
                text = answer.read().decode("utf-8", "replace")
                return Page(answer.status, urllib.parse.urlsplit(answer.url).path, text)
        except urllib.error.HTTPError as error:
            text = error.read().decode("utf-8", "replace")
            page = Page(error.code, urllib.parse.urlsplit(error.url).path, text)
            if error.code >= 500:
                self.faults.append(f"{error.code} {page.path}: {_said(page)}")
                raise NoAnswerError(f"{error.code} {page.path}") from error
            return page
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswerError(str(error)) from error

    def _patiently(self, act: Callable[[], Given]) -> Given:
        until = time.monotonic() + self.patience_s
        while True:
            try:
                return act()
            except NoAnswerError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)


def _said(page: Page) -> str:
    main = re.sub(
        r"<script.*?</script>|<[^>]+>", " ", page.text.partition("<main")[2] or page.text, flags=re.DOTALL
    )
    return f"{page.status} {page.path} {' '.join(main.split())[:600]}"


def _encoded(fields: dict[str, str], file: tuple[str, str, bytes] | None) -> tuple[bytes, str]:
    if file is None:
        return urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded"
    mark = uuid.uuid4().hex
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    name, called, content = file
    head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{called}"\r\n'
    parts += [head.encode(), b"Content-Type: text/csv\r\n\r\n", content, b"\r\n", f"--{mark}--\r\n".encode()]
    return b"".join(parts), f"multipart/form-data; boundary={mark}"
