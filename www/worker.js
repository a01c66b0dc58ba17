// Every worker of the page: loads a WebAssembly module and passes messages on to it.
//
// From the page:
//   {glue, wasm, options}  once, first: the address of the module's JavaScript beside this file; the module,
//                          compiled or as an address beside this file; what its `start` gets
//   ArrayBuffer            a message for `receive`
//   {bytes, file}          a message with the bytes of a file beside it, for `receive`
//   {port}                 a port to another worker, for `connect`
// To the page, beside what the module posts:
//   {failed: reason}       the module did not load
//   {panic: reason}        the module must not be used any more
// Whatever arrives before the module is ready waits its turn.

const waiting = [];
let module = null;

self.addEventListener("message", ({ data }) => {
  if (data.glue) {
    start(data);
  } else if (module) {
    receive(data);
  } else {
    waiting.push(data);
  }
});

async function start({ glue, wasm, options }) {
  const beside = (file) => new URL(file, import.meta.url).href;
  try {
    // Both arrive at the same time, and the browser compiles what is not compiled yet meanwhile.
    const source = wasm instanceof WebAssembly.Module ? wasm : fetch(beside(wasm));
    const loaded = await import(beside(glue));
    await loaded.default({ module_or_path: source });
    await loaded.start(options);
    module = loaded;
  } catch (error) {
    self.postMessage({ failed: reason(error) });
    return;
  }
  waiting.splice(0).forEach(receive);
}

function receive(data) {
  try {
    if (data instanceof ArrayBuffer) {
      module.receive(new Uint8Array(data));
    } else if (data.port) {
      module.connect(data.port);
    } else {
      module.receive(data.bytes, data.file);
    }
  } catch (error) {
    self.postMessage({ panic: reason(error) });
  }
}

function reason(error) {
  return String(error?.message ?? error);
}
