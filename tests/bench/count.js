// Stands in for the engine's worker, whose address is in `of`: counts what it asks of the GPU, and
// tells it to whoever posts to the channel “gpu”. With `as`, a software adapter says that it is a real
// one of that name.

const held = [];
const hold = ({ data }) => held.push(data);
addEventListener("message", hold);

const count = { dispatches: 0, buffers: 0, bytes: 0, wasm: 0 };
/** Dispatches between two readbacks. */
const between = [];
let last = 0;

function wrap(type, method, before) {
  if (!type) return;
  const original = type.prototype[method];
  type.prototype[method] = function (...args) {
    const result = original.apply(this, args);
    before.call(this, args, result);
    return result;
  };
}

const gone = new FinalizationRegistry((size) => forget(size));
function forget(size) {
  count.buffers -= 1;
  count.bytes -= size;
}

wrap(globalThis.GPUComputePassEncoder, "dispatchWorkgroups", () => (count.dispatches += 1));
wrap(globalThis.GPUDevice, "createBuffer", (_, buffer) => {
  count.buffers += 1;
  count.bytes += buffer.size;
  gone.register(buffer, buffer.size, buffer);
});
wrap(globalThis.GPUBuffer, "destroy", function () {
  if (gone.unregister(this)) forget(this.size);
});
wrap(globalThis.GPUBuffer, "mapAsync", () => {
  between.push(count.dispatches - last);
  last = count.dispatches;
});

for (const start of ["instantiate", "instantiateStreaming"]) {
  const original = WebAssembly[start];
  WebAssembly[start] = async (...args) => {
    const result = await original.apply(WebAssembly, args);
    const { memory } = (result.instance ?? result).exports;
    if (memory) setInterval(() => (count.wasm = memory.buffer.byteLength), 100);
    return result;
  };
}

const parameters = new URL(import.meta.url).searchParams;
const name = parameters.get("as");
if (name !== null) {
  const told = { isFallbackAdapter: false, vendor: name, architecture: "", device: "", description: "" };
  for (const [key, value] of Object.entries(told)) {
    Object.defineProperty(GPUAdapterInfo.prototype, key, { get: () => value });
  }
}

const channel = new BroadcastChannel("gpu");
channel.onmessage = ({ data }) => {
  if (data === "tell") channel.postMessage({ ...count, between });
};

await import(parameters.get("of"));
removeEventListener("message", hold);
for (const data of held) dispatchEvent(new MessageEvent("message", { data }));
