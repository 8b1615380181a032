"""The pages behind secure links: ask the second factor, then show what the link opens, once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import Environment, FileSystemLoader
from sanic import HTTPResponse, Request, response

from clinic.bootstrap import Services
from clinic.secure_links.errors import LinkGoneError, WrongFactorError
from clinic.secure_links.model import Factor

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
}

_Opened = TypeVar("_Opened")


class SecurePages:
    """Asks and answers for one kind of link.

    Attributes:
        responses: what the names of its texts in `data/responses/` begin with.
        template: shows what was opened; extends `secure_page.html.j2`.
    """

    def __init__(
        self,
        get_services: Callable[[], Services],
        *,
        responses: str,
        template: str,
        texts: tuple[str, ...],
    ) -> None:
        self._get_services = get_services
        self._responses = responses
        self._texts = texts
        self._template = Environment(
            loader=FileSystemLoader(Path(__file__).with_name("pages")), autoescape=True
        ).get_template(template)

    def page(self, language: str, status: int = 200, **values: Any) -> HTTPResponse:
        """Returns the page in a language, with what else stands on it."""
        wired = self._get_services()
        html = self._template.render(
            language=language,
            texts={name: self._text(name, language) for name in self._texts},
            clinic=wired.clinic.name.to(language),
            **values,
        )
        return response.html(html, status=status, headers=HEADERS)

    async def ask(self, token: str, factor_of: Callable[[str], tuple[Factor, str]]) -> HTTPResponse:
        """Returns the question of a link, or that it is gone."""
        try:
            factor, language = await asyncio.to_thread(factor_of, token)
        except LinkGoneError:
            return self.gone()
        return self.page(language, factor=self._question(factor, language))

    async def show(
        self,
        request: Request,
        token: str,
        factor_of: Callable[[str], tuple[Factor, str]],
        open_link: Callable[[str, str], _Opened],
        answer: Callable[[_Opened], HTTPResponse],
    ) -> HTTPResponse:
        """Opens a link with what was answered; asks again after a wrong answer."""
        said = (request.form or {}).get("answer") or ""
        try:
            factor, language = await asyncio.to_thread(factor_of, token)
            opened = await asyncio.to_thread(open_link, token, said)
        except LinkGoneError:
            return self.gone()
        except WrongFactorError:
            question = self._question(factor, language)
            return self.page(language, status=403, factor=question, wrong=True)
        return answer(opened)

    def gone(self) -> HTTPResponse:
        return self.page(self._get_services().clinic.default_language, status=410, gone=True)

    def _question(self, factor: Factor, language: str) -> str:
        return self._text(f"factor_{factor.value}", language)

    def _text(self, name: str, language: str) -> str:
        return self._get_services().texts.text(f"{self._responses}_{name}", language)
