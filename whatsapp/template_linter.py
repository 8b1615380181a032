"""What is wrong with a template file, in words that say what to change.

Limits and format rules: Meta, "Template components" and "Template review" (Cloud API, 2026). No
health word: privacy note 14; a template can be read on a locked phone and by Meta's reviewers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from whatsapp.template_files import LANGUAGES, VARIABLE, ButtonType, TemplateFile
from whatsapp.text import length

CATEGORIES = ("UTILITY", "MARKETING", "AUTHENTICATION")
MAX_BODY = 1024
MAX_HEADER = MAX_FOOTER = 60
MAX_BUTTON_TEXT = 25
MAX_BUTTONS = 10
MAX_URL = 2000
_WORDS_PER_VARIABLE = 2
"""Meta refuses a body with too many variables for its length ("variable to word ratio")."""

HEALTH_WORDS = re.compile(
    r"\b(?:"
    # French and English share many stems.
    r"analys\w*|r[eé]sultats?|results?|test|tests|bilan\w*|diagnos\w*|ordonnance\w*|prescri\w*|"
    r"m[eé]dicament\w*|medic(?:ine|ation)\w*|traitement\w*|treatment\w*|maladie\w*|illness\w*|"
    r"disease\w*|sympt[oô]m\w*|douleur\w*|pain|cancer\w*|diab[eè]t\w*|vih|hiv|sida|aids|"
    r"grossesse\w*|enceinte|pregnan\w*|op[eé]ration|chirurg\w*|surg(?:ery|ical)\w*|"
    r"op[eé]r[eé]e?s?|"
    r"radio(?:graphie|logie|logy|s)?|scanner|irm|mri|[eé]chograph\w*|ultrasound|vaccin\w*|sang|"
    r"blood|urine|biopsi\w*|psychi\w*|psycho\w*|d[eé]pression|"
    r"gyn[eé]co\w*|dermato\w*|cardio\w*|onco\w*|p[eé]diatr\w*|paediatr\w*|orthop[eé]d\w*|"
    r"urolog\w*|neurolog\w*|ophtalmo\w*|ophthalmo\w*|dent(?:aire|iste|ist|al)\w*|orl|"
    r"labo|laborato\w*|examens?|x-?rays?|infection\w*|avortement\w*|abortion\w*|fertilit\w*|"
    r"cin|carte nationale"
    r")\b"
    # Arabic joins article, prepositions and pronouns to the word.
    r"|\b[وفبكل]{0,2}(?:ال|ل)?(?:"
    r"تحليل|تحاليل|نتيجة|نتائج|وصفة|دواء|أدوية|علاج|مرض|أعراض|ألم|سرطان|سكري|حمل|حامل|جراحة|"
    r"عملية|أشعة|سكانير|تلقيح|مختبر|فحص|فحوصات|فحوص|ولادة|إجهاض|"
    r"دم|بول|نفسي|اكتئاب|نساء|جلد|قلب|أطفال|عظام|أسنان|عيون"
    r")(?:كم|ك|ه|ها|ة|ية|ات)?\b|البطاقة الوطنية",
    re.IGNORECASE,
)


def lint(template: TemplateFile) -> list[str]:
    """Returns what is wrong with a template; nothing when Meta and the clinic can take it."""
    problems = [*_general(template), *_buttons(template)]
    for language in LANGUAGES:
        if language in template.body:
            problems += [f"{language}: {problem}" for problem in _texts(template, language)]
    return [f"{template.name}: {problem}" for problem in problems]


def _general(template: TemplateFile) -> Iterator[str]:
    if not re.fullmatch(r"[a-z0-9_]{1,512}", template.name):
        yield "the name has lowercase letters, digits and underscores only."
    if template.category not in CATEGORIES:
        yield f"the category is one of {', '.join(CATEGORIES)}."
    parts: list[tuple[str, Mapping[str, str]]] = [("body", template.body)]
    parts += [("header", template.header)] if template.header else []
    parts += [("footer", template.footer)] if template.footer else []
    parts += [(f"variable {name}", examples) for name, examples in template.variables.items()]
    parts += [(f"button {n}", b.text) for n, b in enumerate(template.buttons, start=1)]
    for what, texts in parts:
        missing = [language for language in LANGUAGES if not texts.get(language, "").strip()]
        if missing:
            yield f"{what} lacks {', '.join(missing)}."
        unknown = [language for language in texts if language not in LANGUAGES]
        if unknown:
            yield f"{what} has the unknown language {', '.join(unknown)}."


def _texts(template: TemplateFile, language: str) -> Iterator[str]:
    body = template.body[language]
    yield from _variables(template, body)
    if length(body) > MAX_BODY:
        yield f"the body has {length(body)} characters, {MAX_BODY} are allowed."
    if re.search(r"\n{3,}", body) or "\t" in body or "    " in body:
        yield "the body has tabs, four spaces or three line feeds in a row."
    for what, text, limit in (
        ("header", template.header.get(language, ""), MAX_HEADER),
        ("footer", template.footer.get(language, ""), MAX_FOOTER),
    ):
        if length(text) > limit:
            yield f"the {what} has {length(text)} characters, {limit} are allowed."
        if "{{" in text:
            yield f"the {what} has a variable; only the body may."
        if "\n" in text:
            yield f"the {what} has a line feed."
    shown = [body, template.header.get(language, ""), template.footer.get(language, "")]
    shown += [button.text.get(language, "") for button in template.buttons]
    shown += [examples.get(language, "") for examples in template.variables.values()]
    for text in shown:
        if found := HEALTH_WORDS.search(unicodedata.normalize("NFC", text)):
            yield f"«{found.group().strip()}» is a health word; say it without."


def _variables(template: TemplateFile, body: str) -> Iterator[str]:
    used = VARIABLE.findall(body)
    if re.sub(VARIABLE, "", body).count("{{") or body.count("{{") != body.count("}}"):
        yield "braces that are no variable."
    if list(dict.fromkeys(used)) != list(template.variables):
        yield (
            "the body uses the variables "
            f"{', '.join(dict.fromkeys(used)) or 'none'}; the file lists "
            f"{', '.join(template.variables) or 'none'}, and the order counts."
        )
    stripped = body.strip()
    if re.match(VARIABLE, stripped) or re.search(VARIABLE.pattern + r"\W*$", stripped):
        yield "the body starts or ends with a variable, which Meta refuses."
    if re.search(r"\}\}\s*\{\{", body):
        yield "two variables stand side by side without a word or a sign between them."
    words = len(re.sub(VARIABLE, " ", body).split())
    if words < _WORDS_PER_VARIABLE * len(used):
        yield "too many variables for so few words."


def _buttons(template: TemplateFile) -> Iterator[str]:
    if len(template.buttons) > MAX_BUTTONS:
        yield f"{len(template.buttons)} buttons, {MAX_BUTTONS} are allowed."
    types = [button.type for button in template.buttons]
    if types != sorted(types, key=lambda kind: kind is not ButtonType.QUICK_REPLY):
        yield "quick replies stand before other buttons."
    if types.count(ButtonType.URL) > 1:
        yield "more than one URL button."
    for language in LANGUAGES:
        texts = [button.text.get(language, "") for button in template.buttons]
        for text in texts:
            if length(text) > MAX_BUTTON_TEXT:
                yield f"{language}: «{text}» is longer than {MAX_BUTTON_TEXT} characters."
            if "{{" in text or "\n" in text:
                yield f"{language}: a button's text has no variable and no line feed."
        if len({text.casefold() for text in texts}) < len(texts):
            yield f"{language}: two buttons say the same."
    for button in template.buttons:
        if button.type is not ButtonType.URL:
            continue
        if not re.match(r"https://|\{base_url\}/", button.url) or length(button.url) > MAX_URL:
            yield "the URL starts with https:// or {base_url}/ and has at most 2000 characters."
        if button.url.count("{{") and not button.url.endswith("{{1}}"):
            yield "the variable of a URL stands at its end, as {{1}}."
        if "{{1}}" in button.url and not button.example:
            yield "the variable of the URL needs an example."
