// Starts the page and follows the simulator's events.

import { api } from "./api.js";
import { sendPlace, setUpAttachments } from "./attachments.js";
import { addMessage, renderChat, renderDays, renderTyping, scrollDown, setUpScrolling, updateMessage } from "./chat.js";
import { $, icon } from "./dom.js";
import { renderClock, renderFaults, setUpNetwork } from "./network.js";
import { renderPeople, setUpNewPatient } from "./people.js";
import { openList } from "./sheet.js";
import { keep, setClock, state } from "./state.js";
import { report, toast } from "./toasts.js";

const UNREACHABLE = "L’assistant ne répond pas encore ; le message sera remis dès qu’il sera là.";
const narrow = window.matchMedia("(max-width: 760px)");
const composer = $("#composer");
const drafts = new Map();

async function write(message) {
  const { current } = state;
  if (!current) return;
  await api.write(current, message);
  if (!state.reachable) toast(UNREACHABLE, { bad: true });
}

const guarded = (action) => action.catch(report);

const act = {
  tap: (message, choice) => guarded(write({ type: "tap", message_id: message.wamid, choice_id: choice })),
  openList: (message) => openList(message, (choice) => act.tap(message, choice)),
  sendLocation: (message) => guarded(sendPlace(write, message.wamid)),
  fill: (text) => {
    composer.value = text;
    grow();
    composer.focus();
  },
};

function grow() {
  composer.style.height = "auto";
  composer.style.height = `${Math.min(composer.scrollHeight + 2, 132)}px`;
}

function send() {
  const text = composer.value.trim();
  if (!text) return;
  composer.value = "";
  grow();
  write({ type: "text", text }).catch((error) => {
    if (!composer.value) composer.value = text;
    report(error);
  });
}

function markRead() {
  const patient = state.patients.get(state.current);
  const open = document.visibilityState === "visible" && (!narrow.matches || document.body.dataset.screen === "chat");
  if (!patient || !open || !patient.unread) return;
  patient.unread = 0;
  api.read(patient.id).catch(report);
}

async function select(patientId, { focus = true } = {}) {
  if (state.current) drafts.set(state.current, composer.value);
  state.current = patientId;
  localStorage.setItem("patient", patientId);
  document.body.dataset.screen = "chat";
  if (!state.messages.has(patientId)) {
    state.messages.set(patientId, []);
    try {
      for (const message of await api.messages(patientId)) keep(message);
      state.messages.get(patientId).sort((a, b) => a.seq - b.seq);
    } catch (error) {
      state.messages.delete(patientId);
      report(error);
    }
    if (state.current !== patientId) return;
  }
  composer.value = drafts.get(patientId) ?? "";
  grow();
  const patient = state.patients.get(patientId);
  $("#whose").textContent = patient.name || `+${patient.wa_id}`;
  $("#whose").title = `Téléphone de ${patient.name}`;
  renderHead();
  renderChat(act);
  markRead();
  renderPeople(select);
  if (focus && !narrow.matches) composer.focus();
}

function renderHead() {
  $("#clinic-name").textContent = state.clinicName;
  const typing = state.typing.has(state.current);
  $("#clinic-state").textContent = typing ? "écrit…" : state.reachable ? "en ligne" : "injoignable pour l’instant";
}

function stopTyping(patientId) {
  clearTimeout(state.typing.get(patientId));
  state.typing.delete(patientId);
}

function typingChanged() {
  renderTyping();
  renderHead();
  renderPeople(select);
}

const handlers = {
  message(message) {
    const added = keep(message);
    const patient = state.patients.get(message.patient_id);
    if (message.direction === "out") stopTyping(message.patient_id);
    if (patient && message.type !== "reaction") {
      patient.last = message;
      if (message.direction === "out") patient.unread += 1;
    }
    if (message.patient_id === state.current && added) {
      addMessage(message, act);
      markRead();
    }
    typingChanged();
  },
  message_updated(message) {
    keep(message);
    const patient = state.patients.get(message.patient_id);
    if (patient?.last?.wamid === message.wamid) patient.last = message;
    if (message.patient_id === state.current) updateMessage(message, act);
  },
  typing({ patient_id: patientId, seconds }) {
    stopTyping(patientId);
    state.typing.set(patientId, setTimeout(() => { stopTyping(patientId); typingChanged(); }, seconds * 1000));
    typingChanged();
  },
  patient(patient) {
    state.patients.set(patient.id, patient);
    renderPeople(select);
  },
  clock({ now }) {
    setClock(now);
    renderClock();
    renderDays();
    renderPeople(select);
  },
  faults(faults) {
    state.faults = faults;
    renderFaults();
  },
  assistant({ reachable }) {
    state.reachable = reachable;
    renderHead();
    if (reachable) toast("L’assistant répond à nouveau.");
    else toast(UNREACHABLE, { bad: true });
  },
  resync() {
    guarded(load());
  },
};

let source = null;

function follow(after) {
  source?.close();
  source = new EventSource(`/api/events?after=${after}`);
  for (const [kind, handle] of Object.entries(handlers)) {
    source.addEventListener(kind, (event) => handle(JSON.parse(event.data)));
  }
  let lost = null;
  source.addEventListener("error", () => {
    lost ??= setTimeout(() => toast("Connexion au simulateur perdue, nouvel essai…", { bad: true }), 1500);
  });
  source.addEventListener("open", () => { clearTimeout(lost); lost = null; });
}

async function load() {
  const first = await api.state();
  state.clinicName = first.clinic_name;
  state.reachable = first.reachable;
  state.faults = first.faults;
  state.patients = new Map(first.patients.map((patient) => [patient.id, patient]));
  state.messages.clear();
  for (const patientId of [...state.typing.keys()]) stopTyping(patientId);
  setClock(first.now);
  renderClock();
  renderFaults();
  renderPeople(select);
  follow(first.last_event);
  const remembered = state.current ?? localStorage.getItem("patient");
  const wanted = state.patients.has(remembered) ? remembered : first.patients[0]?.id;
  const screen = document.body.dataset.screen;
  if (wanted) {
    state.current = null;
    await select(wanted, { focus: false });
    if (narrow.matches) document.body.dataset.screen = screen;
    markRead();
  }
}

function setUp() {
  $(".clip").append(icon("clip"));
  $(".send").append(icon("send"));
  $(".to-bottom").append(icon("down"));
  $(".back").append(icon("back"));
  $(".chat-head .avatar").append(icon("cross"));
  $(".signal").append(icon("network"));
  $(".back").addEventListener("click", () => {
    document.body.dataset.screen = "list";
    $(`[data-patient="${CSS.escape(state.current)}"]`)?.focus();
  });
  $("#composer-form").addEventListener("submit", (event) => { event.preventDefault(); send(); });
  composer.addEventListener("input", grow);
  composer.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    }
  });
  const bottom = $("#to-bottom");
  setUpScrolling((away) => { bottom.hidden = !away; });
  bottom.addEventListener("click", () => scrollDown(true));
  document.addEventListener("visibilitychange", markRead);
  setUpNewPatient(select);
  setUpAttachments(write);
  setUpNetwork();
  setInterval(renderClock, 10_000);
}

setUp();
load().catch((error) => {
  report(error);
  setTimeout(() => location.reload(), 3000);
});
