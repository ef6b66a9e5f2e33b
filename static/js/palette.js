/* The command palette: a dialog, results from the server, arrow keys through them. */
import Combobox from "../vendor/combobox-nav-3.0.2/index.js";
import { openDialog } from "./dialogs.js";

function showActionsOf(list, option) {
  const owner = option?.dataset.hit;
  if (!owner) return;
  for (const group of list.querySelectorAll("[data-owner]")) group.hidden = group.dataset.owner !== owner;
}

export function startPalette() {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const input = document.getElementById("palette-q");
  const list = document.getElementById("palette-list");
  const form = dialog.querySelector("form");
  const box = new Combobox(input, list, { tabInsertsSuggestions: false, firstOptionSelectionMode: "selected" });

  function open() {
    openDialog(dialog);
    input.value = "";
    input.focus();
    box.start();
    form.dispatchEvent(new CustomEvent("palette:open"));
  }
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-palette]")) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("kap:palette", open);
  dialog.addEventListener("close", () => { box.stop(); list.replaceChildren(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  list.addEventListener("combobox-select", (event) => showActionsOf(list, event.target));
  document.addEventListener("htmx:afterSettle", (event) => { if (event.detail.elt === list && dialog.open) box.resetSelection(); });
}
