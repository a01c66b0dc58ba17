// What a course page needs: put the playgrounds into frames and listen to what they post. The
// messages are described in the README; each is a plain object with `source` and `type`.
//
// Optional parameters of this page: `playground` is the address of the playground (default: the
// folder above), every other one is handed on to both playgrounds, as in
// `?device=cpu&autostart=1`.

const parameters = new URLSearchParams(location.search);
const base = new URL(parameters.get("playground") ?? "../", location.href);
parameters.delete("playground");

const frames = [...document.querySelectorAll("iframe[data-playground]")];
const accuracy = {};

for (const frame of frames) {
  const query = new URLSearchParams(`embed=1&${frame.dataset.query}`);
  for (const [key, value] of parameters) query.set(key, value);
  frame.src = new URL(`?${query}`, base).href;
}

// The listener is there before any frame has loaded, so that nothing is missed.
addEventListener("message", ({ source, origin, data }) => {
  // Anyone may post to this window; only what comes from our frames, and from where they were
  // loaded, counts.
  const frame = frames.find((frame) => frame.contentWindow === source);
  if (!frame || origin !== base.origin || data?.source !== "imaging-playground") return;
  hear(frame.dataset.playground, data);
});

function hear(name, message) {
  const row = document.querySelector(`tr[data-playground="${name}"]`);
  const show = (field, text) => {
    row.querySelector(`[data-field="${field}"]`).textContent = text;
  };
  switch (message.type) {
    case "ready":
      show("state", `ready on the ${message.device.toUpperCase()}`);
      break;
    case "state":
      show("state", message.state);
      show("step", message.step);
      break;
    case "step":
      show("step", message.step);
      break;
    case "epoch":
      accuracy[name] = message.testAccuracy;
      show("epoch", message.epoch);
      show("step", message.step);
      show("accuracy", percent(message.testAccuracy));
      row.querySelector("progress").value = message.testAccuracy;
      compare();
      break;
    case "finished":
      show("state", "finished");
      break;
    case "error":
      show("state", message.message);
      break;
  }
}

function compare() {
  const { mlp, cnn } = accuracy;
  if (mlp === undefined || cnn === undefined) return;
  const points = Math.abs(cnn - mlp) * 100;
  const conclusion = document.getElementById("conclusion");
  conclusion.textContent =
    points < 0.05
      ? "At the moment both are equally good."
      : `At the moment the ${cnn > mlp ? "CNN" : "MLP"} is ahead by ${points.toFixed(1)} percentage points.`;
}

function percent(share) {
  return `${(share * 100).toFixed(1)} %`;
}
