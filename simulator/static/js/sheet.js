// The bottom sheet of a list message.

import { $, el, icon, openOverlay } from "./dom.js";
import { direction } from "./format.js";

export function openList(message, onChosen) {
  const root = $("#overlay-root");
  const send = el("button", { type: "submit", disabled: true, data: { testid: "list-send" } }, "Envoyer");
  const rows = [];
  // One direction for the whole list, so that a row that is only an hour lines up with the others.
  const dir = direction(`${message.view.text} ${message.view.list_button}`);
  let section = null;
  message.view.choices.forEach((choice) => {
    if (choice.section && choice.section !== section) {
      rows.push(el("h4", { class: "sheet-section" }, choice.section));
    }
    section = choice.section;
    const radio = el("input", { type: "radio", name: "row", value: choice.id, onchange: () => { send.disabled = false; } });
    rows.push(el("label", { class: "sheet-row", data: { testid: "list-row", choice: choice.id } },
      el("span", {}, el("b", {}, choice.title), choice.description ? el("small", {}, choice.description) : null), radio));
  });
  const form = el("form", {
    class: "sheet", dir, role: "dialog", "aria-modal": "true", "aria-label": message.view.list_button,
    onsubmit: (event) => {
      event.preventDefault();
      const chosen = new FormData(form).get("row");
      if (chosen === null) return;
      close();
      onChosen(chosen);
    },
  },
    el("div", { class: "sheet-head" },
      el("h3", {}, message.view.list_button),
      el("button", { type: "button", class: "icon-button", "aria-label": "Fermer", onclick: () => close() }, icon("close"))),
    el("div", { class: "sheet-rows" }, rows),
    el("div", { class: "sheet-foot" }, send));
  const close = openOverlay(root, [el("div", { class: "scrim", onclick: () => close() }), form]);
  $("input", form)?.focus();
}
