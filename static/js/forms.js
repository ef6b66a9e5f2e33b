/* Forms: one press counts once, nothing typed is lost by leaving, dates stand in words. */
const GUARDED = "form[method='post']:not([data-no-guard])";
const DIRTY = "form[method='post']:not([data-no-guard]):not([data-autosave])";

function buttonsOf(form) {
  const inside = form.querySelectorAll("button[type='submit'], button:not([type]), input[type='submit']");
  const outside = form.id ? document.querySelectorAll(`button[form='${CSS.escape(form.id)}']`) : [];
  return [...inside, ...outside];
}

function hold(form) {
  form.dataset.pending = "1";
  delete form.dataset.dirty;
  window.setTimeout(() => {
    if (!form.dataset.pending) return;
    form.setAttribute("aria-busy", "true");
    buttonsOf(form).forEach((button) => button.setAttribute("aria-disabled", "true"));
  }, 0);
}

function release(form) {
  delete form.dataset.pending;
  form.removeAttribute("aria-busy");
  buttonsOf(form).forEach((button) => button.removeAttribute("aria-disabled"));
}

function stopSecond(event) {
  const form = event.target;
  if (!form.matches(GUARDED) || !form.dataset.pending) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function holdNative(event) {
  if (event.target.matches(GUARDED) && !event.defaultPrevented) hold(event.target);
}

function formOf(event) {
  const form = event.detail.elt.closest?.("form");
  return form && form.matches(GUARDED) ? form : null;
}

function typed(event) {
  const form = event.target.closest?.(DIRTY);
  if (form && event.isTrusted) form.dataset.dirty = "1";
}

function warn(event) {
  if (document.querySelector("form[data-dirty]:not([data-pending])")) event.preventDefault();
}

/* 1985-03-04 -> Monday, March 4, 1985, 41 years */
function words(value) {
  const date = new Date(`${value}T12:00:00`);
  if (!value || Number.isNaN(date.getTime())) return "";
  const text = date.toLocaleDateString("en-US", { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const years = Math.floor((Date.now() - date.getTime()) / 31556952000);
  return years >= 1 && years < 130 ? `${text}, ${years} years ago` : text;
}

function dateWords(input) {
  const place = input.closest(".k-fld")?.querySelector("[data-date-words]");
  if (place) place.textContent = words(input.value);
}

function startDates(root) {
  root.querySelectorAll?.("input[type='date']").forEach(dateWords);
}

export function startForms() {
  document.addEventListener("submit", stopSecond, true);
  document.addEventListener("submit", holdNative);
  document.addEventListener("htmx:beforeRequest", (event) => { const form = formOf(event); if (form && form === event.detail.elt) hold(form); });
  document.addEventListener("htmx:afterRequest", (event) => { const form = formOf(event); if (form) release(form); });
  document.addEventListener("input", typed);
  document.addEventListener("input", (event) => { if (event.target.type === "date") dateWords(event.target); });
  window.addEventListener("beforeunload", warn);
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-pending]").forEach(release));
  document.addEventListener("htmx:afterSettle", (event) => startDates(event.detail.elt));
  startDates(document);
}
