// Loads the lazy parts of the page: modules that share memory and functions with the page's module, and
// their style sheets. The page's module imports the loaders; `boot.js` passes its exports to `connect`.

// The files of each part, in the order in which they are instantiated.
export const FILES = {{later_files}};
const STYLES = {{later_styles}};

export const __wasm_split_load_classify = (...callback) => load("classify", ...callback);
export const __wasm_split_load_code = (...callback) => load("code", ...callback);
export const __wasm_split_load_help = (...callback) => load("help", ...callback);
export const __wasm_split_load_own = (...callback) => load("own", ...callback);
export const __wasm_split_load_learned = (...callback) => load("learned", ...callback);
export const __wasm_split_load_share = (...callback) => load("share", ...callback);
export const __wasm_split_load_segment = (...callback) => load("segment", ...callback);
export const __wasm_split_load_studies = (...callback) => load("studies", ...callback);

let open;
const page = new Promise((resolve) => (open = resolve));

export function connect(exports) {
  open(exports);
}

// Loads a part, then calls the page's function at `index` of its table with `data` and whether it worked.
async function load(part, index, data) {
  const { __indirect_function_table: functions } = await page;
  let done = true;
  try {
    await Promise.all([link(part), style(STYLES[part])]);
  } catch (error) {
    console.error(error);
    done = false;
  }
  functions.get(index)(data, done);
}

// Parts share files, and each file is instantiated once. A file that failed may be tried again.
const linked = new Set();
let last = Promise.resolve();

function link(part) {
  const files = FILES[part].filter((file) => !linked.has(file));
  const arriving = files.map(get);
  // Failures are handled below, in order.
  for (const answer of arriving) answer.catch(() => {});
  const next = last.then(async () => {
    for (const [i, file] of files.entries()) {
      const bytes = await arriving[i];
      if (linked.has(file)) continue;
      await WebAssembly.instantiate(bytes, { __wasm_split: await page });
      linked.add(file);
      globalThis.playgroundFetched(file, new Uint8Array(bytes));
    }
  });
  last = next.catch(() => {});
  return next;
}

async function get(file) {
  const answer = await globalThis.playgroundFetch(file);
  if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
  return answer.arrayBuffer();
}

function style(file) {
  if (!file || document.querySelector(`link[href="${file}"]`)) return null;
  const link = document.createElement("link");
  Object.assign(link, { rel: "stylesheet", href: file });
  return new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = () => {
      link.remove();
      reject(new Error(file));
    };
    document.head.append(link);
  });
}
