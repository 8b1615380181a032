// The list of patients and the form for a new one.

import { api } from "./api.js";
import { $, avatar, el } from "./dom.js";
import { listTime, plain } from "./format.js";
import { now, state } from "./state.js";

const KINDS = { image: "Photo", audio: "Note vocale", video: "Vidéo", document: "Document", sticker: "Sticker" };

const number = (patient) => (patient.wa_id ? `+${patient.wa_id}` : patient.user_id);

export function preview(message) {
  const { view } = message;
  const kind = view.media ? KINDS[view.media.kind] : "";
  if (view.location) return view.location.name ? `Position : ${view.location.name}` : "Position";
  if (view.contacts) return `Contact : ${view.contacts[0].name}`;
  if (view.unsupported) return "Message non pris en charge";
  return [kind, plain(view.text || view.header || "")].filter(Boolean).join(" · ");
}

function item(patient, select) {
  const { last } = patient;
  const typing = state.typing.has(patient.id);
  const lastLine = typing
    ? el("span", { class: "patient-last typing" }, "écrit…")
    : el("span", { class: "patient-last", dir: "auto" }, last ? preview(last) : number(patient));
  return el("li", {},
    el("button", {
      type: "button", class: "patient", onclick: () => select(patient.id),
      "aria-current": patient.id === state.current ? "true" : null,
      data: { testid: "patient-item", patient: patient.id },
    },
      avatar(patient.name || "?", patient.id),
      el("span", { class: "patient-main" },
        el("span", { class: "patient-line" },
          el("span", { class: "patient-name", dir: "auto" }, patient.name || number(patient)),
          last ? el("span", { class: "patient-time" }, listTime(new Date(last.at), now())) : null),
        el("span", { class: "patient-line" }, lastLine,
          patient.unread ? el("span", { class: "badge", "aria-label": `${patient.unread} non lus` }, String(patient.unread)) : null))));
}

export function renderPeople(select) {
  const list = $("#patient-list");
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.patient : null;
  const ordered = [...state.patients.values()].sort((a, b) => (b.last?.seq ?? 0) - (a.last?.seq ?? 0));
  list.replaceChildren(...ordered.map((patient) => item(patient, select)));
  if (focused) $(`[data-patient="${CSS.escape(focused)}"]`, list)?.focus();
}

export function setUpNewPatient(select) {
  const form = $("#new-patient-form");
  const open = $('[data-testid="new-patient"]');
  const show = (visible) => {
    form.hidden = !visible;
    open.setAttribute("aria-expanded", String(visible));
    $(".form-error", form).textContent = "";
    if (visible) form.elements.name.focus();
    else form.reset();
  };
  open.addEventListener("click", () => show(form.hidden));
  $("#new-patient-cancel").addEventListener("click", () => { show(false); open.focus(); });
  form.addEventListener("keydown", (event) => { if (event.key === "Escape") { show(false); open.focus(); } });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    // A Moroccan number may be typed as people write it: 06 12 34 56 78.
    const digits = form.elements.wa_id.value.replace(/\D/g, "").replace(/^00/, "").replace(/^0(?=[5-7]\d{8}$)/, "212");
    try {
      const patient = await api.addPatient({ name: form.elements.name.value.trim(), wa_id: digits });
      state.patients.set(patient.id, patient);
      show(false);
      select(patient.id);
    } catch {
      $(".form-error", form).textContent = "Numéro avec indicatif du pays, par exemple +212 6 12 34 56 78.";
      form.elements.wa_id.focus();
    }
  });
}
