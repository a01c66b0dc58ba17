// Stores the files of this visit for the next one and offers a newer version. It is loaded once the page
// can train. The service worker does the rest. Without service workers or storage it does nothing.

const home = new URL("./", location.href).href;
const version = document.querySelector("meta[name=playground-version]").content;
// Name of the cache and of the lock, the same in the service worker.
const name = `playground ${home} ${version}`;

// Stores the fetched files, pairs of a name and bytes. Returns a function that stores further files.
export async function prepare(fetched) {
  // A sandboxed frame throws at the first look.
  if (!navigator.serviceWorker || !globalThis.caches) return () => {};
  // Held as long as this page is open, so that the cache of its version is not deleted.
  navigator.locks?.request(name, { mode: "shared" }, () => new Promise(() => {})).catch(() => {});
  const cache = await caches.open(name);
  for (const [file, bytes] of fetched) await keep(cache, file, bytes);
  watch(await navigator.serviceWorker.register("service-worker.js", { updateViaCache: "none" }));
  return (file, bytes) => keep(cache, file, bytes).catch(() => {});
}

// Stores a file if its contents have the hash in its name.
async function keep(cache, file, bytes) {
  const hash = /-([0-9a-f]{16})\./.exec(file)?.[1];
  if (!hash || (await cache.match(file))) return;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const found = [...digest.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (found !== hash) return;
  // A module of another type is not imported.
  const type = { wasm: "application/wasm", js: "text/javascript" }[file.split(".").pop()];
  const headers = { "Content-Type": type ?? "application/octet-stream" };
  await cache.put(file, new Response(bytes, { headers }));
}

function watch(registration) {
  // Asks a complete, waiting service worker whether its version differs from this page's.
  const ask = () => registration.active && registration.waiting?.postMessage({ version });
  const follow = (worker) =>
    worker?.addEventListener("statechange", () => {
      ask();
      // At its activation the lock of the page before this one may still have been held.
      if (worker.state === "activated") worker.postMessage("tidy");
    });
  navigator.serviceWorker.addEventListener("message", () => offer(registration));
  registration.addEventListener("updatefound", () => follow(registration.installing));
  follow(registration.installing);
  ask();
  registration.active?.postMessage("tidy");
  // `register` does not look for a newer version where one is registered, and the browser's own look
  // may have been joined to one that began on the page before and failed.
  if (navigator.serviceWorker.controller) registration.update().catch(() => {});
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) registration.update().catch(() => {});
  });
}

function offer(registration) {
  const place = document.getElementById("version");
  const sentence = document.createElement("p");
  sentence.textContent = "A newer version is ready. Reload to use it; the run starts anew.";
  const buttons = document.createElement("div");
  buttons.append(
    button("Reload", "button", () => take(registration)),
    button("Later", "button button-quiet", () => place.replaceChildren()),
  );
  place.replaceChildren(sentence, buttons);
}

function button(label, className, press) {
  const button = document.createElement("button");
  Object.assign(button, { textContent: label, className, onclick: press });
  return button;
}

// Called on a click only, since a reload ends the run.
function take({ waiting }) {
  if (!waiting) {
    location.reload();
    return;
  }
  waiting.addEventListener("statechange", () => {
    if (waiting.state === "activated") location.reload();
  });
  waiting.postMessage("take over");
}
