// Calls of the control API.

async function call(method, path, body, headers = {}) {
  const answer = await fetch(path, { method, body, headers });
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw new Error(typeof problem.detail === "string" ? problem.detail : `HTTP ${answer.status}`);
  }
  return answer.json();
}

const json = (method, path, value) =>
  call(method, path, JSON.stringify(value), { "Content-Type": "application/json" });
const patient = (id) => `/api/patients/${encodeURIComponent(id)}`;

export const api = {
  state: () => call("GET", "/api/state"),
  stats: () => call("GET", "/api/messages/stats"),
  messages: (id) => call("GET", `${patient(id)}/messages`),
  addPatient: (value) => json("POST", "/api/patients", value),
  write: (id, message) => json("POST", `${patient(id)}/messages`, message),
  read: (id) => json("POST", `${patient(id)}/read`, {}),
  setFaults: (value) => json("PUT", "/api/faults", value),
  advance: (seconds) => json("POST", "/api/clock", { advance_seconds: seconds }),
  reset: () => json("POST", "/api/reset", {}),
  upload: (blob, filename) =>
    call("POST", `/api/media?filename=${encodeURIComponent(filename)}`, blob, {
      "Content-Type": blob.type || "application/octet-stream",
    }),
};
