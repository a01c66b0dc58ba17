// Replaces boot.js during development: files come directly from the server, and none is stored.
globalThis.playgroundFetch = (file) => fetch(file);
globalThis.playgroundFetched = () => {};
globalThis.playgroundAwake = () => Promise.resolve();
globalThis.playgroundWake = () => {};
