// Forms with lines: [data-adds-line] adds an empty copy of the last line.
"use strict";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-adds-line]");
  if (!button) return;
  const lines = button.closest("form").querySelector("[data-lines]");
  const number = lines.children.length + 1;
  const line = lines.lastElementChild.cloneNode(true);
  for (const input of line.querySelectorAll("input, select")) {
    const id = input.id.replace(/-\d+$/, `-${number}`);
    line.querySelector(`label[for="${input.id}"]`).htmlFor = id;
    input.id = id;
    input.required = false;
    if (input.type === "number") input.value = "1";
    else input.value = "";
  }
  line.querySelector("[data-number]").textContent = number;
  lines.append(line);
  line.querySelector("input, select").focus();
});
