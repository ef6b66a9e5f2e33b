/* Others' changes: asked for every few seconds, drawn in place, told in one quiet sentence. */
const EVERY = 8000;
let busy = false;

const cal = () => document.getElementById("cal");

function held() {
  return document.hidden || document.querySelector("dialog[open], [data-moving], #cal [data-dragging]");
}

function state() {
  const found = new Map();
  for (const block of document.querySelectorAll("#cal [data-visit][data-schedule]")) {
    found.set(block.id, `${block.dataset.version}|${block.className}`);
  }
  return found;
}

function say(text) {
  const place = document.getElementById("cal-said");
  if (place) place.textContent = text;
}

function flash(before) {
  const changed = [];
  for (const block of document.querySelectorAll("#cal [data-visit][data-schedule]")) {
    if (before.get(block.id) !== `${block.dataset.version}|${block.className}`) changed.push(block);
  }
  for (const block of changed) {
    block.classList.add("c-new");
    window.setTimeout(() => block.classList.remove("c-new"), 4000);
  }
  const visits = new Set(changed.map((block) => block.dataset.visit)).size;
  const gone = [...before.keys()].filter((id) => !document.getElementById(id)).length;
  if (visits) say(visits === 1 ? "One visit has changed." : `${visits} visits have changed.`);
  else if (gone) say("A visit has left this calendar.");
}

/* Draws the calendar anew; quiet: what changed was one's own doing. */
export async function refresh({ force = false, quiet = false } = {}) {
  const box = cal();
  if (!box || busy || (!force && held())) return;
  busy = true;
  try {
    const headers = { "X-KAP-Background": "1" };
    if (!force) headers["If-None-Match"] = `"${box.dataset.version}"`;
    const answer = await fetch(box.dataset.part, { headers, credentials: "same-origin", cache: "no-store" });
    if (answer.redirected && new URL(answer.url).pathname.startsWith("/accounts/")) return;
    if (answer.status !== 200) return;
    const html = await answer.text();
    if (!force && held()) return;
    const before = state();
    const scroll = document.querySelector("[data-scroll]");
    const at = scroll ? [scroll.scrollLeft, scroll.scrollTop] : [0, 0];
    window.Idiomorph.morph(box, html, { morphStyle: "outerHTML", ignoreActiveValue: true });
    window.htmx?.process(cal());
    const now = document.querySelector("[data-scroll]");
    if (now) [now.scrollLeft, now.scrollTop] = at;
    if (quiet) flash(new Map(state())); else flash(before);
    document.dispatchEvent(new CustomEvent("kap:calendar-drawn"));
    document.dispatchEvent(new CustomEvent("htmx:afterSettle", { detail: { elt: cal() } }));
  } catch { /* the next round asks again; the page keeps what it shows */ } finally {
    busy = false;
  }
}

export function startLive() {
  window.setInterval(refresh, EVERY);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
}
