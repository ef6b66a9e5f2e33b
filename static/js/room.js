/* The dosing room: a line that was taken is cleared, a refused one stays as it was typed. */
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  if (!form.matches?.("form[data-clear]") || !event.detail.successful) return;
  form.reset();
  delete form.dataset.dirty;
});
