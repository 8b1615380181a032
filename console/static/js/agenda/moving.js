// Moving an appointment: dragged, or picked up and put down by keys or by a tap. The block goes
// to its new place at once; the server is asked, and until it agrees everything can go back.

import { clock, day, grid, heightOfMinute, layOutBlock, place } from "./layout.js";
import { closePanel, openPanel } from "./panel.js";

const KEPT = "agenda-moving";
const says = document.getElementById("agenda-says");
const banner = document.getElementById("moving");
const texts = document.getElementById("agenda-page").dataset;

let moving = null; // {id, version, minutes, grab, column, start}
let ghost = null;
let dropped = null; // where the block came from, to put it back

export const isMoving = () => moving !== null || dropped !== null;

const columns = () => [...grid().querySelectorAll(".agenda-column")];
const blockOf = (id) => document.getElementById(`block-${id}`);

const atPointer = (event, column, grab, step) => {
  const top = column.querySelector(".agenda-body").getBoundingClientRect().top;
  const minute = (event.clientY - top) / heightOfMinute() - grab + day().first;
  return Math.round(minute / step) * step;
};

// What is at a place, as far as the page knows: the server decides.
const stateAt = (column, start, end, id) => {
  for (const block of column.querySelectorAll(".block:not([data-over])")) {
    if (block.dataset.id !== id && block.dataset.start < end && start < block.dataset.end) return { kind: "taken", name: block.dataset.name };
  }
  const isOpen = [...column.querySelectorAll(".agenda-open")].some((span) => Number(span.dataset.start) <= start && end <= Number(span.dataset.end));
  const isAway = [...column.querySelectorAll(".agenda-away")].some((span) => Number(span.dataset.start) < end && start < Number(span.dataset.end));
  return { kind: isOpen && !isAway ? "free" : "outside" };
};

const stateText = (state) => {
  if (state.kind === "taken") return texts.textTaken.replace("{name}", state.name);
  return state.kind === "free" ? texts.textFree : texts.textClosed;
};

const showGhost = (column, start) => {
  const { first, last } = day();
  const kept = Math.max(first, Math.min(start, last - moving.minutes));
  moving.column = column;
  moving.start = kept;
  if (!ghost) {
    ghost = document.createElement("div");
    ghost.className = "ghost";
  }
  const state = stateAt(column, kept, kept + moving.minutes, moving.id);
  ghost.classList.toggle("is-taken", state.kind === "taken");
  ghost.classList.toggle("is-outside", state.kind === "outside");
  ghost.textContent = state.kind === "free" ? clock(kept) : `${clock(kept)} · ${stateText(state)}`;
  column.querySelector(".agenda-body").append(ghost);
  place(ghost, kept, kept + moving.minutes);
  return state;
};

const hideGhost = () => {
  ghost?.remove();
  ghost = null;
};

const announce = () => {
  const state = stateAt(moving.column, moving.start, moving.start + moving.minutes, moving.id);
  says.textContent = `${moving.column.dataset.title}, ${clock(moving.start)}, ${stateText(state)}`;
};

// Puts the block at its new place, and asks the server.
const drop = () => {
  const block = blockOf(moving.id);
  const { column, start, minutes, id } = moving;
  if (block) {
    const { dataset } = block;
    if (column.contains(block) && Number(dataset.start) === start) return end();
    dropped = { block, parent: block.parentElement, start: dataset.start, end: dataset.end, lane: dataset.lane, lanes: dataset.lanes };
    Object.assign(dataset, { start, end: start + minutes, lane: 0, lanes: 1 });
    column.querySelector(".agenda-body").append(block);
    layOutBlock(block);
    block.classList.remove("is-moving");
    block.classList.add("is-dropped");
  } else {
    dropped = {};
  }
  hideGhost();
  moving = null;
  grid().classList.remove("is-dragging");
  const { who, day: date } = column.dataset;
  openPanel(`/agenda/appointments/${id}/move?who=${who}&day=${date}&minute=${start}`, { small: true });
};

// The block goes back where it was; nothing has changed.
export const rollBack = () => {
  if (!dropped) return;
  const { block, parent, ...before } = dropped;
  dropped = null;
  end();
  if (!block?.isConnected) return;
  Object.assign(block.dataset, before);
  parent.append(block);
  layOutBlock(block);
  block.classList.remove("is-dropped");
  block.focus();
};

export const settle = () => {
  dropped?.block?.classList.remove("is-dropped");
  dropped = null;
  end();
};

