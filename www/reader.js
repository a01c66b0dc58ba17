// The reader's worker. The page posts `{question, file}` with the bytes of both, and gets one answer
// for each, in the same order: bytes, or what tells of the reader's end: null when it did not load,
// `{error}` when it broke down.
import init, { answer } from "./{{reader_js}}";

const loaded = init({ module_or_path: new URL("./{{reader_wasm}}", import.meta.url) });

self.addEventListener("message", async ({ data }) => {
  try {
    await loaded;
  } catch {
    self.postMessage(null);
    return;
  }
  try {
    const { buffer } = answer(data.question, data.file ?? new Uint8Array());
    self.postMessage(buffer, [buffer]);
  } catch (error) {
    self.postMessage({ error: String(error?.message ?? error) });
  }
});
