// Once the page can train: keeps what it fetched for the next visit, and offers a newer version.
// The service worker does the rest. Where there is none, or no storage, nothing happens.

const home = new URL("./", location.href).href;
const version = document.querySelector("meta[name=playground-version]").content;
// The service worker knows both the cache and the lock by this name.
const name = `playground ${home} ${version}`;

// `fetched` are pairs of a file's name and its bytes. Returns what to do with later ones.
export async function prepare(fetched) {
  if (!navigator.serviceWorker || !globalThis.caches) return () => {};
  // Held as long as this page is open, so that its version is not dropped.
  navigator.locks?.request(name, { mode: "shared" }, () => new Promise(() => {})).catch(() => {});
  const cache = await caches.open(name);
  for (const [file, bytes] of fetched) await keep(cache, file, bytes);
  watch(await navigator.serviceWorker.register("service-worker.js", { updateViaCache: "none" }));
  return (file, bytes) => keep(cache, file, bytes).catch(() => {});
}

// Keeps a file if it is what its name says.
async function keep(cache, file, bytes) {
  const hash = /-([0-9a-f]{16})\./.exec(file)?.[1];
  if (!hash || (await cache.match(file))) return;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const found = [...digest.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (found !== hash) return;
  const type = file.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  await cache.put(file, new Response(bytes, { headers: { "Content-Type": type } }));
}

function watch(registration) {
  // Complete and waiting. It says whether it is another version than this page.
  const ask = () => registration.active && registration.waiting?.postMessage({ version });
  const follow = (worker) => worker?.addEventListener("statechange", ask);
  navigator.serviceWorker.addEventListener("message", () => offer(registration));
  registration.addEventListener("updatefound", () => follow(registration.installing));
  follow(registration.installing);
  ask();
  registration.active?.postMessage("tidy");
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

// Only ever on a click: a reload ends the run.
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
