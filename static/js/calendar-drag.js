/* Moving a visit: by pointer, or with M, the arrows and Enter.  Starts that are refused are shaded with why. */
import { ask, openSide } from "./calendar-panel.js";

const STEP = 15 * 60;
const FAR = 5;
let held = null;

const cal = () => document.getElementById("cal");
const isWeek = () => cal().dataset.span === "week";
const cells = () => [...document.querySelectorAll("#cal [data-drop]")];

function hours() {
  const cell = cells()[0];
  const zone = cal().dataset.zone;
  const at = (seconds) => Number(new Intl.DateTimeFormat("en-GB", { hour: "2-digit", hourCycle: "h23", timeZone: zone }).format(seconds * 1000));
  const from = at(Number(cell.dataset.from));
  const until = at(Number(cell.dataset.from) + Number(cell.dataset.slots) * Number(cell.dataset.slotMin) * 60);
  return { from, until: until > from ? until : 24 };
}

function words(seconds, length) {
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: cal().dataset.zone });
  return `${time.format(seconds * 1000)}\u2013${time.format((seconds + length) * 1000)}`;
}

function dayWords(seconds) {
  return new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: cal().dataset.zone }).format(seconds * 1000);
}

function say(text) {
  const place = document.getElementById("cal-said");
  if (place) place.textContent = text;
}

function hint(text) {
  let box = document.querySelector(".c-hint");
  if (!text) { box?.remove(); return; }
  if (!box) {
    box = document.createElement("div");
    box.className = "c-hint";
    document.body.append(box);
  }
  box.textContent = text;
}

function line(cell, seconds) {
  const found = Math.round((seconds - Number(cell.dataset.from)) / (60 * Number(cell.dataset.slotMin))) + 1;
  return Math.min(Math.max(found, 1), Number(cell.dataset.slots) + 1);
}

function place(element, cell, from, until) {
  const [first, last] = [line(cell, from), Math.max(line(cell, until), line(cell, from) + 1)];
  const end = Number(cell.dataset.lanes) + 1;
  const across = isWeek() ? ["cs", "ce", `s-1 e-${end}`] : ["s", "e", `cs-1 ce-${end}`];
  element.className = `${element.dataset.css} ${across[0]}-${first} ${across[1]}-${last} ${across[2]}`;
}

function refusalAt(diary, start) {
  const all = held?.refusals?.cells[diary] ?? [];
  return all.find(([from, until]) => start >= from && start < until) ?? null;
}

function shade() {
  for (const cell of cells()) {
    const low = Number(cell.dataset.from);
    const high = low + Number(cell.dataset.slots) * Number(cell.dataset.slotMin) * 60;
    for (const [from, until, level, why] of held.refusals.cells[cell.dataset.drop] ?? []) {
      if (until <= low || from >= high) continue;
      const mark = document.createElement("span");
      mark.dataset.css = level === "soft" ? "c-no c-no-soft" : "c-no";
      mark.title = why;
      mark.dataset.no = level;
      mark.setAttribute("aria-hidden", "true");
      place(mark, cell, Math.max(from, low), Math.min(until, high));
      cell.append(mark);
    }
  }
}

