// The form of leave and closures: hours only for parts of days, and one last day at least.

const whole = document.getElementById("whole-days");
const hours = document.getElementById("closure-hours");
const first = document.getElementById("first");
const last = document.getElementById("last");

whole.addEventListener("change", () => { hours.hidden = whole.checked; });

first.addEventListener("change", () => {
  last.min = first.value;
  if (last.value < first.value) last.value = first.value;
});

document.getElementById("preview")?.scrollIntoView({ block: "nearest" });
document.getElementById("preview")?.focus({ preventScroll: true });

// What was shown no longer fits what the form says: it has to be looked at again.
document.getElementById("closure-form").addEventListener("input", (event) => {
  if (event.target.name === "outcome" || event.target.name === "note" || event.target.name === "reason") return;
  const shown = document.getElementById("preview");
  if (!shown) return;
  shown.querySelector("[name=confirmed]").disabled = true;
  shown.classList.add("is-old");
});
