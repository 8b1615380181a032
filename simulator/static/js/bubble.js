// One message: its bubble and what hangs under it.

import { avatar, el, icon } from "./dom.js";
import { fileSize, formatted, isOnlyEmoji, seconds, time } from "./format.js";
import { preview } from "./people.js";
import { find, state } from "./state.js";

const TICKS = {
  pending: ["tick", "envoyé"],
  delivered: ["ticks", "reçu"],
  read: ["ticks", "lu"],
};

function ticks(status) {
  const [name, label] = TICKS[status] ?? TICKS.pending;
  return el("span", { class: `ticks ${status}`, role: "img", "aria-label": label, title: label, data: { status } }, icon(name));
}

const mediaUrl = (media) => media.url ?? `/api/media/${encodeURIComponent(media.id)}`;
const safeUrl = (url) => (/^https?:\/\//.test(url) || url.startsWith("/api/") ? url : "#");

function voiceNote(media) {
  const audio = new Audio(safeUrl(mediaUrl(media)));
  audio.preload = "metadata";
  const seed = [...(media.id ?? media.url)].map((sign) => sign.charCodeAt(0));
  const bars = Array.from({ length: 30 }, (_, index) => {
    const bar = el("i");
    bar.style.height = `${22 + ((seed[index % seed.length] * (index + 7)) % 78)}%`;
    return bar;
  });
  const length = el("time", {}, "0:00");
  const button = el("button", { type: "button", "aria-label": "Écouter" }, icon("play"));
  const show = (playing) => {
    button.replaceChildren(icon(playing ? "pause" : "play"));
    button.setAttribute("aria-label", playing ? "Pause" : "Écouter");
  };
  const progress = () => {
    const total = Number.isFinite(audio.duration) ? audio.duration : 0;
    const share = total ? audio.currentTime / total : 0;
    bars.forEach((bar, index) => bar.classList.toggle("played", share > 0 && index / bars.length <= share));
    length.textContent = seconds(audio.currentTime || total);
  };
  button.addEventListener("click", () => (audio.paused ? audio.play().catch(() => show(false)) : audio.pause()));
  audio.addEventListener("play", () => show(true));
  audio.addEventListener("pause", () => show(false));
  audio.addEventListener("ended", () => { audio.currentTime = 0; show(false); });
  for (const name of ["timeupdate", "loadedmetadata", "ended"]) audio.addEventListener(name, progress);
  return el("div", { class: "voice", dir: "ltr" }, button, el("span", { class: "bars", "aria-hidden": "true" }, bars), length);
}

function attachment(media, text) {
  const url = safeUrl(mediaUrl(media));
  const open = { href: url, target: "_blank", rel: "noopener noreferrer" };
  if (media.kind === "image") {
    return el("a", { ...open, class: "picture", "aria-label": "Ouvrir la photo" }, el("img", { src: url, alt: text || "Photo" }));
  }
  if (media.kind === "sticker") return el("span", { class: "sticker" }, el("img", { src: url, alt: "Sticker" }));
  if (media.kind === "audio") return voiceNote(media);
  if (media.kind === "video") return el("video", { src: url, controls: true });
  const name = media.filename || "Document";
  const ending = name.includes(".") ? name.split(".").pop().slice(0, 4).toUpperCase() : "DOC";
  return el("a", { ...open, class: "file" },
    el("span", { class: "file-kind", "aria-hidden": "true" }, ending),
    el("span", {}, el("bdi", { class: "file-name" }, name), el("small", {}, fileSize(media.size))));
}

function place(location) {
  const { latitude, longitude } = location;
  const href = `https://www.openstreetmap.org/?mlat=${encodeURIComponent(latitude)}&mlon=${encodeURIComponent(longitude)}#map=16/${encodeURIComponent(latitude)}/${encodeURIComponent(longitude)}`;
  return el("a", { class: "place", href, target: "_blank", rel: "noopener noreferrer" },
    el("span", { class: "place-map" }, icon("pin")),
    el("span", { class: "place-text" },
      el("b", { dir: "auto" }, location.name || "Position"),
      el("small", { dir: "auto" }, location.address || `${Number(latitude).toFixed(4)}, ${Number(longitude).toFixed(4)}`)));
}

function contact(card) {
  return el("div", { class: "card" }, avatar(card.name || "?", card.name || "?"),
    el("span", {}, el("b", { dir: "auto" }, card.name),
      card.phones.map((phone) => el("div", {}, el("a", { href: `tel:${phone.replace(/[^\d+]/g, "")}`, dir: "ltr" }, phone)))));
}

function quote(message) {
  const target = message.context_id && find(message.patient_id, message.context_id);
  if (!target) return null;
  return el("span", { class: "quote", dir: "auto" },
    el("b", { dir: "auto" }, target.direction === "out" ? state.clinicName : "Vous"),
    el("span", { dir: "auto" }, preview(target)));
}

function body(message) {
  const { view } = message;
  const parts = [quote(message)];
  if (view.header) parts.push(el("div", { class: "bubble-header" }, view.header));
  if (view.media) parts.push(attachment(view.media, view.text));
  if (view.location) parts.push(place(view.location));
  else if (view.contacts) parts.push(...view.contacts.map(contact));
  else if (view.unsupported) parts.push(el("em", { class: "muted" }, "Message non pris en charge"));
  else if (view.text) parts.push(el("div", { class: isOnlyEmoji(view.text) ? "text big" : "text" }, formatted(view.text)));
  if (view.footer) parts.push(el("div", { class: "bubble-footer" }, view.footer));
  return parts;
}

function under(message, act) {
  const { view } = message;
  const chosen = new Set((state.messages.get(message.patient_id) ?? [])
    .filter((answer) => answer.direction === "in" && answer.context_id === message.wamid)
    .map((answer) => answer.body.interactive?.button_reply?.id ?? answer.body.button?.payload));
  const nodes = [];
  if (view.list_button) {
    nodes.push(el("button", { type: "button", data: { testid: "list-open" }, "aria-haspopup": "dialog", onclick: () => act.openList(message) },
      icon("list"), el("span", { dir: "auto" }, view.list_button)));
  } else {
    for (const choice of view.choices ?? []) {
      nodes.push(el("button", {
        type: "button", class: chosen.has(choice.id) ? "chosen" : "", onclick: () => act.tap(message, choice.id),
        data: { testid: "reply-button", choice: choice.id },
      }, icon("reply"), el("span", { dir: "auto" }, choice.title)));
    }
  }
  if (view.link) {
    nodes.push(el("a", { href: safeUrl(view.link.url), target: "_blank", rel: "noopener noreferrer", data: { testid: "link-button" } },
      icon("external"), el("span", { dir: "auto" }, view.link.title)));
  }
  if (view.asks_location) {
    nodes.push(el("button", { type: "button", data: { testid: "send-location" }, onclick: () => act.sendLocation(message) },
      icon("pin"), "Envoyer ma position"));
  }
  return nodes.length ? el("div", { class: "under" }, nodes) : null;
}

// Returns the node of a message; `first` says that it opens a run of one side's messages.
export function turn(message, first, act) {
  const hanging = message.direction === "out" ? under(message, act) : null;
  const bare = message.view.media?.kind === "sticker";
  const emojis = Object.values(message.reactions);
  const failed = message.status === "failed";
  const at = new Date(message.at);
  return el("div", { class: `turn ${message.direction}${first ? " first" : ""}${hanging ? " wide" : ""}${failed ? " failed" : ""}`, data: { seq: message.seq } },
    el("div", { class: bare ? "bubble bare" : "bubble", dir: "auto", data: { testid: "bubble", direction: message.direction, wamid: message.wamid } },
      el("span", { class: "sr", dir: "ltr" }, message.direction === "in" ? "Vous : " : `${state.clinicName} : `),
      body(message),
      el("div", { class: "meta", dir: "ltr" }, el("time", { datetime: message.at }, time(at)),
        message.direction === "in" ? ticks(message.status) : null)),
    emojis.length ? el("span", { class: "reactions" }, emojis.join(" ")) : null,
    failed ? el("span", { class: "failed-note" }, "Non remis (panne simulée)") : null,
    hanging);
}
