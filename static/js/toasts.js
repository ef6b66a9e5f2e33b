/* Toasts: polite, at most one, six seconds, waiting while looked at. */
const LASTS = 6000;

function region() {
  return document.getElementById("toasts");
}

function run(toast) {
  let timer = 0;
  const hide = () => toast.remove();
  const start = () => { timer = window.setTimeout(hide, LASTS); };
  const wait = () => window.clearTimeout(timer);
  toast.addEventListener("pointerenter", wait);
  toast.addEventListener("pointerleave", start);
  toast.addEventListener("focusin", wait);
  toast.addEventListener("focusout", start);
  start();
}

function adopt() {
  const all = [...region().querySelectorAll("[data-toast]")];
  all.slice(0, -1).forEach((old) => old.remove());
  const last = all.at(-1);
  if (last && !last.dataset.running) {
    last.dataset.running = "1";
    run(last);
  }
}

/* Used by other modules, and by the server through HX-Trigger: {"kap:toast": {"text": "…"}}. */
export function toast(text) {
  const place = region();
  if (!place) return;
  const box = document.createElement("div");
  box.className = "k-toast";
  box.dataset.toast = "";
  const words = document.createElement("span");
  words.textContent = text;
  box.append(words);
  place.append(box);
}

export function startToasts() {
  document.addEventListener("click", (event) => {
    event.target.closest("[data-toast-close]")?.closest("[data-toast]")?.remove();
  });
  document.addEventListener("kap:toast", (event) => toast(event.detail.text ?? event.detail.value));
  if (!region()) return;
  new MutationObserver(adopt).observe(region(), { childList: true });
  adopt();
}
