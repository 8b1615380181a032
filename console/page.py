"""What a route needs to answer: who asks, in which language, and how to render.

@router.get("/requests")
def list_requests(page: Annotated[Page, Depends(page_of(Area.REQUESTS))]) -> Response:
    return page.render("requests/list.html.j2", rows=...)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import HTTPException
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from clinic.bootstrap import Services
from clinic.staff.model import StaffMember, StaffSession
from console.access import AREAS, Area, lacks_a_site, may_enter
from console.formats import Formats
from console.security import cookies
from console.security.guard import BACKGROUND
from console.texts import Translate, preferred_language, translator

_BOLD = re.compile(r"(?<![\w*])\*([^*\s](?:[^*\n]*[^*\s])?)\*(?![\w*])")
_ITALIC = re.compile(r"(?<![\w_])_([^_\s](?:[^_\n]*[^_\s])?)_(?![\w_])")
_VARIABLE = re.compile(r"\{\{(\w+)\}\}")
_TEMPLATES = Path(__file__).parent / "templates"
ALL_SITES = "all_sites"
"""Why somebody is refused (the detail of a 403): their role would have to hold at all sites."""
RIGHT_TO_LEFT = frozenset({"ar"})


@dataclass(frozen=True)
class Page:
    """One request: its session, its language, its templates."""

    request: Request
    services: Services
    area: Area | None = None

    @property
    def session(self) -> StaffSession:
        """The session; only pages behind the login have one."""
        session: StaffSession | None = self.request.state.session
        if session is None:
            raise HTTPException(401)
        return session

    @property
    def member(self) -> StaffMember:
        """Who asks."""
        return self.session.member

    @property
    def language(self) -> str:
        """fr, ar or en"""
        session: StaffSession | None = self.request.state.session
        if session is not None:
            return session.member.language
        return preferred_language(self.request.headers.get("accept-language", ""))

    @property
    def live_since(self) -> int:
        """The number of the last event that this page already shows."""
        return int(getattr(self.request.state, "live_since", 0) or self.services.live.newest_id())

    @property
    def t(self) -> Translate:
        return translator(self.language)

    @property
    def fmt(self) -> Formats:
        return Formats(self.language, self.services.clinic.zone, self.services.clock.now(), self.t)

    @property
    def address(self) -> str:
        """Where somebody who reads this page can come back to: a form that was sent is gone."""
        if self.request.method == "GET":
            return str(self.request.url.path)
        return AREAS[self.area].path if self.area else "/account"

    @property
    def is_partial(self) -> bool:
        """True when htmx asks for a part of a page, not for a whole one."""
        headers = self.request.headers
        return bool(headers.get("hx-request")) and not headers.get("hx-boosted")

    @property
    def is_background(self) -> bool:
        """True when the page refreshes itself: nobody asked, and it is not recorded again."""
        return BACKGROUND in self.request.headers

    def render(self, template: str, /, status: int = 200, **values: Any) -> Response:
        """Renders a template of `console/templates/`; see `layout.html.j2` for its blocks."""
        # Part of a page has no place for it: it waits for the next whole one.
        notice = None if self.is_partial else cookies.read_notice(self.request)
        content = (
            _environment().get_template(template).render(**self._shared(), notice=notice, **values)
        )
        response = HTMLResponse(content, status_code=status)
        if notice:
            cookies.remove(response, self.request, cookies.NOTICE)
        return response

    def redirect(self, path: str, notice: str | None = None) -> Response:
        """Leads to another page of the console, where `notice`, a text's name, is shown once."""
        response: Response
        if self.request.headers.get("hx-request"):
            response = Response(status_code=204, headers={"HX-Redirect": path})
        else:
            response = RedirectResponse(path, status_code=303)
        if notice:
            cookies.leave_notice(response, self.request, notice)
        return response

    def _shared(self) -> dict[str, Any]:
        session: StaffSession | None = self.request.state.session
        is_in = session is not None and not session.needs_code
        return {
            "page": self,
            "t": self.t,
            "fmt": self.fmt,
            "language": self.language,
            "direction": "rtl" if self.language in RIGHT_TO_LEFT else "ltr",
            "csrf": self.request.state.csrf,
            "clinic": self.services.clinic,
            "clinic_name": say_local(self.services.clinic.name, self.language),
            "member": session.member if session else None,
            "navigation": [
                (area, entry)
                for area, entry in AREAS.items()
                if session and is_in and may_enter(session.member, area)
            ],
            "area": self.area,
            "say": lambda text: say_local(text, self.language),
        }


def page_of(area: Area | None = None) -> Callable[[Request], Page]:
    """Returns the dependency that gives a route its page, and refuses who may not enter.

    Args:
        area: None for what everybody has, such as one's own account.
    """

    def dependency(request: Request) -> Page:
        page = Page(request, request.app.state.services, area)
        # Before the page reads anything: what happens from now on is told to it afterwards.
        request.state.live_since = page.services.live.newest_id()
        page.services.clinic_file.refresh()
        if area is not None and not may_enter(page.member, area):
            raise HTTPException(403, ALL_SITES if lacks_a_site(page.member, area) else None)
        return page

    return dependency


def open_page(request: Request) -> Page:
    """The dependency of the login pages, which have no session yet."""
    return Page(request, request.app.state.services)


def say_local(text: Any, language: str) -> str:
    """Returns a text of the clinic file in a language of the interface."""
    said: str = text.to("ary" if language == "ar" else language)
    return said


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["formatted"] = formatted
    environment.filters["marked"] = marked
    return environment


def formatted(text: str) -> Markup:
    """Returns a message with WhatsApp's bold and italic shown as such."""
    shown = _BOLD.sub(r"<strong>\1</strong>", str(escape(text)))
    return Markup(_ITALIC.sub(r"<em>\1</em>", shown))


def marked(body: str, names: dict[str, str]) -> Markup:
    """Returns a template's text with its variables marked by their names."""
    shown = str(escape(body))
    return Markup(_VARIABLE.sub(lambda m: f"<mark>{escape(names.get(m[1], m[1]))}</mark>", shown))
