// The inbox: keys, quick replies, the composer's tabs, the window's countdown, scrolling.
"use strict";

(() => {
  const thread = () => document.getElementById("thread");
  const toEnd = () => { const box = thread(); if (box) box.scrollTop = box.scrollHeight; };
  let wasAtEnd = true;
  let wasAt = 0;

  toEnd();

  // Pictures come after the words, and make the transcript taller.
  let follows = true;
  document.addEventListener("scroll", (event) => {
    const box = event.target;
    if (box.id === "thread") follows = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  }, true);
  document.addEventListener("load", (event) => { if (follows && event.target.closest?.("#thread")) toEnd(); }, true);

  // A transcript that grows stays at its end, unless somebody reads further up.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const box = thread();
    if (box && event.detail.target === box) {
      wasAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
      wasAt = box.scrollTop;
    }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id === "thread" || event.target?.id === "thread") {
      if (wasAtEnd) toEnd();
      else thread().scrollTop = wasAt;
    }
  });

  // What came before is put above: what somebody reads stays where it is, and so does the focus.
  let fromEnd = 0;
  let wasOnButton = false;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id !== "earlier-more") return;
    fromEnd = thread().scrollHeight - thread().scrollTop;
    wasOnButton = document.activeElement?.id === "earlier-button";
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id !== "earlier-more") return;
    thread().scrollTop = thread().scrollHeight - fromEnd;
    if (wasOnButton) (document.getElementById("earlier-button") || thread()).focus({ preventScroll: true });
  });

  // While a dialog is open its surroundings are not swapped away under the hands.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (event.detail.target?.querySelector("dialog[open]")) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.querySelector?.("dialog[open]") && event.detail.target.id === "card") event.detail.shouldSwap = false;
  });

  const choose = (tab) => {
    for (const other of tab.parentElement.querySelectorAll("[role=tab]")) {
      const chosen = other === tab;
      other.setAttribute("aria-selected", String(chosen));
      other.tabIndex = chosen ? 0 : -1;
      document.getElementById(other.getAttribute("aria-controls")).hidden = !chosen;
    }
    tab.focus();
  };

  document.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) choose(tab);
    const quick = event.target.closest("[data-fills]");
    if (quick) {
      const field = document.getElementById(quick.dataset.fills);
      field.value = field.value.trim() ? `${field.value.trim()} ${quick.dataset.text}` : quick.dataset.text;
      field.focus();
    }
    const shower = event.target.closest("[data-shows]");
    if (shower) {
      const shown = document.getElementById(shower.dataset.shows).classList.toggle("is-shown");
      for (const button of document.querySelectorAll(`[data-shows="${shower.dataset.shows}"][aria-expanded]`)) {
        button.setAttribute("aria-expanded", String(shown));
      }
    }
  });

  document.addEventListener("keydown", (event) => {
    const field = event.target.closest("[data-sends]");
    if (field && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      field.form.requestSubmit();
      return;
    }
    const tab = event.target.closest("[role=tab]");
    if (tab && ["ArrowLeft", "ArrowRight"].includes(event.key)) {
      const tabs = [...tab.parentElement.querySelectorAll("[role=tab]")];
      choose(tabs[(tabs.indexOf(tab) + 1) % tabs.length]);
      return;
    }
    const row = event.target.closest(".row");
    if (row && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      const rows = [...document.querySelectorAll(".row")];
      rows[rows.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
      return;
    }
    if (event.key === "/" && !event.target.closest("input, textarea, select")) {
      event.preventDefault();
      document.getElementById("search").focus();
    }
  });

  // The page's clock may differ from the server's: what is left is counted, not compared.
  const opened = performance.now();
  const count = () => {
    for (const element of document.querySelectorAll("[data-left]")) {
      const minutes = Math.floor((Number(element.dataset.left) - (performance.now() - Number(element.dataset.from || opened)) / 1000) / 60);
      if (minutes < 0) { window.consoleReload(); return; }
      const said = minutes < 60
        ? element.dataset.minutes.replace("#", minutes)
        : `${element.dataset.hours.replace("#", Math.floor(minutes / 60))} ${element.dataset.minutes.replace("#", minutes % 60)}`;
      element.textContent = element.dataset.template.replace("%", said);
    }
  };
  count();
  setInterval(count, 30000);

  // What the patient writes opens the window again, or makes it last longer.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "thread") return;
    const left = Number(thread().dataset.windowLeft);
    const shown = document.querySelector("[data-left]");
    if (Boolean(left) !== Boolean(shown)) { window.consoleReload(); return; }
    if (!shown) return;
    shown.dataset.left = String(left);
    shown.dataset.from = String(performance.now());
    count();
  });
  document.addEventListener("htmx:load", (event) => {
    for (const element of event.target.querySelectorAll?.("[data-left]") || []) element.dataset.from = String(performance.now());
    count();
  });
})();
