/* What htmx does around a request: background marks, failures in a sentence, focus after a swap. */
const SIGN_IN = "/accounts/login/";
const UNREACHABLE = "The server cannot be reached. What you have typed is still here; try again.";
const FAILED = "This did not work. What you have typed is still here.";

function isBackground(detail) {
  return !detail.triggeringEvent || detail.triggeringEvent.type === "load";
}

/* A request that nobody asked for says so: the server must not take it for activity. */
function markBackground(event) {
  if (isBackground(event.detail)) event.detail.headers["X-KAP-Background"] = "1";
}

function skipWhenHidden(event) {
  const config = event.detail.requestConfig;
  const background = config && config.headers["X-KAP-Background"];
  if (background && document.hidden) event.preventDefault();
}

function say(sentence, code) {
  const place = document.getElementById("flash");
  if (!place) return;
  const box = document.createElement("div");
  box.className = "k-note k-note-danger";
  box.setAttribute("role", "alert");
  box.dataset.failure = "";
  const words = document.createElement("div");
  words.textContent = code ? `${sentence} Code ${code.slice(0, 8)}.` : sentence;
  box.append(words);
  place.replaceChildren(box);
  box.scrollIntoView({ block: "nearest" });
}

function failed(event) {
  const { xhr, requestConfig } = event.detail;
  if (requestConfig.headers["X-KAP-Background"]) return stale();
  const type = xhr.getResponseHeader("Content-Type") ?? "";
  const sentence = type.startsWith("text/plain") && xhr.responseText ? xhr.responseText : FAILED;
  say(sentence, xhr.getResponseHeader("X-Request-ID"));
}

function unreachable(event) {
  const lost = document.getElementById("lost");
  if (lost) lost.hidden = false;
  if (event.detail.requestConfig.headers["X-KAP-Background"]) return stale();
  if (!lost) say(UNREACHABLE);
}

function stale() {
  document.body.dataset.stale = "1";
}

function arrived(event) {
  if (event.detail.failed) return;
  delete document.body.dataset.stale;
  const lost = document.getElementById("lost");
  if (lost) lost.hidden = true;
  if (!event.detail.requestConfig.headers["X-KAP-Background"]) {
    document.querySelectorAll("[data-failure]").forEach((box) => box.remove());
  }
}

/* The session ended: sign in again and come back, instead of a sign-in page inside a list. */
function signInAgain(event) {
  const { xhr } = event.detail;
  const landed = new URL(xhr.responseURL || location.href, location.href);
  if (!landed.pathname.startsWith(SIGN_IN) || location.pathname.startsWith(SIGN_IN)) return;
  event.detail.shouldSwap = false;
  event.preventDefault();
  location.assign(`${SIGN_IN}?next=${encodeURIComponent(location.pathname)}`);
}

function focusWhatAsks(root) {
  const wanted = root.querySelector?.("[data-focus]");
  if (wanted) wanted.focus({ preventScroll: false });
}

/* The shape of a wait, after 300 ms; after 8 s an offer to reload. */
function busy(event) {
  const target = event.detail.target;
  if (!target || event.detail.requestConfig.headers["X-KAP-Background"]) return;
  const timers = [
    window.setTimeout(() => target.setAttribute("aria-busy", "true"), 300),
    window.setTimeout(() => say("Still loading. Wait, or reload the page."), 8000),
  ];
  event.detail.xhr.addEventListener("loadend", () => {
    timers.forEach((timer) => window.clearTimeout(timer));
    target.removeAttribute("aria-busy");
  });
}

export function startRequests() {
  document.addEventListener("htmx:configRequest", markBackground);
  document.addEventListener("htmx:beforeRequest", skipWhenHidden);
  document.addEventListener("htmx:beforeSend", busy);
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", unreachable);
  document.addEventListener("htmx:timeout", unreachable);
  document.addEventListener("htmx:beforeSwap", signInAgain);
  document.addEventListener("htmx:afterOnLoad", arrived);
  document.addEventListener("htmx:afterSettle", (event) => focusWhatAsks(event.detail.elt));
  focusWhatAsks(document);
}
