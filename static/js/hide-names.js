/* Initials instead of names while somebody looks over a shoulder; kept on this device. */
const KEY = "kap-hide-names";

function show(on) {
  document.body.toggleAttribute("data-hide-names-on", on);
  for (const button of document.querySelectorAll("[data-hide-names]")) button.setAttribute("aria-pressed", String(on));
}

function stored() {
  try { return localStorage.getItem(KEY) === "1"; } catch { return false; }
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  if (!event.target.closest("[data-hide-names]")) return;
  const on = !document.body.hasAttribute("data-hide-names-on");
  try { localStorage.setItem(KEY, on ? "1" : "0"); } catch { /* private window: for this page only */ }
  show(on);
});
document.addEventListener("htmx:afterSettle", () => show(stored()));
show(stored());
