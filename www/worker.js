// The engine's worker. The page posts `{module, glue, device, interpreter}` once: the engine's
// compiled wasm, the address of its JavaScript beside this file, the visitor's choice of a device, and
// a port to the interpreter's worker. From then on bytes are commands, either way round the events of
// the engine, and `{interpreter}` is a port to another such worker. Whatever arrives before the engine
// is there waits its turn.

const waiting = [];
let engine = null;

self.addEventListener("message", ({ data }) => {
  if (data?.module) {
    start(data);
  } else {
    obey(data);
  }
});

function obey(data) {
  if (!engine) {
    waiting.push(data);
  } else if (data instanceof ArrayBuffer) {
    engine.command(new Uint8Array(data));
  } else if (ArrayBuffer.isView(data)) {
    engine.command(data);
  } else if (data?.interpreter) {
    engine.lead(data.interpreter);
  }
}

async function start({ module, glue, device, interpreter }) {
  try {
    const loaded = await import(new URL(glue, import.meta.url).href);
    await loaded.default({ module_or_path: module });
    await loaded.start(device, interpreter);
    engine = loaded;
    waiting.splice(0).forEach(obey);
  } catch (error) {
    self.postMessage({ error: String(error?.message ?? error) });
  }
}
