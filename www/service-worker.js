// Lets a second visit start without network. This file is one version of the page: it holds
// index.html, and the names of all files that belong to it, with the first digits of their SHA-256.
// Names change with contents, so a page finds its own files or none, whichever version answers.

const VERSION = "{{version}}";
const PAGE = {{page}};
const FILES = {{files}};
// Kept when a visit has fetched them, since not every visit needs every pack.
const PACKS = {{packs}};

// Ends in a slash. Caches and locks belong to the whole origin, on which others may live as well.
const HOME = self.registration.scope;
const OURS = `playground ${HOME} `;
const CACHE = OURS + VERSION;
const HASH = /-[0-9a-f]{16}\./;
// A host may let its answers vary; ours are always the same.
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
    // A page of this version, come past the old one: it has all to win and nothing to lose.
    event.waitUntil(self.skipWaiting());
  } else if (data?.version) {
    source.postMessage("another version is ready");
  }
});

// The page of this version, if all its files are here; else whatever the network has.
async function page(request) {
  // There the network is the same machine, which answers at once or not at all; and whoever works
  // on the page wants to see the newest.
  const near = self.location.hostname === "localhost";
  if (near || !(await isWhole())) {
    try {
      const answer = await fetch(request);
      if (answer.ok || answer.type === "opaqueredirect") return answer;
    } catch {
      // Off the network.
    }
  }
  return new Response(PAGE, { headers: { "Content-Type": "text/html; charset=utf-8" } });
}

// A file of whichever version: the name tells them apart.
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

// Gets what is not here yet, one after the other, since nobody waits for it.
async function fill() {
  const cache = await caches.open(CACHE);
  const before = (await Promise.all((await ours()).map(addresses))).flat();
  const known = new Set(before.map((url) => url.split(HASH)[0]));
  const packs = Object.entries(PACKS).filter(([name]) => known.has((HOME + name).split(HASH)[0]));
  for (const [name, hash] of [...Object.entries(FILES), ...packs]) {
    const url = HOME + name;
    if (!(await cache.match(url, ALIKE))) {
      await cache.put(url, await get(url, hash));
    }
  }
}

// A file from another version that has it too, from what the browser kept of the page's downloads,
// or from the host. What is not what its name says, as behind a hotel's login, is no file of ours.
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

// Drops the versions that no open page is of. Each page holds a lock with its version's name.
async function tidy() {
  const { waiting, installing } = self.registration;
  if (waiting || installing) return;
  const { held = [] } = (await self.navigator.locks?.query()) ?? {};
  const open = new Set(held.map(({ name }) => name));
  const old = (await ours()).filter((name) => name !== CACHE && !open.has(name));
  await Promise.all(old.map((name) => caches.delete(name)));
}
