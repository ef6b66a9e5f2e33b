/* Locks the screen when nobody touches it.  What was typed waits outside the page until the same
   person is back; the server locks the session at the same time and answers nothing meanwhile. */

const TELL_EVERY = 60_000;
const LOOK_EVERY = 5_000;
const TOUCHES = ["keydown", "pointerdown", "wheel", "touchstart"];
const LOCK = "/account/lock/";
const STILL_HERE = "/account/still-here/";
const ASKS_BY_ITSELF = '[hx-trigger*="every"]';

const tabs = "BroadcastChannel" in window ? new BroadcastChannel("kap-lock") : null;
let last = Date.now();
let told = Date.now();
let kept = null;

export function startLock() {
  const minutes = Number(document.body.dataset.idleMin);
  if (!minutes) return;
  for (const kind of TOUCHES) {
    addEventListener(kind, touched, { passive: true, capture: true });
  }
  setInterval(() => {
    if (!kept && Date.now() - last > minutes * 60_000) lock();
  }, LOOK_EVERY);
  document.body.addEventListener("kap:locked", lock);
  tabs?.addEventListener("message", heard);
}

function touched(event) {
  if (!event.isTrusted || kept) return;
  last = Date.now();
  if (last - told < TELL_EVERY) return;
  told = last;
  tabs?.postMessage("touched");
  send(STILL_HERE).catch(() => {});
}

function heard(message) {
  if (message.data === "touched") last = Date.now();
  if (message.data === "locked" && !kept) lock();
  if (message.data === "unlocked" && kept) unlock();
}

function send(url, body = null) {
  const headers = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
  return fetch(url, { method: "POST", headers: { ...headers, "HX-Request": "true" }, body });
}

/* An answer to a part that asks by itself and that is away now: its places are not there. */
function drop(event) {
  if (kept && event.target === event.currentTarget) event.preventDefault();
}

async function lock() {
  if (kept) return;
  const focus = document.activeElement;
  for (const part of document.querySelectorAll(ASKS_BY_ITSELF)) {
    part.addEventListener("htmx:beforeOnLoad", drop);
  }
  const page = document.createDocumentFragment();
  page.append(...document.body.childNodes);
  kept = { page, focus };
  tabs?.postMessage("locked");
  draw("");
  await ask();
}

function draw(card) {
  const veil = document.createElement("main");
  veil.className = "k-main";
  veil.id = "main";
  veil.innerHTML = `<div class="k-veil"><div class="k-veil-back" aria-hidden="true"><div><section>
    <span class="w-p35"></span><span class="w-p90"></span><span class="w-p75"></span></section><section>
    <span class="w-p25"></span><span class="w-p95"></span></section></div><div><section><span class="w-p50"></span>
    <span class="w-p80"></span></section></div></div>${card}</div>`;
  document.body.replaceChildren(bare("k-topbar"), bare("k-rail"), veil);
  const form = veil.querySelector("form[data-unlock]");
  form?.addEventListener("submit", submit);
  form?.querySelector("input[type=password]")?.focus();
}

function bare(name) {
  const part = document.createElement("div");
  part.className = name;
  part.setAttribute("aria-hidden", "true");
  return part;
}

async function ask() {
  if (!kept) return;
  try {
    const answer = await send(LOCK);
    if (answer.redirected || answer.status === 401) location.reload();
    else if (answer.ok) draw(await answer.text());
  } catch {
    draw('<p class="k-door-card" role="status">No connection. What you typed is kept.</p>');
    setTimeout(ask, LOOK_EVERY);
  }
}

async function submit(event) {
  event.preventDefault();
  const form = event.currentTarget;
  try {
    const answer = await send(form.getAttribute("action"), new FormData(form));
    if (answer.status === 204) {
      tabs?.postMessage("unlocked");
      unlock();
    } else if (answer.status === 422) draw(await answer.text());
    else location.reload();
  } catch {
    await ask();
  }
}

function unlock() {
  const { page, focus } = kept;
  kept = null;
  last = told = Date.now();
  document.body.replaceChildren(page);
  for (const part of document.querySelectorAll(ASKS_BY_ITSELF)) {
    delete part["htmx-internal-data"];
    window.htmx?.process(part);
  }
  focus?.focus?.();
}
