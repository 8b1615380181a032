// Small helpers. All text goes through textContent: nothing that a message holds becomes markup.

export const $ = (selector, root = document) => root.querySelector(selector);

export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

const PATHS = {
  back: ["M15 5l-7 7 7 7"],
  camera: ["M4 8h3l2-3h6l2 3h3v11H4z", "M12 10a3.5 3.5 0 1 0 .01 0"],
  card: ["M3 6h18v12H3z", "M3 10h18M7 15h4"],
  clip: ["M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.4 3.4 0 0 1 4.8 4.8l-8.4 8.4a1.7 1.7 0 0 1-2.4-2.4L15 7"],
  close: ["M6 6l12 12M18 6L6 18"],
  cross: ["M12 5v14M5 12h14"],
  down: ["M6 9l6 6 6-6"],
  external: ["M14 4h6v6M20 4l-9 9M18 14v6H4V6h6"],
  file: ["M6 3h8l4 4v14H6z", "M14 3v4h4"],
  list: ["M4 7h1M4 12h1M4 17h1M9 7h11M9 12h11M9 17h11"],
  mic: ["M12 3a3 3 0 0 1 3 3v6a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3z", "M5 11a7 7 0 0 0 14 0M12 18v3"],
  network: ["M3 9a13 13 0 0 1 18 0M6 13a8.5 8.5 0 0 1 12 0M9 16.500a4.200 4.200 0 0 1 6 0", "M12 20h.01"],
  pause: ["M9 6v12M15 6v12"],
  pin: ["M12 21c5-6 7-9 7-12a7 7 0 1 0-14 0c0 3 2 6 7 12z", "M12 6.500a2.500 2.500 0 1 0 .01 0"],
  play: ["M8 5l11 7-11 7z"],
  reply: ["M9 7l-5 5 5 5M4 12h10a6 6 0 0 1 6 6"],
  send: ["M4 12l16-8-5 16-4-6z", "M11 14l9-10"],
  tick: ["M5 12l4 4 9-10"],
  ticks: ["M1 12l4 4 9-10M10 15l1 1 9-10"],
};

export function icon(name, extra = "") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon ${extra}`);
  svg.setAttribute("aria-hidden", "true");
  for (const d of PATHS[name]) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

export function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return letters.map((word) => [...word][0]).join("").toUpperCase() || "?";
}

export function avatar(name, key) {
  const sum = [...key].reduce((total, sign) => (total * 31 + sign.charCodeAt(0)) % 9973, 7);
  return el("span", { class: `avatar c${sum % 6}`, "aria-hidden": "true" }, initials(name));
}

// Keeps Tab inside an overlay and closes it with Escape; returns a function that closes it.
export function openOverlay(root, nodes, { onClose } = {}) {
  const before = document.activeElement;
  const others = [...root.parentElement.children].filter((node) => node !== root);
  for (const node of others) node.inert = true;
  root.replaceChildren(...nodes);
  const onKey = (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  };
  document.addEventListener("keydown", onKey);
  function close() {
    document.removeEventListener("keydown", onKey);
    for (const node of others) node.inert = false;
    root.replaceChildren();
    if (before && before.isConnected) before.focus();
    if (onClose) onClose();
  }
  return close;
}
