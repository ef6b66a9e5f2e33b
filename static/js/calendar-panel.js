/* The panel beside the calendar and the question in front of it. */
import { openDialog } from "./dialogs.js";
import { refresh } from "./calendar-live.js";

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

/* The booking page's own forms, which have no address of their own, inside the panel. */
function adopt(url) {
  const bare = new URL(url, location.href);
  for (const form of side().querySelectorAll(".v-book form")) {
    const isPost = form.method === "post";
    form.setAttribute("action", bare.pathname);
    form.setAttribute(isPost ? "hx-post" : "hx-get", bare.pathname);
    form.setAttribute("hx-target", "#side-in");
    form.setAttribute("hx-select", ".v-book, .v-visit, .k-note-danger, [hx-trigger='load']");
    form.setAttribute("hx-swap", "innerHTML");
    window.htmx.process(form);
  }
}

async function openBook(url) {
  await window.htmx.ajax("GET", url, { target: "#side-in", swap: "innerHTML", select: ".v-book" });
  adopt(url);
  side().querySelector("input[name='place'], input, select")?.focus();
}

function settled(event) {
  const book = side()?.querySelector(".v-book");
  if (book && side().contains(event.detail.elt)) adopt("/sessions/book/");
  if (side()?.querySelector(".v-visit")) refresh({ force: true });
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
  else if ("bookUrl" in link.dataset) { event.preventDefault(); openBook(link.href); }
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
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && side()?.contains(event.target)) closeSide();
  });
}
