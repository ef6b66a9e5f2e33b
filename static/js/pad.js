/* The signature pad: pen, finger or mouse on a canvas; points and SVG travel in hidden fields. */
import SignaturePad from "../vendor/signature_pad-5.1.4/signature_pad.min.js";

const INK = "#1b2220";

function start(box) {
  const canvas = box.querySelector("canvas");
  const points = box.querySelector("[data-pad-points]");
  const picture = box.querySelector("[data-pad-svg]");
  const pen = getComputedStyle(canvas).color;
  const pad = new SignaturePad(canvas, { penColor: pen, minWidth: 1, maxWidth: 2.6 });

  function keep() {
    const strokes = pad.toData().map((stroke) => ({ ...stroke, penColor: INK }));
    points.value = pad.isEmpty() ? "" : JSON.stringify(strokes.map((stroke) => stroke.points));
    picture.value = pad.isEmpty() ? "" : pad.toSVG().replaceAll(pen, INK);
    box.dataset.signed = pad.isEmpty() ? "" : "1";
    box.dispatchEvent(new CustomEvent("kap:signed", { bubbles: true, detail: { empty: pad.isEmpty() } }));
  }
  function fit() {
    const ratio = Math.max(window.devicePixelRatio || 1, 1);
    const width = canvas.offsetWidth, height = canvas.offsetHeight;
    if (!width || canvas.width === Math.round(width * ratio)) return;
    const kept = pad.toData();
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.getContext("2d").scale(ratio, ratio);
    pad.clear();
    if (kept.length) pad.fromData(kept);
  }
  pad.addEventListener("endStroke", keep);
  box.querySelector("[data-pad-clear]")?.addEventListener("click", () => { pad.clear(); keep(); });
  new ResizeObserver(fit).observe(canvas);
  fit();
}

function startOnce(box) {
  if (box.dataset.started) return;
  box.dataset.started = "1";
  start(box);
}

document.querySelectorAll("[data-pad]").forEach(startOnce);
document.addEventListener("htmx:afterSettle", (event) => event.detail.elt.querySelectorAll?.("[data-pad]").forEach(startOnce));
