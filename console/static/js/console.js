// What all pages share: dialogs, toasts, and what htmx should do with errors.
"use strict";

const show = (text, kind, address) => {
  const toast = document.createElement("div");
  toast.className = kind ? `toast toast-${kind}` : "toast";
  const words = document.createElement(address ? "a" : "span");
  words.textContent = text;
  if (address) words.href = address;
  toast.append(words);
  document.getElementById("toasts").append(toast);
  setTimeout(() => toast.remove(), 6000);
};

// What can be undone stays.
for (const toast of document.querySelectorAll(".toast:not(.toast-kept)")) setTimeout(() => toast.remove(), 6000);

// Tabs and entries that do not fit side by side: the chosen one is in sight.
for (const chosen of document.querySelectorAll(".tabs [aria-current], .nav [aria-current]")) {
  chosen.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// Buttons: data-opens="id of a dialog", data-closes (the dialog they are in).
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.opens);
    dialog?.showModal();
    // What a dialog shows is looked for when it is opened, not before.
    for (const part of dialog?.querySelectorAll("[data-loads]") || []) part.dispatchEvent(new CustomEvent("opened"));
  }
  const closer = event.target.closest("[data-closes]");
  if (closer) closer.closest("dialog")?.close();
});

// Forms that ask first: data-confirm="text".
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

// A form that was refused comes back with its errors: show it.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 422 || event.detail.xhr.status === 409) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

// What somebody did was refused without a page that says why, or never arrived.
for (const kind of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(kind, (event) => {
    if (!event.detail.requestConfig?.headers["X-Background"]) show(document.body.dataset.textFailed, "danger");
  });
}

// Reads the page anew, but not over what somebody is writing: then once it was sent or emptied.
let reloads = 0;
window.consoleReload = () => {
  clearTimeout(reloads);
  const isWriting = [...document.querySelectorAll("textarea")].some((field) => field.value.trim() && (field.closest("#composer") || field.value !== field.defaultValue));
  const hasFile = [...document.querySelectorAll("input[type=file]")].some((field) => field.files.length);
  if (isWriting || hasFile) reloads = setTimeout(window.consoleReload, 3000);
  else location.reload();
};

// The server says what happened: HX-Trigger: {"toast": {"text": "..."}}.
document.addEventListener("toast", (event) => show(event.detail.text, event.detail.kind));

window.consoleToast = show;
