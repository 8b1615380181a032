// The agenda's page: opening, booking, moving, keys, and what was done, with a way back.

import { grid, layOut, moveNow, noteRefresh, rememberFocus, scrollToUseful } from "./layout.js";
import { clickedAt, isMoving, pickUp, reattach, resumeMoving, rollBack, settle, startMoving } from "./moving.js";
import { closePanel, onClose, openPanel } from "./panel.js";

const page = document.getElementById("agenda-page");
// It would carry styles over as attributes, which the content security policy forbids.
window.htmx.config.attributesToSettle = [];
const csrf = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRF-Token"];
const refresh = () => document.body.dispatchEvent(new CustomEvent("agenda-refresh"));

// What was done, with a button that takes it back.
const tell = (text, undo) => {
  window.consoleToast(text);
  if (!undo) return;
  const toast = document.getElementById("toasts").lastElementChild;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-small";
  button.dataset.undo = undo;
  button.textContent = page.dataset.textUndo;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const response = await fetch(`/agenda/changes/${undo}/undo`, { method: "POST", headers: { "X-CSRF-Token": csrf() } });
      const said = await response.json();
      window.consoleToast(said.text, response.ok ? "" : "danger");
    } catch {
      window.consoleToast(page.dataset.textOffline, "danger");
    }
    toast.remove();
    refresh();
  });
  toast.append(button);
};

document.addEventListener("agenda-done", (event) => {
  settle();
  closePanel();
  tell(event.detail.text, event.detail.undo);
  refresh();
});

onClose(rollBack);

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-panel]");
  if (opener && !isMoving()) {
    openPanel(opener.dataset.panel);
    return;
  }
  const body = event.target.closest(".agenda-body");
  if (body) {
    const at = clickedAt(event, body.closest(".agenda-column"));
    if (at) openPanel(`/agenda/new?who=${at.who}&day=${at.day}&minute=${at.minute}`);
  }
});

// Select boxes and the date: another part of the agenda.
document.addEventListener("change", (event) => {
  const name = event.target.dataset?.goes;
  if (!name) return;
  const address = new URL(location.href);
  address.hash = "";
  if (event.target.value) address.searchParams.set(name, event.target.value);
  else address.searchParams.delete(name);
  if (!address.searchParams.size) address.searchParams.set("view", "day");
  location.assign(address);
});

document.getElementById("agenda-date").addEventListener("click", (event) => event.target.showPicker?.());

// Arrows walk through the blocks; letters do what the buttons do.
const centre = (element) => {
  const box = element.getBoundingClientRect();
  return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
};

const neighbour = (block, key) => {
  const here = centre(block);
  const column = block.closest(".agenda-column");
  const others = [...grid().querySelectorAll(".block")].filter((other) => other !== block);
  const ahead = others.filter((other) => {
    const there = centre(other);
    if (key === "ArrowUp") return column.contains(other) && there.y < here.y;
    if (key === "ArrowDown") return column.contains(other) && there.y > here.y;
    if (column.contains(other)) return false;
    return key === "ArrowLeft" ? there.x < here.x : there.x > here.x;
  });
  const far = (other) => {
    const there = centre(other);
    const aside = key === "ArrowLeft" || key === "ArrowRight";
    return (aside ? 4 : 1) * Math.abs(there.x - here.x) + Math.abs(there.y - here.y);
  };
  return ahead.sort((one, other) => far(one) - far(other))[0];
};

document.addEventListener("keydown", (event) => {
  if (isMoving() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]") || event.target.closest("input, select, textarea")) return;
  const block = event.target.closest(".block");
  if (block && event.key.startsWith("Arrow")) {
    event.preventDefault();
    const next = neighbour(block, event.key);
    if (next) {
      block.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    }
    return;
  }
  const key = event.key.toLowerCase();
  if (block && key === "m" && "movable" in block.dataset) {
    event.preventDefault();
    pickUp(block.dataset.id, block.dataset.version, block.dataset.end - block.dataset.start);
    return;
  }
  const shortcut = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (shortcut) {
    event.preventDefault();
    shortcut.click();
  }
});

document.addEventListener("focusin", (event) => {
  if (event.target.classList?.contains("block")) rememberFocus(event.target.id);
});

// A refresh waits while somebody is dragging, and keeps scroll and focus.
let held = "";

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "agenda-grid") return;
  if (grid().classList.contains("is-dragging") || grid().querySelector(".is-dropped")) {
    event.detail.shouldSwap = false;
    setTimeout(refresh, 1500);
    return;
  }
  held = document.activeElement?.classList.contains("block") ? document.activeElement.id : "";
});

document.addEventListener("htmx:afterSettle", () => {
  if (grid().dataset.laidOut) return;
  grid().dataset.laidOut = "yes";
  noteRefresh();
  layOut();
  reattach();
  if (held) document.getElementById(held)?.focus({ preventScroll: true });
  const waiting = Number(grid().dataset.waiting);
  const count = document.getElementById("walk-in-count");
  count.textContent = waiting;
  count.hidden = !waiting;
});

grid().dataset.laidOut = "yes";
layOut();
startMoving();
scrollToUseful();
resumeMoving();
setInterval(moveNow, 30000);
page.dataset.ready = "yes";

