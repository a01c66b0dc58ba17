// An exercise that waits for an event: the second question opens when the test accuracy is high enough.
// Every parameter of this page is handed on to the playground, as in `?data=phantom&device=cpu`.

const GOAL = 0.9;

const playground = document.getElementById("question");
const progress = document.getElementById("progress");
for (const [key, value] of new URLSearchParams(location.search)) playground.setAttribute(key, value);

playground.addEventListener("playground", function hear({ detail }) {
  if (detail.type === "error") progress.textContent = detail.message;
  if (detail.type !== "epoch") return;
  const { testAccuracy, step } = detail;
  if (testAccuracy < GOAL) {
    if (step > 0) progress.textContent = "Not there yet. Go on, or change the training.";
    return;
  }
  playground.removeEventListener("playground", hear);
  progress.textContent = "Done.";
  document.getElementById("answer").textContent =
    `It named ${(testAccuracy * 100).toFixed(1)} % correctly, after ${step} steps.`;
  document.getElementById("next").hidden = false;
  // What was hidden is shown. Both changes are one message.
  playground.setAttribute("hide", "none");
  playground.setAttribute("view", "layers");
});
