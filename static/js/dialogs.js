/* Modal questions: data-open="ID" opens, data-close closes, so does a press beside the box. */
export function openDialog(dialog) {
  if (!dialog || dialog.open) return;
  document.querySelectorAll("[popover]:popover-open").forEach((menu) => menu.hidePopover());
  dialog.showModal();
}

function pressed(event) {
  const opener = event.target.closest("[data-open]");
  if (opener) {
    event.preventDefault();
    openDialog(document.getElementById(opener.dataset.open));
    return;
  }
  const closer = event.target.closest("[data-close]");
  if (closer) closer.closest("dialog")?.close();
  else if (event.target instanceof HTMLDialogElement && outside(event, event.target)) event.target.close();
}

function outside(event, dialog) {
  const box = dialog.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

export function startDialogs() {
  document.addEventListener("click", pressed);
}
