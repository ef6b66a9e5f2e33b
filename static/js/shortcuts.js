/* Keys: / and Ctrl K find, G then a letter goes, letters of aria-keyshortcuts press what bears them. */
import { tinykeys } from "../vendor/tinykeys-4.0.0/tinykeys.mjs";
import { openDialog } from "./dialogs.js";

let lettersOn = true;
let wentAt = 0;

function inField(event) {
  const target = event.target;
  return target.isContentEditable || target.closest?.("input:not([type='checkbox']):not([type='radio']), textarea, select, [role='combobox']");
}

function quiet(event) {
  return !lettersOn || inField(event) || event.defaultPrevented || document.querySelector("dialog[open]");
}

function find(event) {
  if (!document.getElementById("palette")) return;
  event.preventDefault();
  document.dispatchEvent(new CustomEvent("kap:palette"));
}

function press(element) {
  if (element.matches("input, textarea, select")) element.focus();
  else element.click();
}

/* The first visible thing on the page that names this key in aria-keyshortcuts. */
function bearer(key) {
  const wanted = key.toLowerCase();
  for (const element of document.querySelectorAll("[aria-keyshortcuts]")) {
    const keys = element.getAttribute("aria-keyshortcuts").toLowerCase().split(/\s+/);
    if (keys.includes(wanted) && element.checkVisibility() && !element.disabled) return element;
  }
  return null;
}

function step(direction) {
  const items = [...document.querySelectorAll("[data-item]")].filter((item) => item.checkVisibility());
  if (!items.length) return;
  const at = items.findIndex((item) => item.contains(document.activeElement));
  const next = items[Math.min(Math.max(at + direction, 0), items.length - 1)];
  (next.matches("a, button, [tabindex]") ? next : next.querySelector("a, button, [tabindex]") ?? next).focus();
}

function letter(event) {
  if (quiet(event) || event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
  const key = event.key.toLowerCase();
  if (Date.now() - wentAt < 1000 || key === "g") { if (key === "g") wentAt = Date.now(); return; }
  if (key === "j" || key === "k") { step(key === "j" ? 1 : -1); return; }
  const found = bearer(key);
  if (!found) return;
  event.preventDefault();
  press(found);
}

function save(event) {
  const form = event.target.closest?.("form");
  if (!form) return;
  const button = form.querySelector("[data-save]") ?? form.querySelector("button[type='submit'], button:not([type])");
  if (!button || button.disabled) return;
  event.preventDefault();
  form.requestSubmit(button);
}

function goKeys() {
  const map = {};
  for (const link of document.querySelectorAll("[data-go]")) {
    map[`g ${link.dataset.go}`] = (event) => { if (!quiet(event)) { event.preventDefault(); link.click(); } };
  }
  return map;
}

export function startShortcuts() {
  lettersOn = document.body.dataset.shortcuts === "on";
  const all = { ignore: () => false };
  tinykeys(window, { "$mod+K": find, "$mod+Enter": save }, all);
  tinykeys(window, {
    "/": (event) => { if (!quiet(event)) find(event); },
    "[Shift]+?": (event) => { if (!quiet(event)) { event.preventDefault(); openDialog(document.getElementById("shortcuts")); } },
    ...goKeys(),
  });
  document.addEventListener("keydown", letter);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-shortcuts-switch]");
    if (!button) return;
    const on = button.form.elements.on;
    window.setTimeout(() => {
      lettersOn = on.value === "1";
      on.value = lettersOn ? "0" : "1";
      button.textContent = lettersOn ? "Switch the letters off" : "Switch the letters on";
    }, 0);
  });
}
