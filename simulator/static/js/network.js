// The panel for faults of the network, the clock and the counters.

import { api } from "./api.js";
import { $, el, icon } from "./dom.js";
import { clockText } from "./format.js";
import { now, state } from "./state.js";
import { report, toast } from "./toasts.js";

const ERRORS = [
  ["", "Aucune"],
  ["131000", "131000 · panne passagère"],
  ["131056", "131056 · trop de messages"],
  ["131047", "131047 · fenêtre fermée"],
  ["190", "190 · jeton expiré"],
];
const HOUR = 3600;
let timer = null;

const percent = (value) => `${Math.round(value * 100)} %`;

function slider(name, label, most, step, text) {
  const output = el("output", {});
  const input = el("input", { type: "range", name, min: 0, max: most, step, "aria-label": label });
  input.addEventListener("input", () => { output.textContent = text(Number(input.value)); });
  return el("label", {}, label, output, input);
}

function wanted(form) {
  const value = (name) => Number(form.elements[name].value);
  const code = Number(form.elements.error.value);
  return {
    ...state.faults,
    duplicate: value("duplicate"),
    delay_ms: [Math.round(value("delay") * 500), Math.round(value("delay") * 1000)],
    reorder: value("reorder"),
    drop_statuses: value("drop_statuses"),
    fail: code ? [{ code, rate: value("error_rate") }] : [],
  };
}

export function renderFaults() {
  const form = $("#faults");
  if (!form || form.contains(document.activeElement)) return;
  const { faults } = state;
  const values = {
    duplicate: faults.duplicate, delay: faults.delay_ms[1] / 1000, reorder: faults.reorder,
    drop_statuses: faults.drop_statuses, error: faults.fail[0]?.code ?? "", error_rate: faults.fail[0]?.rate ?? 0.3,
  };
  for (const [name, value] of Object.entries(values)) {
    form.elements[name].value = value;
    form.elements[name].dispatchEvent(new Event("input"));
  }
}

async function renderStats() {
  const stats = await api.stats().catch(() => null);
  const list = $("#facts");
  if (!stats || !list) return;
  const milliseconds = (value) => (value === null ? "–" : `${Math.round(value)} ms`);
  const rows = [
    ["Messages du patient", stats.incoming], ["Messages de la clinique", stats.outgoing],
    ["Envois refusés", stats.refused], ["Webhooks en attente", stats.webhooks_pending],
    ["Accusé (médiane)", milliseconds(stats.acknowledge_ms.median)], ["Réponse (médiane)", milliseconds(stats.answer_ms.median)],
  ];
  list.replaceChildren(...rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, String(value))]));
}

async function advance(seconds) {
  try { await api.advance(seconds); } catch (error) { report(error); }
}

function build(root, close) {
  const form = el("form", { id: "faults", onchange: async () => {
    try { state.faults = await api.setFaults(wanted(form)); } catch (error) { report(error); }
  } },
    slider("duplicate", "Doublons", 1, 0.1, percent),
    slider("delay", "Retard", 5, 0.5, (value) => (value ? `${String(value / 2).replace(".", ",")} à ${String(value).replace(".", ",")} s` : "aucun")),
    slider("reorder", "Désordre", 1, 0.1, percent),
    slider("drop_statuses", "Statuts perdus", 1, 0.1, percent),
    el("label", {}, "Erreur à l’envoi", el("span"), el("select", { name: "error" }, ERRORS.map(([value, label]) => el("option", { value }, label)))),
    slider("error_rate", "Fréquence de l’erreur", 1, 0.1, percent));
  form.addEventListener("submit", (event) => event.preventDefault());
  root.replaceChildren(
    el("h2", {}, "Réseau", el("button", { type: "button", class: "icon-button", "aria-label": "Fermer le panneau", onclick: close }, icon("close"))),
    el("h3", {}, "Horloge"), el("p", { id: "clock-panel" }),
    el("div", { class: "actions" },
      el("button", { type: "button", class: "pill", onclick: () => advance(HOUR) }, "+1 h"),
      el("button", { type: "button", class: "pill", data: { testid: "clock-day" }, onclick: () => advance(24 * HOUR) }, "+24 h")),
    el("h3", {}, "Pannes"), form,
    el("h3", {}, "Trafic"), el("dl", { class: "facts", id: "facts" }),
    el("h3", {}, "Recommencer"),
    el("div", { class: "actions" },
      el("button", { type: "button", class: "pill danger", data: { testid: "reset" }, onclick: async () => {
        try { await api.reset(); toast("Tout est effacé."); } catch (error) { report(error); }
      } }, "Effacer les conversations")));
}

export function renderClock() {
  const text = clockText(now());
  $("#clock-long").textContent = text;
  $("#clock-short").textContent = text.slice(-5);
  const panel = $("#clock-panel");
  if (panel) panel.textContent = text;
}

export function setUpNetwork() {
  const root = $("#network");
  const toggles = [...document.querySelectorAll(".network-toggle")];
  const show = (visible) => {
    root.hidden = !visible;
    clearInterval(timer);
    for (const toggle of toggles) toggle.setAttribute("aria-expanded", String(visible));
    if (!visible) return;
    build(root, () => { show(false); toggles.find((toggle) => toggle.offsetParent)?.focus(); });
    renderFaults();
    renderClock();
    renderStats();
    timer = setInterval(renderStats, 2000);
    $("button", root).focus();
  };
  for (const toggle of toggles) {
    toggle.prepend(icon("network"));
    toggle.addEventListener("click", () => show(root.hidden));
  }
  root.addEventListener("keydown", (event) => { if (event.key === "Escape") show(false); });
}
