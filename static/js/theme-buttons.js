/* Theme: shown at once, kept by the form that the button belongs to. */
const ORDER = ["light", "dark", "auto"];

function show(theme) {
  const html = document.documentElement;
  if (html.hasAttribute("data-theme-fixed")) return;
  const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  html.toggleAttribute("data-theme-auto", theme === "auto");
  html.setAttribute("data-bs-theme", theme === "auto" ? (dark ? "dark" : "light") : theme);
  document.querySelectorAll("[data-theme-set]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.themeSet === theme));
  });
  document.querySelectorAll("[data-theme-next]").forEach((button) => {
    button.setAttribute("aria-label", `Theme: ${theme}`);
  });
}

function current() {
  return document.querySelector("[data-theme-set][aria-pressed='true']")?.dataset.themeSet ?? "auto";
}

export function startThemeButtons() {
  document.addEventListener("click", (event) => {
    const set = event.target.closest("[data-theme-set]");
    if (set) show(set.dataset.themeSet);
    if (event.target.closest("[data-theme-next]")) {
      const next = ORDER[(ORDER.indexOf(current()) + 1) % ORDER.length];
      document.querySelector(`[data-theme-set='${next}']`)?.click();
    }
  });
}
