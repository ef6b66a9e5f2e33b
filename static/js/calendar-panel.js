/* The panel beside the calendar and the question in front of it. */
import { openDialog } from "./dialogs.js";
import { refresh } from "./calendar-live.js";

const BOOK = "/sessions/book/";
const side = () => document.getElementById("side");

function showSide() {
  const box = side();
  if (box && window.matchMedia("(max-width: 1279px)").matches && !box.matches(":popover-open")) box.showPopover();
}

function closeSide() {
  const box = side();
  if (!box) return;
  if (box.matches(":popover-open")) box.hidePopover();
  box.replaceChildren();
}

export async function openSide(url) {
  const box = side();
  if (!box) { location.assign(url); return; }
  if (!document.getElementById("side-in")) {
    const place = document.createElement("div");
    place.id = "side-in";
    box.replaceChildren(place);
  }
  showSide();
  await window.htmx.ajax("GET", url, { target: "#side-in", swap: "outerHTML" });
  const close = box.querySelector("[data-side-close]");
  if (!box.querySelector("[data-focus]")) close?.focus();
}

export async function ask(url) {
  await window.htmx.ajax("GET", url, { target: "#ask-in", swap: "innerHTML" });
  const dialog = document.getElementById("ask");
  if (dialog.querySelector("form")) openDialog(dialog);
}

/* Who is being booked, above the form: the booking page says it in its own head. */
let who = null;

function head() {
  const box = document.getElementById("side-in");
  if (!box || box.querySelector(".c-side-head")) return;
  const row = document.createElement("div");
  row.className = "k-row c-side-head";
  const title = document.createElement("h2");
  title.textContent = `Book ${who?.name ?? "a visit"}`;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn-plain btn-sm k-push";
  close.dataset.sideClose = "";
  close.textContent = "Close";
  row.append(title, close);
  const line = document.createElement("p");
  line.className = "k-muted k-sm";
  line.textContent = who?.meta ?? "";
  box.prepend(row, line);
}

/* The button names the place that is chosen. */
function named() {
  const button = side()?.querySelector("[data-book-button]");
  const chosen = side()?.querySelector("input[name='place']:checked");
  if (button && chosen) button.textContent = `${button.dataset.bookButton} ${chosen.dataset.when}`;
}

/* The booking page's own forms, which have no address of their own, inside the panel. */
function adopt() {
  for (const form of side().querySelectorAll(".v-book form")) {
    if (form.hasAttribute("hx-target")) continue;
    form.setAttribute("action", BOOK);
    form.setAttribute(form.method === "post" ? "hx-post" : "hx-get", BOOK);
    form.setAttribute("hx-target", "#side-in");
    form.setAttribute("hx-select", ".v-book, .v-visit, .k-note-danger, [hx-trigger='load']");
    form.setAttribute("hx-swap", "innerHTML");
    window.htmx.process(form);
  }
  head();
  named();
}

async function openBook(link) {
  const text = (selector) => link.querySelector(selector)?.textContent ?? "";
  who = { name: text("b"), meta: text(".k-muted") };
  await window.htmx.ajax("GET", link.href, { target: "#side-in", swap: "innerHTML", select: ".v-book" });
  const at = new URL(link.href).searchParams.get("at");
  const wished = [...side().querySelectorAll("input[name='place']")].find((place) => place.dataset.when.includes(at));
  if (wished) wished.checked = true;
  adopt();
  (wished ?? side().querySelector("input[name='place'], select"))?.focus();
}

function settled(event) {
  const box = side();
  if (!box?.contains(event.detail.elt)) return;
  if (box.querySelector(".v-book")) adopt();
  if (!box.querySelector(".v-visit")) return;
  closeSide();
  document.dispatchEvent(new CustomEvent("kap:toast", { detail: { text: "The visit is booked." } }));
  refresh({ force: true, quiet: true });
}

function clicked(event) {
  if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.target.closest("[data-side-close]")) { closeSide(); return; }
  const link = event.target.closest("a");
  if (!link) return;
  const cal = link.closest("#cal");
  if (cal && link.dataset.visit) { event.preventDefault(); openSide(`/sessions/calendar/visit/${link.dataset.visit}/`); }
  else if (cal && "absence" in link.dataset) { event.preventDefault(); openSide(link.href); }
  else if ("askUrl" in link.dataset) { event.preventDefault(); ask(link.href); }
  else if ("bookUrl" in link.dataset) { event.preventDefault(); openBook(link); }
  else if ("sideUrl" in link.dataset) { event.preventDefault(); openSide(link.href); }
}

async function changed() {
  document.getElementById("ask")?.close();
  const shown = side()?.querySelector("[data-side-visit]")?.dataset.sideVisit;
  await refresh({ force: true, quiet: true });
  if (shown && document.querySelector(`#cal [data-visit="${shown}"]`)) openSide(`/sessions/calendar/visit/${shown}/`);
  else closeSide();
}

export function startPanel() {
  document.addEventListener("click", clicked);
  document.addEventListener("kap:calendar-changed", changed);
  document.addEventListener("htmx:afterSettle", settled);
  document.addEventListener("change", (event) => { if (side()?.contains(event.target)) named(); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && side()?.contains(event.target)) closeSide();
  });
}
