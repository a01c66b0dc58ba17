// Script of all workers. It loads a WebAssembly module and passes messages on to it.
//
// Messages from the page:
//   {glue, wasm, options}  The first message, sent once. glue: path of the module's JavaScript,
//                          relative to this file. wasm: the compiled module, or its path
//                          relative to this file. options: argument for the module's `start`.
//   ArrayBuffer            A message for `receive`.
//   {bytes, file}          A message for `receive`, with the bytes of a file or an array of files.
//   {port, of}             A port to another worker, and which one, for `connect`.
// Messages to the page, in addition to those that the module posts:
//   {failed: reason}       The module could not be loaded.
//   {panic: reason}        The module must not be used any more.
// Messages that arrive before the module is ready are queued.

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
    // Both files are fetched at the same time. The browser compiles the module while it arrives,
    // unless it is compiled already.
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
      module.connect(data.port, data.of);
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
