// Warns a patient two minutes before their page closes, and lets them stay.
const WARN = 2 * 60 * 1000;
const note = document.querySelector("[data-link-session]");

// The server's clock counts: the device's may be wrong.
const ahead = note ? Date.now() - Date.parse(note.dataset.now) : 0;
let timer = 0;

function plan() {
  window.clearTimeout(timer);
  const left = Date.parse(note.dataset.ends) + ahead - Date.now();
  note.hidden = left > WARN;
  if (left > WARN) timer = window.setTimeout(plan, Math.min(left - WARN, 60 * 60 * 1000));
}

async function stay() {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const answer = await fetch(note.dataset.stay, { method: "POST", headers: { "X-CSRFToken": token } });
  if (!answer.ok) {
    window.location.reload();
    return;
  }
  note.dataset.ends = (await answer.json()).ends_at;
  plan();
}

if (note) {
  note.querySelector("[data-link-stay]").addEventListener("click", stay);
  plan();
}
