// The engine's worker. The page posts `{module, glue, device, interpreter}` once: the engine's
// compiled wasm, the address of its JavaScript beside this file, the visitor's choice of a device, and
// a port to the interpreter's worker. From then on bytes are commands, either way round the events of
// the engine. Whatever arrives before the engine is there waits its turn.

const waiting = [];
let engine = null;

self.addEventListener("message", ({ data }) => {
  if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) {
    obey(data);
  } else if (data?.module) {
    start(data);
  }
});

function obey(data) {
  if (engine) {
    const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
    engine.command(bytes);
  } else {
    waiting.push(data);
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
