// Loads the page's WebAssembly module. Errors before it runs, and its panics, are shown in the static
// shell.
import init from "./{{app_js}}";
import { connect, FILES } from "./{{later_js}}";

function say(sentence) {
  let status = document.getElementById("shell-status");
  if (!status) {
    status = document.createElement("p");
    status.id = "shell-status";
    status.setAttribute("role", "alert");
    document.body.prepend(status);
  }
  status.textContent = sentence;
}

// A Rust panic ends in a trap, after which the page no longer responds.
addEventListener("error", (event) => {
  if (event.error instanceof WebAssembly.RuntimeError) {
    say("The page has broken down. Reload it to go on; the address keeps your settings.");
  }
});

// Downloads that were started before the page asked for them; null once it has taken one.
const begun = new Map();

function begin(file) {
  if (begun.has(file)) return;
  const answer = fetch(new URL(file, import.meta.url));
  // Without this a failure would be reported as unhandled. The page handles it when it takes the download.
  answer.catch(() => {});
  begun.set(file, answer);
}

// How the page fetches its files.
globalThis.playgroundFetch = (file) => {
  const answer = begun.get(file) ?? fetch(file);
  begun.set(file, null);
  return answer;
};

// In a frame, the engine and the data wait until the frame is seen, since a course page may have many.
// A link with autostart asks for training where nobody looks, too.
const parameters = new URLSearchParams(location.search);
let wake;
const awake = new Promise((resolve) => (wake = resolve));
globalThis.playgroundAwake = () => awake;
globalThis.playgroundWake = () => wake();

if (self === top || ["1", "true"].includes(parameters.get("autostart"))) {
  wake();
} else {
  const root = document.documentElement;
  const observer = new IntersectionObserver((entries) => {
    // A frame without size intersects the window, but shows nothing.
    const { width, height } = entries.pop().intersectionRect;
    if (width > 0 && height > 0) wake();
  });
  const look = () => {
    observer.unobserve(root);
    observer.observe(root);
  };
  // The share that is seen stays the same when a frame without size gets one.
  addEventListener("resize", look);
  look();
  awake.then(() => {
    observer.disconnect();
    removeEventListener("resize", look);
  });
}

// Fetched files are collected here until the page can train, since storing them for the next visit must
// not slow this one down. From then on `keep` stores a file at once, or drops it where there is no storage.
const fetched = [];
let keep = (...file) => fetched.push(file);
globalThis.playgroundFetched = (...file) => void keep(...file);

async function prepareNextVisit() {
  try {
    const { prepare } = await import("./{{next_visit_js}}");
    keep = await prepare(fetched);
  } catch {
    // There is no storage, or none for this page: the next visit downloads everything again.
    keep = () => {};
  }
  for (const file of fetched.splice(0)) keep(...file);
}

// The first epoch event is that of the untrained network: the page can train from then on. A step that a
// visitor makes before may take its place.
addEventListener("playground", function hear({ detail }) {
  if (detail.type === "epoch" || detail.type === "step") {
    removeEventListener("playground", hear);
    prepareNextVisit();
  }
});

try {
  // If the link opens the second lab, its views are needed for the first paint.
  if (parameters.get("lab") === "segment") FILES.segment.forEach(begin);
  const file = "{{app_wasm}}";
  const answer = await fetch(new URL(file, import.meta.url));
  // Fails in older browsers, and where the host sends another media type; then `init` compiles the bytes.
  const compiled = WebAssembly.compileStreaming?.(answer.clone()).catch(() => null);
  const bytes = await answer.arrayBuffer();
  // The page's module has arrived, so these downloads do not slow it down; they run while the page starts.
  awake.then(() => {
    begin("{{engine_wasm}}");
    begin("{{pack_list}}");
  });
  keep(file, new Uint8Array(bytes));
  connect(await init({ module_or_path: (await compiled) ?? bytes }));
} catch (error) {
  if (typeof WebAssembly !== "object") {
    say("This browser has no WebAssembly. Use the newest Chrome, Edge, Firefox or Safari.");
  } else {
    say("The page did not load completely. Reload it; if that does not help, tell whoever hosts it.");
  }
  // A newer version, where the service worker has one, may not have this error.
  try {
    if (globalThis.caches && navigator.serviceWorker?.controller) prepareNextVisit();
  } catch {
    // A sandboxed frame has neither.
  }
  throw error;
}
