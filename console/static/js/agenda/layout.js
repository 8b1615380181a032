// Puts blocks where their minutes say. Styles in the page's text are not allowed, these are.

const SHORT = 38; // px below which a block has one line only
const USUAL = 1.6; // px of a minute with a mouse
const FINGER = 45; // px: nothing to touch is lower than 44, and a block leaves one free
const BRIEFEST = 5; // minutes: the step of the agenda

export const grid = () => document.getElementById("agenda-grid");

// A minute's height in px, --minute in agenda.css: for fingers so that the shortest block fits one.
const fingers = matchMedia("(max-width: 860px), (pointer: coarse)");
let minuteHeight = USUAL;

export const heightOfMinute = () => minuteHeight;

const measure = () => {
  const lengths = [...grid().querySelectorAll(".block")].map((block) => block.dataset.end - block.dataset.start);
  const shortest = Math.max(Math.min(...lengths, 30), BRIEFEST);
  minuteHeight = fingers.matches ? Math.max(USUAL, FINGER / shortest) : USUAL;
  grid().closest(".agenda").style.setProperty("--minute", `${minuteHeight}px`);
};

const px = (minutes) => `${minutes * minuteHeight}px`;

export const day = () => {
  const { first, last, step, today, now } = grid().dataset;
  return { first: Number(first), last: Number(last), step: Number(step), today, now: Number(now) };
};

export const clock = (minute) =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

export const place = (element, start, end) => {
  const { first } = day();
  element.style.insetBlockStart = px(start - first);
  element.style.blockSize = `${Math.max((end - start) * minuteHeight - 1, 14)}px`;
};

export const layOut = () => {
  measure();
  const { first, last } = day();
  const height = px(last - first);
  for (const body of grid().querySelectorAll(".agenda-body, .agenda-hour-labels")) body.style.blockSize = height;
  for (const label of grid().querySelectorAll("[data-at]")) label.style.insetBlockStart = px(label.dataset.at - first);
  for (const span of grid().querySelectorAll(".agenda-open, .agenda-away")) {
    const start = Math.max(span.dataset.start, first);
    place(span, start, Math.min(span.dataset.end, last));
  }
  for (const block of grid().querySelectorAll(".block")) layOutBlock(block);
  moveNow();
  prepareFocus();
};

fingers.addEventListener("change", layOut);

export const layOutBlock = (block) => {
  const { start, end, lane, lanes } = block.dataset;
  place(block, Number(start), Number(end));
  block.classList.toggle("is-short", (end - start) * minuteHeight <= SHORT);
  const share = 100 / Number(lanes);
  block.style.insetInlineStart = `calc(${share * lane}% + 2px)`;
  block.style.inlineSize = `calc(${share}% - 5px)`;
};

const started = performance.now();
let shownSince = started;

export const noteRefresh = () => { shownSince = performance.now(); };

export const minuteNow = () => day().now + Math.floor((performance.now() - shownSince) / 60000);

export const moveNow = () => {
  const { first, last } = day();
  const minute = minuteNow();
  for (const line of grid().querySelectorAll(".agenda-now")) {
    line.hidden = minute < first || minute > last;
    line.style.insetBlockStart = px(minute - first);
  }
};

// One stop for the tab key: the first block, or the one that had it.
let lastFocused = "";

export const rememberFocus = (id) => { lastFocused = id; };

const prepareFocus = () => {
  const blocks = [...grid().querySelectorAll(".block")];
  const stop = blocks.find((block) => block.id === lastFocused) || blocks[0];
  for (const block of blocks) block.tabIndex = block === stop ? 0 : -1;
};

export const scrollToUseful = () => {
  const scroll = document.getElementById("agenda-scroll");
  const { first, today } = day();
  const named = location.hash.startsWith("#block-") && document.getElementById(location.hash.slice(1));
  if (named) {
    named.scrollIntoView({ block: "center", inline: "center" });
    named.focus();
    return;
  }
  const column = grid().querySelector(`.agenda-column[data-day="${today}"]`);
  const starts = [...grid().querySelectorAll(".agenda-open")].map((span) => Number(span.dataset.start));
  const from = column ? minuteNow() - 45 : Math.min(...starts, 24 * 60) - 15;
  scroll.scrollTop = Math.max(0, (from - first) * minuteHeight);
  // A week on a phone begins with today; a day with the first practitioner.
  const isWeek = new Set([...grid().querySelectorAll(".agenda-column")].map((it) => it.dataset.day)).size > 1;
  if (column && isWeek) {
    const hours = grid().querySelector(".agenda-hours").getBoundingClientRect();
    const box = column.getBoundingClientRect();
    const isRtl = document.documentElement.dir === "rtl";
    scroll.scrollLeft += isRtl ? box.right - hours.left : box.left - hours.right;
  }
};
