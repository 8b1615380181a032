// The paperclip menu: picture, document, voice note, place.

import { api } from "./api.js";
import { $, el, icon, openOverlay } from "./dom.js";
import { seconds } from "./format.js";
import { report, toast } from "./toasts.js";

const CASABLANCA = { latitude: 33.5899, longitude: -7.6039, name: "Ma position", address: "Boulevard d’Anfa, Casablanca" };

function chooseFile(accept) {
  return new Promise((resolve) => {
    const input = el("input", { type: "file", accept });
    input.addEventListener("change", () => resolve(input.files[0] ?? null));
    input.addEventListener("cancel", () => resolve(null));
    input.click();
  });
}

async function sendFile(write, type, accept) {
  const file = await chooseFile(accept);
  if (!file) return;
  const { id } = await api.upload(file, file.name);
  await write({ type, media_id: id });
}

async function recordVoice(write) {
  let stream;
  try {
    if (!window.MediaRecorder) throw new Error("no recorder");
    stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    toast("Micro indisponible : une note vocale d’exemple est envoyée.");
    await write({ type: "audio" });
    return;
  }
  const recorder = new MediaRecorder(stream);
  const chunks = [];
  let wanted = false;
  const shown = el("time", {}, "0:00");
  const started = Date.now();
  const timer = setInterval(() => { shown.textContent = seconds((Date.now() - started) / 1000); }, 250);
  const close = openOverlay($("#overlay-root"), [
    el("div", { class: "scrim" }),
    el("div", { class: "recorder", role: "dialog", "aria-label": "Enregistrement" },
      el("span", { class: "dot", "aria-hidden": "true" }), shown,
      el("button", { type: "button", class: "pill quiet", onclick: () => close() }, "Annuler"),
      el("button", { type: "button", class: "pill strong", onclick: () => { wanted = true; close(); } }, "Envoyer")),
  ], { onClose: () => { clearInterval(timer); recorder.stop(); } });
  recorder.addEventListener("dataavailable", (event) => chunks.push(event.data));
  recorder.addEventListener("stop", async () => {
    for (const track of stream.getTracks()) track.stop();
    if (!wanted) return;
    try {
      const { id } = await api.upload(new Blob(chunks, { type: recorder.mimeType }), "note-vocale");
      await write({ type: "audio", media_id: id });
    } catch (error) {
      report(error);
    }
  });
  recorder.start();
  $(".recorder .strong").focus();
}

export const sendPlace = (write, messageId) =>
  write({ type: "location", ...CASABLANCA, ...(messageId ? { message_id: messageId } : {}) });

export function setUpAttachments(write) {
  const button = $('[data-testid="attach"]');
  const items = [
    ["camera", "Photo", "#6a5fd8", "attach-image", () => sendFile(write, "image", "image/jpeg,image/png,image/webp")],
    ["file", "Document", "#b9573a", "attach-document", () => sendFile(write, "document", ".pdf,.doc,.docx,.xls,.xlsx,.txt,.csv")],
    ["mic", "Note vocale", "#1b7f63", "attach-voice", () => recordVoice(write)],
    ["pin", "Position", "#2d6f9e", "attach-location", () => sendPlace(write)],
    ["card", "Carte AMO", "#9c5a9e", "attach-card", () => write({ type: "image", caption: "" })],
    ["file", "Analyses", "#8a6a1e", "attach-results", () => write({ type: "document" })],
  ];
  button.addEventListener("click", () => {
    button.setAttribute("aria-expanded", "true");
    const menu = el("div", { class: "menu", role: "menu", "aria-label": "Joindre" },
      items.map(([name, label, colour, testid, action]) => {
        const blob = el("span", { class: "blob" }, icon(name));
        blob.style.background = colour;
        return el("button", {
          type: "button", role: "menuitem", data: { testid },
          onclick: async () => { close(); try { await action(); } catch (error) { report(error); } },
        }, blob, label);
      }));
    menu.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 3, ArrowUp: -3 }[event.key];
      if (!step) return;
      event.preventDefault();
      const all = [...menu.children];
      all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
    });
    const close = openOverlay($("#overlay-root"), [el("div", { class: "scrim", onclick: () => close() }), menu],
      { onClose: () => button.setAttribute("aria-expanded", "false") });
    menu.firstChild.focus();
  });
}
