/* A file dropped on the box goes into its file field, and the form is sent. */
function start(box) {
  const field = box.querySelector("input[type=file]");
  if (!field) return;
  for (const name of ["dragenter", "dragover"]) {
    box.addEventListener(name, (event) => {
      event.preventDefault();
      box.classList.add("is-over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    box.addEventListener(name, () => box.classList.remove("is-over"));
  }
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer?.files.length) return;
    field.files = event.dataTransfer.files;
    field.form?.requestSubmit();
  });
}

document.querySelectorAll("[data-drop]").forEach(start);
