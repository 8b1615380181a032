// The file of a reply, chosen or pasted: input[data-attaches="id of its text"] in an .attach.
"use strict";

(() => {
  const show = (input) => {
    const box = input.closest(".attach");
    const file = input.files[0];
    box.querySelector("[data-attached]").hidden = !file;
    box.querySelector("[data-hint]").hidden = Boolean(file);
    box.querySelector("[data-name]").textContent = file ? file.name : "";
    // A file needs no words.
    document.getElementById(input.dataset.attaches).required = !file;
  };

  const take = (input) => {
    if (input.files[0]?.size > Number(input.dataset.largest)) {
      input.value = "";
      window.consoleToast(input.dataset.tooLarge, "danger");
    }
    show(input);
  };

  // A file that stayed when the rest came anew.
  document.addEventListener("htmx:afterSettle", () => {
    const input = document.querySelector("[data-attaches]");
    if (input?.files[0]) show(input);
  });

  document.addEventListener("change", (event) => {
    const input = event.target.closest("[data-attaches]");
    if (!input) return;
    take(input);
    if (input.files[0]) document.getElementById(input.dataset.attaches).focus();
  });

  // It looks like a button: Enter opens it, and does not send the form.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-attaches]")) return;
    event.preventDefault();
    event.target.click();
  });

  document.addEventListener("click", (event) => {
    const input = event.target.closest("[data-detaches]")?.closest(".attach").querySelector("[data-attaches]");
    if (!input) return;
    input.value = "";
    show(input);
    input.focus();
  });

  document.addEventListener("paste", (event) => {
    const input = event.target.form?.querySelector("[data-attaches]");
    if (!input || !event.clipboardData?.files.length) return;
    event.preventDefault();
    const pasted = new DataTransfer();
    pasted.items.add(event.clipboardData.files[0]);
    input.files = pasted.files;
    take(input);
  });
})();
