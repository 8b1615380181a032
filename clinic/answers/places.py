"""Where the clinic is, and how to reach it."""

from __future__ import annotations

from clinic.answers.model import FactAnswer, FactQuestion
from clinic.answers.voice import Voice
from clinic.facts.model import Practitioner, Site
from clinic.messaging.emergency import emergency_numbers
from clinic.messaging.payloads import payload
from whatsapp.location import Location
from whatsapp.messages import Choice


def answer_location(voice: Voice, question: FactQuestion) -> FactAnswer:
    """Returns one site with its map, or all of them to choose from.

    The site that was named, where the named doctor or specialty works only, or that of the
    patient's next appointment.
    """
    site_id = question.site_id or _only_site(voice, question)
    response = "utter_location_of_site"
    if site_id is None and question.upcoming:
        site_id = question.upcoming[0].site_id
        response = "utter_location_of_appointment"
    if site_id is None and len(voice.clinic.sites) == 1:
        site_id = voice.clinic.sites[0].id
    if site_id is None:
        lines = "\n".join(_line(voice, site) for site in voice.clinic.sites)
        choices = tuple(_map_choice(voice, site) for site in voice.clinic.sites)
        return FactAnswer("utter_location", {"places": lines}, () if question.in_form else choices)
    return _one_site(voice, voice.clinic.site(site_id), response, question)


def answer_contact(voice: Voice, question: FactQuestion) -> FactAnswer:
    """Returns phone (the named site's, if any), e-mail, and whom to call in danger."""
    site = voice.clinic.site(question.site_id) if question.site_id else None
    phone = site.phone if site else voice.clinic.phone
    numbers = emergency_numbers(voice.clinic, voice.language)
    values = {"phone": phone, "email": voice.clinic.email, "emergency_numbers": numbers}
    return FactAnswer("utter_contact", values)


def _one_site(voice: Voice, site: Site, response: str, question: FactQuestion) -> FactAnswer:
    name = site.name.to(voice.language)
    values = {
        "site": name,
        "address": site.address.to(voice.language),
        "directions": site.directions.to(voice.language) if site.directions else "",
    }
    if response == "utter_location_of_appointment":
        next_one = question.upcoming[0]
        values["when"] = voice.when(next_one.start)
        values["practitioner"] = voice.doctor(next_one.practitioner_id)
    location = Location(
        latitude=site.latitude,
        longitude=site.longitude,
        name=f"{voice.clinic.name.to(voice.language)} – {name}",
        address=site.address.to(voice.language),
    )
    others = [other for other in voice.clinic.sites if other.id != site.id]
    choices = tuple(_map_choice(voice, other) for other in others[:2])
    return FactAnswer(response, values, () if question.in_form else choices, location)


def _only_site(voice: Voice, question: FactQuestion) -> str | None:
    """Returns the site where the named doctor, or everybody of the specialty, works only."""
    team: tuple[Practitioner, ...]
    if question.practitioner_id:
        team = (voice.clinic.practitioner(question.practitioner_id),)
    elif question.specialty:
        team = voice.clinic.practitioners_of(question.specialty)
    else:
        return None
    sites = {site_id for practitioner in team for site_id in practitioner.site_ids}
    return sites.pop() if len(sites) == 1 else None


def _line(voice: Voice, site: Site) -> str:
    directions = f". {site.directions.to(voice.language)}" if site.directions else ""
    return f"📍 *{site.name.to(voice.language)}* – {site.address.to(voice.language)}{directions}"


def _map_choice(voice: Voice, site: Site) -> Choice:
    title = f"📍 {site.name.to(voice.language)}"
    return Choice(title[:20], payload("ask_location", site=site.id))
