/* On an error page: "Go back" goes back, where there is somewhere to go back to. */
for (const link of document.querySelectorAll("[data-back]")) {
  if (history.length < 2) link.hidden = true;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    history.back();
  });
}
