// Live pages. Every event of the server becomes DOM events on <body>: live-<topic>, and
// live-<topic>-<subject> when it is about somebody; elements refresh on them (hx-trigger).
"use strict";

(() => {
  const body = document.body;
  const since = Number(body.dataset.live || 0);
  const seen = new Set();
  const plainTitle = document.title;
  let lost = 0;
  let emergencies = 0;

  const tell = (name, detail) => body.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));

  // A busy morning has several events a second and fifty open lists: each reads itself anew at
  // once after a calm, then every few seconds. What is about one conversation is told at once.
  const BETWEEN = 3000;
  const told = {};
  const waiting = {};
  const tellSoon = (topic, detail, between) => {
    const wait = Math.max(0, (told[topic] || -between) + between - performance.now());
    if (waiting[topic] && between) return;
    clearTimeout(waiting[topic]);
    waiting[topic] = setTimeout(() => {
      waiting[topic] = 0;
      told[topic] = performance.now();
      tell(`live-${topic}`, detail);
    }, wait && wait + Math.random() * 500);
  };

  const title = () => {
    document.title = emergencies ? `(${emergencies}) ${body.dataset.textStat} · ${plainTitle}` : plainTitle;
  };

  // The title says how many emergencies nobody has yet: the number comes with the one beside
  // "inbox", when the page opens and whenever the list changes.
  const inbox = document.getElementById("nav-count")?.parentElement;
  const countEmergencies = () => {
    const counted = document.getElementById("nav-count")?.dataset.stat;
    if (counted === undefined) return;
    emergencies = Number(counted);
    title();
  };
  if (inbox) new MutationObserver(countEmergencies).observe(inbox, { childList: true });

  // Two short tones, three times: heard across a room, over after three seconds.
  const sound = async () => {
    const audio = new Audio("/static/sounds/alarm.wav");
    try {
      await audio.play();
      body.dataset.sounded = String(Number(body.dataset.sounded || 0) + 1);
    } catch {
      // The browser wants a click on the page before it plays anything.
      document.getElementById("sound-hint").hidden = false;
    }
  };

  document.getElementById("sound-on")?.addEventListener("click", () => {
    document.getElementById("sound-hint").hidden = true;
    sound();
  });

  const alarm = () => {
    emergencies = Math.max(emergencies, 1);
    title();
    sound();
  };

  const reloadOnceItAnswers = async () => {
    for (;;) {
      await new Promise((done) => { setTimeout(done, 3000); });
      try {
        if ((await fetch("/health", { cache: "no-store" })).ok) break;
      } catch {
        // Still away.
      }
    }
    window.consoleReload();
  };

  const connect = () => {
    const source = new EventSource(`/events?after=${since}`);
    const banner = document.getElementById("connection");
    source.onopen = () => {
      clearTimeout(lost);
      lost = 0;
      banner.hidden = true;
      body.dataset.connected = "yes";
    };
    source.onerror = () => {
      body.dataset.connected = "no";
      if (source.readyState === EventSource.CLOSED) {
        // The answer was no stream: the session is over, or the server starts anew.
        reloadOnceItAnswers();
      }
      if (!lost) {
        lost = setTimeout(() => {
          banner.textContent = body.dataset.textLost;
          banner.hidden = false;
        }, 3000);
      }
    };
    source.addEventListener("change", (event) => {
      const number = Number(event.lastEventId);
      if (number <= since || seen.has(number)) return;
      seen.add(number);
      const detail = JSON.parse(event.data);
      if (detail.topic === "alarm") {
        alarm();
        tellSoon("inbox", detail, 0);
      }
      if (detail.topic === "late") {
        // Several at once are one word: the list shows which.
        if (!document.querySelector(".toast-warn")) window.consoleToast(body.dataset.textLate, "warn", "/inbox");
        tellSoon("inbox", detail, 0);
      }
      tellSoon(detail.topic, detail, BETWEEN);
      if (detail.subject) tell(`live-${detail.topic}-${detail.subject}`, detail);
    });
    source.addEventListener("reset", () => window.consoleReload());
    source.addEventListener("ended", () => location.reload());
    addEventListener("pagehide", () => source.close());
  };

  // A page that refreshes itself does not keep the session alive.
  document.addEventListener("htmx:configRequest", (event) => {
    const cause = event.detail.triggeringEvent?.type || "live-clock";
    if (cause.startsWith("live-")) event.detail.headers["X-Background"] = "1";
  });

  // What is swapped away between pressing a button and letting it go never gets the click: a part
  // that refreshes itself waits for the hand, then reads itself anew. A press that never ends counts
  // for five seconds.
  const untold = new Set();
  let press = 0;
  const letGo = () => {
    clearTimeout(press);
    press = 0;
    for (const name of untold) tell(name);
    untold.clear();
  };
  addEventListener("pointerdown", () => { clearTimeout(press); press = setTimeout(letGo, 5000); }, true);
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => { setTimeout(letGo); }, true);
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { triggeringEvent } = event.detail.requestConfig;
    if (!press || !triggeringEvent?.type.startsWith("live-")) return;
    event.detail.shouldSwap = false;
    untold.add(triggeringEvent.type);
  });

  if (window.EventSource) connect();
})();