async function fetchRefusals(facts) {
  const part = new URL(cal().dataset.part, location.href);
  const { from, until } = hours();
  part.pathname = `/sessions/calendar/refusals/${facts.pin ? "pin" : "visit"}/${facts.id}/`;
  part.searchParams.set("role", facts.role);
  part.searchParams.set("from", from);
  part.searchParams.set("until", until);
  const answer = await fetch(part, { headers: { "X-KAP-Background": "1" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function lift(block, keys) {
  const isPin = "pin" in block.dataset;
  const facts = isPin
    ? { id: block.dataset.pin, pin: true, role: "", length: 60 * Number(block.dataset.length), version: "" }
    : { id: block.dataset.visit, pin: false, role: block.dataset.role, length: Number(block.dataset.end) - Number(block.dataset.start), version: block.dataset.version };
  const ghost = document.createElement("div");
  ghost.dataset.css = "c-ghost";
  ghost.setAttribute("aria-hidden", "true");
  held = { ...facts, block, ghost, keys, cell: null, start: isPin ? 0 : Number(block.dataset.start), refusals: null, parking: false };
  cal().setAttribute("data-dragging", "");
  cal().setAttribute("data-moving", "");
  for (const one of document.querySelectorAll(`#cal [data-visit="${facts.id}"]`)) one.classList.add("is-lifted");
  const mine = held;
  fetchRefusals(facts).then((found) => {
    if (held !== mine) return;
    held.refusals = found;
    shade();
    show();
  }).catch(() => hint("Which times are free cannot be asked just now. The server looks again when you drop it."));
}

function show() {
  if (!held?.cell) return;
  const { cell, start, length, ghost } = held;
  const why = refusalAt(cell.dataset.drop, start);
  ghost.dataset.css = `c-ghost${why ? (why[2] === "soft" ? " is-soft" : " is-no") : ""}`;
  place(ghost, cell, start, start + length);
  ghost.textContent = words(start, length);
  if (ghost.parentElement !== cell) cell.append(ghost);
  const where = `${cell.dataset.name}, ${dayWords(start)} ${words(start, length)}`;
  const verdict = !held.refusals ? "looking" : !why ? "fits" : why[2] === "soft" ? `only with a reason: ${why[3]}` : `cannot go there: ${why[3]}`;
  hint(`${where}: ${verdict}`);
  if (held.keys) say(`${where}: ${verdict}`);
}

function drop() {
  if (!held) return null;
  const mine = held;
  held = null;
  mine.ghost.remove();
  hint("");
  document.querySelectorAll("#cal [data-no]").forEach((mark) => mark.remove());
  document.querySelectorAll("#cal .is-lifted").forEach((one) => one.classList.remove("is-lifted"));
  document.querySelector("[data-pinboard]")?.classList.remove("is-target");
  cal().removeAttribute("data-dragging");
  cal().removeAttribute("data-moving");
  return mine;
}

function post(url, fields) {
  window.htmx.ajax("POST", url, { swap: "none", values: fields });
}

function park(id, version) {
  post(`/sessions/calendar/park/${id}/`, { version, _once: crypto.randomUUID() });
}

function finish() {
  if (!held) return;
  const { cell, start, refusals } = held;
  const why = cell && refusals ? refusalAt(cell.dataset.drop, start) : null;
  if (held.keys && why && why[2] === "hard") { say(`It cannot go there: ${why[3]}.`); return; }
  const mine = drop();
  if (mine.parking && !mine.pin) { park(mine.id, mine.version); return; }
  if (!cell) return;
  if (why && why[2] === "hard") {
    const text = `It stays where it was. ${why[3]}.`;
    document.dispatchEvent(new CustomEvent("kap:toast", { detail: { text } }));
    say(text);
    return;
  }
  if (!mine.pin && start === Number(mine.block.dataset.start) && cell.dataset.drop === mine.block.dataset.schedule) return;
  const query = new URLSearchParams({ to: start, diary: cell.dataset.drop, role: mine.role, version: mine.version });
  ask(`/sessions/calendar/${mine.pin ? "place" : "move"}/${mine.id}/?${query}`);
}

/* ---------------------------------------------------------------- pointer */
let pressed = null;

function under(x, y) {
  for (const element of document.elementsFromPoint(x, y)) {
    const cell = element.closest?.("#cal [data-drop]");
    if (cell) return cell;
  }
  return null;
}

function instant(cell, x, y, grab) {
  const box = cell.getBoundingClientRect();
  const seconds = Number(cell.dataset.slots) * Number(cell.dataset.slotMin) * 60;
  const share = isWeek() ? (x - grab - box.left) / box.width : (y - grab - box.top) / box.height;
  const from = Number(cell.dataset.from);
  const found = from + Math.round((share * seconds) / STEP) * STEP;
  return Math.min(Math.max(found, from), from + seconds - STEP);
}

function down(event) {
  const block = event.target.closest("#cal .c-block[data-move], #cal [data-pin]");
  if (!block || event.button !== 0 || held || event.target.closest("button, [data-ask-url]")) return;
  const box = block.getBoundingClientRect();
  const grab = "pin" in block.dataset ? 0 : isWeek() ? event.clientX - box.left : event.clientY - box.top;
  pressed = { block, x: event.clientX, y: event.clientY, grab, id: event.pointerId, isTouch: event.pointerType !== "mouse", at: Date.now() };
}

function moved(event) {
  if (!pressed || event.pointerId !== pressed.id) return;
  if (!held) {
    const far = Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y);
    if (far < FAR) return;
    if (pressed.isTouch && Date.now() - pressed.at < 350 && !("pin" in pressed.block.dataset)) { pressed = null; return; }
    lift(pressed.block, false);
  }
  event.preventDefault();
  const board = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-pinboard]");
  held.parking = Boolean(board) && !held.pin;
  document.querySelector("[data-pinboard]")?.classList.toggle("is-target", held.parking);
  const cell = under(event.clientX, event.clientY);
  if (held.parking) { held.cell = null; held.ghost.remove(); hint("Park the visit: nobody is told yet"); return; }
  if (!cell) { held.cell = null; held.ghost.remove(); hint(""); return; }
  held.cell = cell;
  held.start = instant(cell, event.clientX, event.clientY, pressed.grab);
  show();
}

function up(event) {
  if (!pressed || event.pointerId !== pressed.id) return;
  const wasHeld = Boolean(held);
  pressed = null;
  if (!wasHeld) return;
  const swallow = (click) => { click.preventDefault(); click.stopPropagation(); };
  document.addEventListener("click", swallow, { capture: true, once: true });
  window.setTimeout(() => document.removeEventListener("click", swallow, true), 60);
  finish();
}

/* ---------------------------------------------------------------- keys */
function neighbour(cell, across, along) {
  const all = cells();
  const days = [...new Set(all.map((one) => one.dataset.day))];
  const diaries = [...new Set(all.map((one) => one.dataset.drop))];
  const day = days[days.indexOf(cell.dataset.day) + along];
  const diary = diaries[diaries.indexOf(cell.dataset.drop) + across];
  return all.find((one) => one.dataset.day === (day ?? "") && one.dataset.drop === (diary ?? "")) ?? null;
}

function shift(seconds) {
  const { cell, start } = held;
  const low = Number(cell.dataset.from);
  const high = low + Number(cell.dataset.slots) * Number(cell.dataset.slotMin) * 60;
  const next = Math.round((start + seconds - low) / STEP) * STEP + low;
  if (next >= low && next < high) { held.start = next; show(); return; }
  const other = isWeek() ? neighbour(cell, 0, Math.sign(seconds)) : null;
  if (!other) { say("This is the edge of the day."); return; }
  const from = Number(other.dataset.from);
  held.cell = other;
  held.start = seconds > 0 ? from : from + Number(other.dataset.slots) * Number(other.dataset.slotMin) * 60 - STEP;
  show();
}

function toDiary(step) {
  const other = neighbour(held.cell, step, 0);
  if (!other) return;
  held.start += Number(other.dataset.from) - Number(held.cell.dataset.from);
  held.cell = other;
  other.scrollIntoView({ block: "nearest", inline: "nearest" });
  show();
}

function steer(event) {
  const week = isWeek();
  const keys = {
    ArrowLeft: () => (week ? shift(-STEP) : toDiary(-1)),
    ArrowRight: () => (week ? shift(STEP) : toDiary(1)),
    ArrowUp: () => (week ? toDiary(-1) : shift(-STEP)),
    ArrowDown: () => (week ? toDiary(1) : shift(STEP)),
    Enter: finish,
    Escape: () => { const mine = drop(); mine?.block.focus(); say("It stays where it was."); },
  };
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}

function key(event) {
  if (held?.keys) { steer(event); return; }
  if (held && event.key === "Escape") { pressed = null; drop(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.shortcuts !== "on") return;
  const block = event.target.closest?.("#cal .c-block[data-move]");
  if (!block) return;
  if (event.key === "m" || event.key === "M") {
    event.preventDefault();
    event.stopPropagation();
    lift(block, true);
    held.cell = block.closest("[data-drop]");
    show();
  } else if (event.key === "p" || event.key === "P") {
    event.preventDefault();
    park(block.dataset.visit, block.dataset.version);
  }
}

/* An empty place: who comes then? */
function empty(event) {
  if (held || event.button !== 0 || event.target.closest("a, button, .k-week-res")) return;
  const cell = event.target.closest("#cal [data-drop]");
  if (!cell) return;
  const start = instant(cell, event.clientX, event.clientY, 0);
  const site = new URL(cal().dataset.part, location.href).searchParams.get("site");
  openSide(`/sessions/calendar/new/?${new URLSearchParams({ site, at: start, diary: cell.dataset.drop })}`);
}

export function startDrag() {
  document.addEventListener("pointerdown", down);
  document.addEventListener("pointermove", moved, { passive: false });
  document.addEventListener("pointerup", up);
  document.addEventListener("pointercancel", () => { pressed = null; if (held && !held.keys) drop(); });
  document.addEventListener("dragstart", (event) => { if (event.target.closest?.("#cal .c-block")) event.preventDefault(); });
  document.addEventListener("keydown", key, true);
  document.addEventListener("click", empty);
}
