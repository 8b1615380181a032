// What the page knows. Messages are kept by patient, in the order of `seq`.

export const state = {
  clinicName: "",
  patients: new Map(),
  messages: new Map(),
  typing: new Map(),
  current: null,
  reachable: true,
  faults: {},
  clockOffset: 0,
};

export const now = () => new Date(Date.now() + state.clockOffset);

export function setClock(iso) {
  state.clockOffset = new Date(iso) - Date.now();
}

export function keep(message) {
  const messages = state.messages.get(message.patient_id);
  if (!messages) return false;
  const index = messages.findIndex((known) => known.wamid === message.wamid);
  if (index >= 0) messages[index] = message;
  else messages.push(message);
  return index < 0;
}

export const find = (patientId, wamid) =>
  state.messages.get(patientId)?.find((message) => message.wamid === wamid);
