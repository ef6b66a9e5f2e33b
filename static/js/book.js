/* The button names the place that is chosen; the keys 1 to 9 choose one. */
const form = document.getElementById("book");
const button = form?.querySelector("[data-book-button]");
const places = [...(form?.querySelectorAll("input[name='place']") ?? [])];

function name() {
  const chosen = places.find((place) => place.checked);
  if (button && chosen) button.textContent = `${button.dataset.bookButton} ${chosen.dataset.when}`;
}

function choose(event) {
  const inField = event.target.closest?.("input:not([type='radio']), select, textarea, dialog");
  if (inField || event.ctrlKey || event.metaKey || event.altKey || !/^[1-9]$/.test(event.key)) return;
  const place = places[Number(event.key) - 1];
  if (!place || document.body.dataset.shortcuts !== "on") return;
  place.checked = true;
  place.focus();
  name();
}

form?.addEventListener("change", name);
document.addEventListener("keydown", choose);
window.addEventListener("pageshow", name);
