/* Clocks that count from a server time (data-since) or down to one (data-until). */
function words(total, seconds) {
  const whole = Math.max(0, Math.floor(total));
  const s = whole % 60, minutes = Math.floor(whole / 60), m = minutes % 60, h = Math.floor(minutes / 60);
  const two = (n) => String(n).padStart(2, "0");
  if (!seconds) return `${h}:${two(m)}`;
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/* How far this device's clock is from the server's, by the time the server wrote into the page. */
function offset(element) {
  if (!element.dataset.now) return 0;
  if (element.kapNow !== element.dataset.now) {
    element.kapNow = element.dataset.now;
    element.kapOffset = Date.now() - Date.parse(element.dataset.now);
  }
  return element.kapOffset;
}

function tick() {
  for (const element of document.querySelectorAll("[data-since], [data-until]")) {
    const now = Date.now() - offset(element);
    const seconds = element.hasAttribute("data-seconds");
    const span = element.dataset.since ? now - Date.parse(element.dataset.since) : Date.parse(element.dataset.until) - now;
    const text = words(span / 1000, seconds);
    if (element.textContent !== text) element.textContent = text;
    element.classList.toggle("is-over", Boolean(element.dataset.until) && span < 0);
  }
}

export function startClocks() {
  tick();
  window.setInterval(tick, 1000);
  document.addEventListener("htmx:afterSettle", tick);
}