export const end = () => {
  if (moving) blockOf(moving.id)?.classList.remove("is-moving");
  moving = null;
  sessionStorage.removeItem(KEPT);
  hideGhost();
  banner.hidden = true;
  grid().classList.remove("is-dragging", "is-choosing");
};

// Picked up by key or button. It stays picked up while another day is looked at.
export const pickUp = (id, version, minutes) => {
  const block = blockOf(id);
  moving = { id, version: Number(version), minutes: Number(minutes), grab: 0, column: null, start: 0 };
  sessionStorage.setItem(KEPT, JSON.stringify({ id, version: moving.version, minutes: moving.minutes }));
  banner.hidden = false;
  grid().classList.add("is-choosing");
  block?.classList.add("is-moving");
  const column = block?.closest(".agenda-column") || columns().find((it) => !it.classList.contains("is-off")) || columns()[0];
  if (!column) return;
  const open = column.querySelector(".agenda-open");
  showGhost(column, block ? Number(block.dataset.start) : Number(open?.dataset.start || day().first));
  document.getElementById("agenda-scroll").focus();
  announce();
};

export const resumeMoving = () => {
  const kept = sessionStorage.getItem(KEPT);
  if (!kept || moving) return;
  const { id, version, minutes } = JSON.parse(kept);
  pickUp(id, version, minutes);
};

// After a refresh the columns are new ones.
export const reattach = () => {
  if (!moving?.column) return;
  const { who, day: date } = moving.column.dataset;
  blockOf(moving.id)?.classList.add("is-moving");
  grid().classList.add("is-choosing");
  const column = columns().find((it) => it.dataset.who === who && it.dataset.day === date);
  if (column) showGhost(column, moving.start);
};

const byKey = (event) => {
  const isRtl = document.documentElement.dir === "rtl";
  const step = event.shiftKey ? 5 : day().step;
  const all = columns();
  const index = all.indexOf(moving.column);
  const aside = { ArrowLeft: isRtl ? 1 : -1, ArrowRight: isRtl ? -1 : 1 }[event.key];
  if (event.key === "ArrowUp") showGhost(moving.column, moving.start - step);
  else if (event.key === "ArrowDown") showGhost(moving.column, moving.start + step);
  else if (aside) showGhost(all[Math.max(0, Math.min(all.length - 1, index + aside))], moving.start);
  else if (event.key === "Enter") { event.preventDefault(); drop(); return; }
  else if (event.key === "Escape") { const { id } = moving; end(); blockOf(id)?.focus(); return; }
  else return;
  event.preventDefault();
  ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
  announce();
};

export const startMoving = () => {
  document.addEventListener("keydown", (event) => {
    if (moving && !moving.isDragged && !document.querySelector("dialog[open]")) byKey(event);
  });
  document.getElementById("moving-end").addEventListener("click", end);

  document.addEventListener("dragstart", (event) => {
    const block = event.target.closest?.(".block[data-movable]");
    if (!block) return;
    const { id, version, start, end: until } = block.dataset;
    const grab = (event.clientY - block.getBoundingClientRect().top) / heightOfMinute();
    moving = { id, version: Number(version), minutes: until - start, grab, column: null, start: 0, isDragged: true };
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", id);
    // The browser takes its picture of the block first.
    requestAnimationFrame(() => {
      block.classList.add("is-moving");
      grid().classList.add("is-dragging");
    });
  });
  document.addEventListener("dragover", (event) => {
    const column = event.target.closest?.(".agenda-column");
    if (!moving?.isDragged || !column) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    showGhost(column, atPointer(event, column, moving.grab, event.shiftKey ? 5 : day().step));
  });
  document.addEventListener("drop", (event) => {
    const column = event.target.closest?.(".agenda-column");
    if (!moving?.isDragged || !column) return;
    event.preventDefault();
    showGhost(column, atPointer(event, column, moving.grab, event.shiftKey ? 5 : day().step));
    drop();
  });
  document.addEventListener("dragend", () => { if (moving?.isDragged) end(); });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (button) {
      closePanel();
      pickUp(button.dataset.move, button.dataset.version, button.dataset.minutes);
    }
  });
};

// A click into a column: a picked up appointment goes there; else somebody is booked there.
export const clickedAt = (event, column) => {
  if (moving) {
    showGhost(column, atPointer(event, column, 0, day().step));
    drop();
    return null;
  }
  const minute = Math.floor(((event.clientY - column.querySelector(".agenda-body").getBoundingClientRect().top) / heightOfMinute() + day().first) / day().step) * day().step;
  return { who: column.dataset.who, day: column.dataset.day, minute };
};
