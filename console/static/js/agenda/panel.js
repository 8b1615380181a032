// What opens beside the agenda: one dialog, filled by the server.

const panel = document.getElementById("agenda-panel");
const body = document.getElementById("agenda-panel-body");
let opener = null;

export const openPanel = async (address, { small = false } = {}) => {
  opener = document.activeElement?.id || "";
  panel.classList.toggle("is-small", small);
  body.replaceChildren();
  try {
    const response = await fetch(address, { headers: { "HX-Request": "true" } });
    if (response.status === 401 || response.redirected) { location.reload(); return; }
    body.innerHTML = await response.text();
    if (!response.ok && response.status !== 409 && response.status !== 422) throw new Error(response.status);
  } catch {
    window.consoleToast(document.getElementById("agenda-page").dataset.textOffline, "danger");
    panel.dispatchEvent(new Event("close"));
    return;
  }
  panel.setAttribute("aria-labelledby", "panel-title");
  window.htmx.process(body);
  if (!panel.open) panel.showModal();
  body.querySelector("[autofocus]")?.focus();
};

export const closePanel = () => panel.close();

export const onClose = (work) => panel.addEventListener("close", () => {
  body.replaceChildren();
  work();
  const back = opener && document.getElementById(opener);
  if (back && document.activeElement === document.body) back.focus();
});

// A tap beside the panel closes it.
panel.addEventListener("click", (event) => { if (event.target === panel) panel.close(); });

// Choosing a patient that was found.
body.addEventListener("click", (event) => {
  const found = event.target.closest("[data-choose]");
  const form = event.target.closest("form");
  if (found) choose(form, found.dataset.choose, found.dataset.name);
  if (event.target.closest("[data-unchoose]")) choose(form, "", "");
});

const choose = (form, id, name) => {
  form.querySelector('input[name="patient"]').value = id;
  form.querySelector("[data-chosen]").textContent = name;
  form.querySelector(".patient-chosen").hidden = !id;
  form.querySelector(".patient-search").hidden = Boolean(id);
  (id ? form.querySelector("[data-unchoose]") : form.querySelector(".patient-search input")).focus();
};

// Another practitioner offers other services.
body.addEventListener("change", async (event) => {
  const address = event.target.dataset?.reloads;
  if (!address) return;
  const response = await fetch(`${address}?who=${event.target.value}`, { headers: { "HX-Request": "true" } });
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("#book-service");
  if (fresh) document.getElementById("book-service").replaceChildren(...fresh.children);
});
