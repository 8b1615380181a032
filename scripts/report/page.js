"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const chooser = document.getElementById("group");
const matrix = document.getElementById("matrix");
const panel = document.getElementById("cell");
let kept = null;

const element = (name, text, attributes = {}) => {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};
const shown = (group) => chooser.value === "all" || chooser.value === group;

function drawMatrix() {
  const counts = new Map();
  for (const [row, column, group, count] of data.cells) {
    if (shown(group)) counts.set(`${row},${column}`, (counts.get(`${row},${column}`) || 0) + count);
  }
  const totals = data.expected.map((_, row) =>
    data.answered.reduce((sum, _name, column) => sum + (counts.get(`${row},${column}`) || 0), 0));
  const head = element("tr");
  head.append(element("th"));
  for (const name of data.answered) {
    const cell = element("th");
    cell.append(element("span", name));
    head.append(cell);
  }
  const body = element("tbody");
  data.expected.forEach((name, row) => {
    const line = element("tr");
    line.append(element("th", name));
    data.answered.forEach((_, column) => {
      const count = counts.get(`${row},${column}`) || 0;
      const cell = element("td", count || "");
      if (count) {
        const part = count / totals[row];
        const colour = row === column ? "27, 127, 99" : "194, 70, 30";
        cell.style.background = `rgba(${colour}, ${row === column ? 0.08 + 0.4 * part : 0.2 + 0.8 * part})`;
        Object.assign(cell.dataset, { row, column, count, total: totals[row] });
      } else Object.assign(cell.dataset, { row, column });
      line.append(cell);
    });
    body.append(line);
  });
  const top = element("thead");
  top.append(head);
  matrix.replaceChildren(top, body);
  kept = null;
}

function showCell(cell) {
  const { row, column, count, total } = cell.dataset;
  matrix.querySelectorAll(".on").forEach((each) => each.classList.remove("on"));
  matrix.tBodies[0].rows[row].cells[0].classList.add("on");
  matrix.tHead.rows[0].cells[Number(column) + 1].classList.add("on");
  if (!count) return;
  const title = row === column
    ? `${data.expected[row]}: ${count} of ${total} right`
    : `${data.expected[row]} answered as ${data.answered[column]}: ${count} of ${total}`;
  panel.replaceChildren(element("b", title), messages((r, c) => r === Number(row) && c === Number(column)));
}

function showIntent(name) {
  const at = data.expected.indexOf(name);
  panel.replaceChildren(
    element("b", `${name}: meant, answered otherwise`), messages((r) => r === at, true),
    element("b", `${name}: answered, meant otherwise`), messages((_, c) => data.answered[c] === name, true));
}

function messages(chosen, named) {
  const list = element("ul");
  for (const [row, column, group, text, confidence] of data.wrong) {
    if (!chosen(row, column) || !shown(group)) continue;
    const line = element("li");
    line.append(
      element("span", text, { class: "said", dir: "auto" }), " ",
      element("span", confidence.toFixed(2), { class: "sure" }), " ",
      element("span", group, { class: `tag ${group}` }));
    if (named) line.append(element("small", `${data.expected[row]} → ${data.answered[column]}`));
    list.append(line);
  }
  return list;
}

function keep(cell) {
  if (kept) kept.classList.remove("kept");
  kept = cell === kept ? null : cell;
  if (kept) kept.classList.add("kept");
}

function sortBy(heading) {
  const table = heading.closest("table");
  const column = heading.cellIndex;
  const down = heading.dataset.down !== "1";
  heading.dataset.down = down ? "1" : "0";
  const value = (row) => {
    const text = row.cells[column].textContent.trim();
    return text === "–" ? Infinity : isNaN(text) ? text : Number(text);
  };
  const rows = [...table.tBodies[0].rows].sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    return (x < y ? -1 : x > y ? 1 : 0) * (down ? 1 : -1);
  });
  table.tBodies[0].append(...rows);
}

chooser.addEventListener("change", () => {
  drawMatrix();
  panel.replaceChildren();
  document.querySelectorAll("[data-filter] [data-group]").forEach((each) => {
    each.hidden = !shown(each.dataset.group) && each.dataset.group !== "all";
  });
});
matrix.addEventListener("mouseover", (event) => {
  const cell = event.target.closest("td");
  if (cell && !kept) showCell(cell);
});
matrix.addEventListener("click", (event) => {
  const cell = event.target.closest("td[data-count]");
  if (!cell) return;
  keep(cell);
  showCell(cell);
});
document.querySelectorAll(".sortable thead th").forEach((heading) =>
  heading.addEventListener("click", () => sortBy(heading)));
document.querySelectorAll("[data-intent]").forEach((link) =>
  link.addEventListener("click", () => showIntent(link.dataset.intent)));
drawMatrix();
