// Loads the page's WebAssembly. What goes wrong before it runs, or when it breaks down, is said in
// the static shell.
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

// A Rust panic ends in a trap; from then on nothing on the page answers any more.
addEventListener("error", (event) => {
  if (event.error instanceof WebAssembly.RuntimeError) {
    say("The page has broken down. Reload it to go on; the address keeps your settings.");
  }
});

// Downloads that have begun before the page asked for them, and what it has asked for.
const begun = new Map();

function begin(file) {
  if (begun.has(file)) return;
  const answer = fetch(new URL(file, import.meta.url));
  // If it fails, whoever asks for it hears so.
  answer.catch(() => {});
  begun.set(file, answer);
}

// How the page fetches its files.
globalThis.playgroundFetch = (file) => {
  const answer = begun.get(file) ?? fetch(file);
  begun.set(file, null);
  return answer;
};

// What has been fetched waits here until the page can train: keeping it for the next visit must not
// hold up this one. Once that is prepared, or where it cannot be, files go straight there, or nowhere.
const fetched = [];
let keep = (...file) => fetched.push(file);
globalThis.playgroundFetched = (...file) => void keep(...file);

async function prepareNextVisit() {
  try {
    const { prepare } = await import("./{{next_visit_js}}");
    keep = await prepare(fetched);
  } catch {
    // No storage, or none for this page: the next visit loads like this one.
    keep = () => {};
  }
  for (const file of fetched.splice(0)) keep(...file);
}

// The first epoch told of is that of the untrained network: from then on a click trains.
addEventListener("playground", function hear({ detail }) {
  if (detail.type === "epoch") {
    removeEventListener("playground", hear);
    prepareNextVisit();
  }
});

try {
  // Where the address names the second lab, its views are part of the first paint.
  if (new URLSearchParams(location.search).get("lab") === "segment") FILES.segment.forEach(begin);
  const file = "{{app_wasm}}";
  const answer = await fetch(new URL(file, import.meta.url));
  // Older browsers, and hosts that call it something else than wasm, leave it to be compiled later.
  const compiled = WebAssembly.compileStreaming?.(answer.clone()).catch(() => null);
  const bytes = await answer.arrayBuffer();
  // Now that the line is free; any earlier, and they would share it with the page itself. Any later,
  // and it would lie idle while the page starts.
  begin("{{engine_wasm}}");
  begin("{{pack_list}}");
  keep(file, new Uint8Array(bytes));
  connect(await init({ module_or_path: (await compiled) ?? bytes }));
} catch (error) {
  if (typeof WebAssembly !== "object") {
    say("This browser has no WebAssembly. Use the newest Chrome, Edge, Firefox or Safari.");
  } else {
    say("The page did not load completely. Reload it; if that does not help, tell whoever hosts it.");
  }
  // A newer version may be there already, and mend it.
  if (globalThis.caches && navigator.serviceWorker?.controller) prepareNextVisit();
  throw error;
}
