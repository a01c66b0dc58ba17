// Serves a second visit without network. This file belongs to one version of the page: it contains
// index.html and the names of the version's files, with the first digits of their SHA-256.
// A name contains its content's hash, so a page never gets a file of another version.

const VERSION = "{{version}}";
const PAGE = {{page}};
const FILES = {{files}};
// Packs, and the converter of DICOM files. Stored only after a visit has fetched them, since not every
// visit needs them.
const ON_DEMAND = {{on_demand}};

// Ends in a slash. It is part of the cache's name, since all sites of an origin share its caches and locks.
const HOME = self.registration.scope;
const OURS = `playground ${HOME} `;
const CACHE = OURS + VERSION;
const HASH = /-[0-9a-f]{16}\./;
// Some hosts send a Vary header. The content does not vary.
const ALIKE = { ignoreSearch: true, ignoreVary: true };

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(tidy()));

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const [address] = url.split(/[?#]/);
  if (method !== "GET" || !address.startsWith(HOME)) return;
  const name = address.slice(HOME.length);
  if (mode === "navigate") {
    if (name === "" || name === "index.html") event.respondWith(page(event.request));
  } else if (HASH.test(name)) {
    event.respondWith(file(event.request));
  }
});

self.addEventListener("message", (event) => {
  const { data, source } = event;
  if (data === "take over") {
    event.waitUntil(self.skipWaiting());
  } else if (data === "tidy") {
    event.waitUntil(tidy());
  } else if (data?.version === VERSION) {
    // The page that asks is of this version already, so replacing the old service worker is safe.
    event.waitUntil(self.skipWaiting());
  } else if (data?.version) {
    source.postMessage("another version is ready");
  }
});

// Returns the page of this version if all its files are stored, else the one from the network.
async function page(request) {
  // On localhost the network is fast, and a developer wants the newest version.
  const near = self.location.hostname === "localhost";
  if (near || !(await isWhole())) {
    try {
      const answer = await fetch(request);
      if (answer.ok || answer.type === "opaqueredirect") return answer;
    } catch {
      // No network.
    }
  }
  return new Response(PAGE, { headers: { "Content-Type": "text/html; charset=utf-8" } });
}

// Returns a file of any version, since the name contains the hash.
async function file(request) {
  return (await caches.match(request, ALIKE)) ?? fetch(request);
}

async function isWhole() {
  const here = new Set(await addresses(CACHE));
  return Object.keys(FILES).every((name) => here.has(HOME + name));
}

async function addresses(cache) {
  const requests = await (await caches.open(cache)).keys();
  return requests.map(({ url }) => url);
}

async function ours() {
  return (await caches.keys()).filter((name) => name.startsWith(OURS));
}

// Fetches the missing files, one at a time, since nothing waits for them.
async function fill() {
  const cache = await caches.open(CACHE);
  const before = (await Promise.all((await ours()).map(addresses))).flat();
  const known = new Set(before.map((url) => url.split(HASH)[0]));
  const used = Object.entries(ON_DEMAND).filter(([name]) => known.has((HOME + name).split(HASH)[0]));
  for (const [name, hash] of [...Object.entries(FILES), ...used]) {
    const url = HOME + name;
    if (!(await cache.match(url, ALIKE))) {
      await cache.put(url, await get(url, hash));
    }
  }
}

// Returns a file from the cache of another version, from the browser's HTTP cache, or from the host,
// whichever has contents with the expected hash. A captive portal, for example, answers with others.
async function get(url, hash) {
  const places = [
    () => caches.match(url, ALIKE),
    () => fetch(url, { cache: "force-cache" }),
    () => fetch(url, { cache: "reload" }),
  ];
  for (const place of places) {
    const answer = await place();
    if (answer?.ok && (await digits(answer.clone())) === hash) return answer;
  }
  throw new Error(`${url} is not what this version needs`);
}

async function digits(answer) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await answer.arrayBuffer()));
  return [...digest.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Deletes the caches of versions that no open page uses. Each page holds a lock named after its version.
async function tidy() {
  const { waiting, installing } = self.registration;
  if (waiting || installing) return;
  const { held = [] } = (await self.navigator.locks?.query()) ?? {};
  const open = new Set(held.map(({ name }) => name));
  const old = (await ours()).filter((name) => name !== CACHE && !open.has(name));
  await Promise.all(old.map((name) => caches.delete(name)));
}
