// In place of boot.js while developing: files come straight from the server, and nothing is kept for the next
// visit.
globalThis.playgroundFetch = (file) => fetch(file);
globalThis.playgroundFetched = () => {};
