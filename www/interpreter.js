// The interpreter's worker. The page posts questions as bytes, and once for each of the engine's
// workers `{weights}`, a port through which that worker hands over weights. What the interpreter
// tells comes back as bytes, or as what tells of its end: null when it did not load, `{error}` when it
// broke down.
import init, { arrive, ask, told, work } from "./{{interpreter_js}}";

const loaded = init({ module_or_path: new URL("./{{interpreter_wasm}}", import.meta.url) });
// A message to oneself: a timer would wait 4 ms, a promise would let no message in.
const turn = new MessageChannel();
let running = false;

self.addEventListener("message", ({ data }) => {
  if (data.weights) {
    data.weights.onmessage = ({ data }) => take(arrive, data);
  } else {
    take(ask, data);
  }
});

async function take(receive, buffer) {
  try {
    await loaded;
  } catch {
    self.postMessage(null);
    return;
  }
  attempt(() => {
    receive(new Uint8Array(buffer));
    tell();
    if (!running) {
      running = true;
      turn.port2.postMessage(null);
    }
  });
}

turn.port1.onmessage = () =>
  attempt(() => {
    running = work();
    tell();
    if (running) turn.port2.postMessage(null);
  });

function tell() {
  for (let bytes = told(); bytes; bytes = told()) {
    self.postMessage(bytes.buffer, [bytes.buffer]);
  }
}

function attempt(action) {
  try {
    action();
  } catch (error) {
    self.postMessage({ error: String(error?.message ?? error) });
  }
}
