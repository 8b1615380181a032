// WhatsApp's formatting marks and links as nodes, and dates as a phone shows them.

import { el } from "./dom.js";

const ZONE = "Africa/Casablanca";
const MARKS = { "*": "strong", _: "em", "~": "s" };
const TOKEN = /(https?:\/\/[^\s<>"]+)|```([\s\S]+?)```|`([^`\n]+)`|(?<![\p{L}\p{N}*_~])([*_~])(?=\S)([^\n]*?\S)\4(?![\p{L}\p{N}])|(\+\d[\d ]{7,16}\d)/gu;

function inline(text, nodes) {
  let from = 0;
  for (const hit of text.matchAll(TOKEN)) {
    const [all, link, block, code, mark, marked, phone] = hit;
    nodes.push(document.createTextNode(text.slice(from, hit.index)));
    from = hit.index + all.length;
    if (link) {
      const trailing = link.match(/[.,;:!?)\]»'*_~]+$/)?.[0] ?? "";
      const address = link.slice(0, link.length - trailing.length);
      nodes.push(el("a", { href: address, target: "_blank", rel: "noopener noreferrer", dir: "ltr" }, address));
      if (trailing) nodes.push(document.createTextNode(trailing));
    } else if (block || code) {
      nodes.push(el("code", {}, block ?? code));
    } else if (phone) {
      nodes.push(el("a", { href: `tel:${phone.replaceAll(" ", "")}`, dir: "ltr" }, phone));
    } else {
      const inner = [];
      inline(marked, inner);
      nodes.push(el(MARKS[mark], {}, inner));
    }
  }
  nodes.push(document.createTextNode(text.slice(from)));
}

export function formatted(text) {
  const nodes = [];
  const lines = text.split("\n");
  lines.forEach((line, index) => {
    if (line.startsWith("> ")) {
      const quoted = [];
      inline(line.slice(2), quoted);
      nodes.push(el("span", { class: "line-quote" }, quoted));
      return;
    }
    const item = line.match(/^[-*] (.*)$/);
    inline(item ? `• ${item[1]}` : line, nodes);
    if (index < lines.length - 1) nodes.push(document.createTextNode("\n"));
  });
  return nodes;
}

// The same text without its marks, for one line of preview.
export function plain(text) {
  return text.replace(/```|(?<![\p{L}\p{N}])[*_~](?=\S)|(?<=\S)[*_~](?![\p{L}\p{N}])/gu, "").replace(/\s+/g, " ").trim();
}

// The direction of a text: that of its first letter.
export function direction(text) {
  const letter = text.match(/\p{L}/u)?.[0] ?? "";
  return /\p{Script=Arabic}|\p{Script=Hebrew}/u.test(letter) ? "rtl" : "ltr";
}

export function isOnlyEmoji(text) {
  return /^(?:\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\uFE0F|\u200D\p{Extended_Pictographic})*){1,3}$/u.test(text);
}

const format = (options) => new Intl.DateTimeFormat("fr-FR", { timeZone: ZONE, ...options });
const hour = format({ hour: "2-digit", minute: "2-digit" });
const key = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE });
const weekday = format({ weekday: "long" });
const long = format({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
const middle = format({ weekday: "short", day: "numeric", month: "short" });
const short = format({ day: "2-digit", month: "2-digit" });
const DAY = 86_400_000;

export const time = (date) => hour.format(date);
export const dayKey = (date) => key.format(date);
export const clockText = (date) => `${middle.format(date)}, ${hour.format(date)}`;

export function dayName(date, now) {
  if (dayKey(date) === dayKey(now)) return "Aujourd’hui";
  if (dayKey(date) === dayKey(new Date(now - DAY))) return "Hier";
  const name = now - date < 6 * DAY && date < now ? weekday.format(date) : long.format(date);
  return name[0].toUpperCase() + name.slice(1);
}

export function listTime(date, now) {
  if (dayKey(date) === dayKey(now)) return time(date);
  if (dayKey(date) === dayKey(new Date(now - DAY))) return "Hier";
  return short.format(date);
}

export function fileSize(bytes) {
  if (bytes === undefined) return "";
  if (bytes < 1000) return `${bytes} o`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} ko`;
  return `${(bytes / 1_000_000).toFixed(1).replace(".", ",")} Mo`;
}

export const seconds = (value) =>
  `${Math.floor(value / 60)}:${String(Math.floor(value % 60)).padStart(2, "0")}`;
