/* Boards and lists: one tab stop, arrow keys inside. data-grid-keys on the box, data-cell on the items. */
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function cells(box) {
  return [...box.querySelectorAll("[data-cell]")];
}

function rove(box, chosen) {
  for (const cell of cells(box)) cell.tabIndex = cell === chosen ? 0 : -1;
  box.kapCell = chosen?.id || "";
}

function settle(box) {
  const all = cells(box);
  if (all.length) rove(box, all.find((cell) => cell.id && cell.id === box.kapCell) ?? all[0]);
}

function middle(cell) {
  const box = cell.getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2];
}

/* The nearest cell in that direction; what lies straight ahead counts for more. */
function nearest(from, all, [dx, dy]) {
  const [x, y] = middle(from);
  let best = null, least = Infinity;
  for (const cell of all) {
    if (cell === from) continue;
    const [cx, cy] = middle(cell);
    const ahead = (cx - x) * dx + (cy - y) * dy;
    const aside = Math.abs((cx - x) * dy) + Math.abs((cy - y) * dx);
    if (ahead <= 4) continue;
    const cost = ahead + 2.5 * aside;
    if (cost < least) { least = cost; best = cell; }
  }
  return best;
}

function pressed(event) {
  const cell = event.target.closest?.("[data-cell]");
  const box = cell?.closest("[data-grid-keys]");
  if (!box || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = cells(box);
  let next = null;
  if (STEPS[event.key]) next = nearest(cell, all, STEPS[event.key]);
  else if (event.key === "Home") next = all[0];
  else if (event.key === "End") next = all.at(-1);
  else return;
  event.preventDefault();
  if (!next) return;
  rove(box, next);
  next.focus();
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
}

export function startGridKeys() {
  const all = () => document.querySelectorAll("[data-grid-keys]").forEach(settle);
  document.addEventListener("keydown", pressed);
  document.addEventListener("focusin", (event) => {
    const cell = event.target.closest?.("[data-cell]");
    const box = cell?.closest("[data-grid-keys]");
    if (box) rove(box, cell);
  });
  document.addEventListener("htmx:afterSettle", all);
  all();
}
