// The open conversation.

import { $, el } from "./dom.js";
import { turn } from "./bubble.js";
import { dayKey, dayName } from "./format.js";
import { now, state } from "./state.js";

const EXAMPLES = [
  ["Français", "Bonjour, je voudrais un rendez-vous chez le dentiste demain après-midi"],
  ["الدارجة", "السلام، بغيت موعد مع طبيب السنان غدا فالعشية"],
  ["Darija", "bghit mo3id m3a tbib snan ghedda f l3chiya"],
  ["English", "Hello, I would like to see a dentist tomorrow afternoon"],
];

const chat = () => $("#chat");
const shown = (message) => message.type !== "reaction";
// Whether the view follows new messages: until the reader scrolls up, and again at the bottom.
let following = true;
let lastTop = 0;

export function setUpScrolling(onChange) {
  const root = chat();
  root.addEventListener("scroll", () => {
    const below = root.scrollHeight - root.scrollTop - root.clientHeight;
    if (below < 60) following = true;
    else if (root.scrollTop < lastTop - 2) following = false;
    lastTop = root.scrollTop;
    onChange(!following && below > 160);
  }, { passive: true });
  // A picture that has just got its height must not hide the end of the conversation.
  root.addEventListener("load", () => { if (following) scrollDown(); }, true);
  new ResizeObserver(() => { if (following) scrollDown(); }).observe(root);
}

export function scrollDown(smooth = false) {
  const root = chat();
  following = true;
  root.scrollTo({ top: root.scrollHeight, behavior: smooth ? "smooth" : "auto" });
}

function welcome(fill) {
  return el("div", { class: "welcome" },
    el("h3", {}, "Écrivez comme un patient"),
    el("p", {}, "Choisissez un exemple ou écrivez le vôtre, en français, en darija ou en anglais."),
    el("ul", {}, EXAMPLES.map(([language, text]) => el("li", {},
      el("button", { type: "button", dir: "auto", data: { testid: "example" }, onclick: () => fill(text) },
        el("small", { dir: "auto" }, language), text)))));
}

function append(root, message, before, act) {
  const at = new Date(message.at);
  const newDay = !before || dayKey(new Date(before.at)) !== dayKey(at);
  if (newDay) root.append(el("div", { class: "day", data: { at: message.at } }, dayName(at, now())));
  root.append(turn(message, newDay || before.direction !== message.direction, act));
}

export function renderChat(act) {
  const root = chat();
  const messages = (state.messages.get(state.current) ?? []).filter(shown);
  root.replaceChildren();
  messages.forEach((message, index) => append(root, message, messages[index - 1], act));
  if (!messages.length) root.append(welcome(act.fill));
  renderTyping();
  scrollDown();
}

export function addMessage(message, act) {
  if (!shown(message)) return;
  const root = chat();
  const stick = following || message.direction === "in";
  const messages = state.messages.get(state.current).filter(shown);
  const before = messages[messages.length - 2];
  if (!before) $(".welcome", root)?.remove();
  $(".typing", root)?.remove();
  append(root, message, before, act);
  const answered = message.direction === "in" && message.context_id;
  if (answered) {
    const target = messages.find((known) => known.wamid === message.context_id);
    if (target) updateMessage(target, act);
  }
  renderTyping();
  if (stick) scrollDown(true);
}

export function updateMessage(message, act) {
  const old = chat().querySelector(`.turn[data-seq="${message.seq}"]`);
  if (!old) return;
  const fresh = turn(message, old.classList.contains("first"), act);
  // A playing voice note survives a change of ticks.
  const oldVoice = $(".voice", old);
  const newVoice = $(".voice", fresh);
  if (oldVoice && newVoice) newVoice.replaceWith(oldVoice);
  // Buttons stay in the page: a tap on one that is replaced under the finger would be lost.
  const buttons = $(":scope > .under", old);
  const freshButtons = $(":scope > .under", fresh);
  if (!buttons || !freshButtons) {
    fresh.style.animation = "none";
    old.replaceWith(fresh);
    return;
  }
  [...freshButtons.children].forEach((choice, index) => { buttons.children[index].className = choice.className; });
  freshButtons.remove();
  for (const part of [...old.children]) if (part !== buttons) part.remove();
  buttons.before(...fresh.children);
  old.className = fresh.className;
}

export function renderTyping() {
  const root = chat();
  const old = $(".typing", root);
  const typing = state.typing.has(state.current);
  if (typing && !old) {
    root.append(el("div", { class: "typing", data: { testid: "typing" }, role: "img", "aria-label": "L’assistant écrit" }, el("i"), el("i"), el("i")));
    if (following) scrollDown(true);
  } else if (!typing) {
    old?.remove();
  }
}

export function renderDays() {
  for (const day of chat().querySelectorAll(".day")) day.textContent = dayName(new Date(day.dataset.at), now());
}
