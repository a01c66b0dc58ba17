// Runs in every document before its own scripts: puts `bench/count.js` before the engine's worker,
// under the query `MORE`, and asks it.
((more) => {
  const Original = Worker;
  window.Worker = class extends Original {
    constructor(address, options) {
      const url = new URL(address, document.baseURI);
      // All workers have the same script, and a name each.
      const isEngine = options?.name === "engine";
      super(isEngine ? `/bench/count.js?of=${encodeURIComponent(url.href)}${more}` : url, options);
    }
  };
  const channel = new BroadcastChannel("gpu");
  window.__gpuWork = (done) => {
    channel.onmessage = ({ data }) => done(data);
    channel.postMessage("tell");
  };
})("MORE");
