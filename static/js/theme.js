/* Blocking and tiny: settles the theme before the first paint where the server left it open. */
(function () {
  var html = document.documentElement;
  if (html.hasAttribute("data-bs-theme")) return;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function settle() {
    html.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
  }
  html.setAttribute("data-theme-auto", "");
  settle();
  dark.addEventListener("change", function () {
    if (html.hasAttribute("data-theme-auto")) settle();
  });
})();
