/* The calendar: the present moves, a list on a phone, keys of its own. */
import { startDrag } from "./calendar-drag.js";
import { startLive } from "./calendar-live.js";
import { startPanel } from "./calendar-panel.js";

const cal = () => document.getElementById("cal");

function phone() {
  const here = new URL(location.href);
  if (!window.matchMedia("(max-width: 767px)").matches || here.searchParams.has("span")) return false;
  here.searchParams.set("span", "list");
  location.replace(here);
  return true;
}

function minute() {
  const now = Date.now() / 1000;
  const zone = cal()?.dataset.zone;
  for (const mark of document.querySelectorAll("[data-now]")) {
    const facts = mark.dataset.from ? mark.dataset : document.querySelector("[data-now][data-from]")?.dataset;
    if (!facts) continue;
    const line = Math.round((now - Number(facts.from)) / (60 * Number(facts.slotMin))) + 1;
    const isDrawn = line > 1 && line <= Number(facts.slots);
    mark.hidden = !isDrawn;
    if (!isDrawn) continue;
    const axis = mark.dataset.now;
    const old = [...mark.classList].filter((name) => /^(s|e|cs)-\d+$/.test(name));
    mark.classList.remove(...old);
    mark.classList.add(`${axis}-${line}`);
    if (axis === "s" && !("nowText" in mark.dataset)) mark.classList.add(`e-${line + 1}`);
    if ("nowText" in mark.dataset) mark.textContent = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(now * 1000);
  }
}

/* d and w: links that need not be seen, so not borne by aria-keyshortcuts. */
function key(event) {
  const inField = event.target.closest?.("input, textarea, select, dialog, [data-moving]");
  if (inField || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.body.dataset.shortcuts !== "on" || document.querySelector("dialog[open]")) return;
  const link = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!link) return;
  event.preventDefault();
  location.assign(link.href);
}

if (cal() && !phone()) {
  minute();
  window.setInterval(minute, 60_000);
  document.addEventListener("keydown", key);
  document.addEventListener("kap:calendar-drawn", minute);
  startLive();
  startPanel();
  startDrag();
}
