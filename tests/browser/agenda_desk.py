"""The agenda in a receptionist's browser."""

from __future__ import annotations

from typing import Any

from clinic.scheduling.model import Appointment
from tests.browser.console_staff import Desk


class AgendaDesk(Desk):
    """The receptionist's browser; whatever it complains of is an error, but a refusal (409)."""

    def __init__(self, page: Any, base_url: str) -> None:
        super().__init__(page, base_url)
        page.on(
            "console",
            lambda line: (
                self.errors.append(line.text)
                if line.type == "error" and "409" not in line.text
                else None
            ),
        )

    async def look_at(self, query: str = "day=2026-11-24&view=day") -> None:
        """Opens a part of the agenda."""
        await self.goto(f"/agenda?{query}")
        await self.page.wait_for_selector("[data-ready=yes]")

    def block(self, appointment: Appointment) -> Any:
        return self.page.locator(f"#block-{appointment.id}")

    def column(self, who: str, day: str = "2026-11-24") -> Any:
        return self.page.locator(f".agenda-column[data-who='{who}'][data-day='{day}']")

    async def point(self, who: str, at: str, day: str = "2026-11-24") -> tuple[float, float]:
        """Returns where on the screen a time of a column is, after scrolling to it."""
        hours, minutes = (int(part) for part in at.split(":"))
        body = self.column(who, day).locator(".agenda-body")
        offset = await self.page.evaluate(
            """([body, minute]) => {
                const scroll = document.getElementById("agenda-scroll");
                const first = Number(document.getElementById("agenda-grid").dataset.first);
                // A minute is higher for fingers than for a mouse.
                const height = parseFloat(getComputedStyle(body).getPropertyValue("--minute"));
                const place = (minute - first) * height;
                scroll.scrollTop = place - 150;
                body.scrollIntoView({ block: "nearest", inline: "nearest" });
                scroll.scrollTop = place - 150;
                const box = body.getBoundingClientRect();
                return [box.left + box.width / 2, box.top + place];
            }""",
            [await body.element_handle(), hours * 60 + minutes],
        )
        return offset[0], offset[1]

    async def drag(self, appointment: Appointment, who: str, at: str) -> None:
        """Drags an appointment by its upper edge to a time of the same day."""
        x, y = await self.point(who, at)
        box = await self.block(appointment).bounding_box()
        mouse = self.page.mouse
        await mouse.move(box["x"] + box["width"] / 2, box["y"] + 3)
        await mouse.down()
        await mouse.move(x - 4, y - 30, steps=4)
        await mouse.move(x, y + 3, steps=4)
        await mouse.up()

    async def panel(self) -> Any:
        panel = self.page.locator("#agenda-panel[open]")
        await panel.wait_for()
        return panel

    async def last_toast(self) -> str:
        toast = self.page.locator(".toast").last
        await toast.wait_for()
        return str(await toast.inner_text())
