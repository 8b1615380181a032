// Short notices that go away by themselves; the same text is not shown twice at a time.

import { $, el } from "./dom.js";

export function toast(text, { bad = false, duration = 5000 } = {}) {
  const root = $("#toasts");
  if ([...root.children].some((shown) => shown.textContent === text)) return;
  const node = el("p", { class: bad ? "toast bad" : "toast", dir: "auto" }, text);
  root.append(node);
  setTimeout(() => node.remove(), duration);
}

export function report(error) {
  const lost = error instanceof TypeError;
  toast(lost ? "Le simulateur ne répond pas." : error.message, { bad: true });
}
