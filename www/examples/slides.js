// Slides with a playground on some of them. A slide that is not shown has no size, so that its playground
// is not loaded before; one that is left goes on pause. Every parameter of this page is handed on to the
// playgrounds, as in `?data=phantom&device=cpu`.

const slides = [...document.querySelectorAll(".slide")];
for (const playground of document.querySelectorAll("imaging-playground")) {
  for (const [key, value] of new URLSearchParams(location.search)) playground.setAttribute(key, value);
}
let shown = 0;
const begun = new Set();

function show(index) {
  if (!slides[index]) return;
  const left = slides[shown].querySelector("imaging-playground");
  if (left && begun.has(left)) left.pause();
  shown = index;
  for (const [place, slide] of slides.entries()) slide.hidden = place !== shown;
  const playground = slides[shown].querySelector("imaging-playground");
  if (playground) begun.add(playground);
  document.getElementById("place").textContent = `${shown + 1} / ${slides.length}`;
  document.getElementById("back").disabled = shown === 0;
  document.getElementById("forward").disabled = shown === slides.length - 1;
}

document.getElementById("back").addEventListener("click", () => show(shown - 1));
document.getElementById("forward").addEventListener("click", () => show(shown + 1));
addEventListener("keydown", (event) => {
  if (event.key === "ArrowRight" || event.key === "PageDown") show(shown + 1);
  if (event.key === "ArrowLeft" || event.key === "PageUp") show(shown - 1);
});
show(0);
