// Loads the page's WebAssembly. What goes wrong before it runs, or when it breaks down, is said in
// the static shell.
import init from "./{{app_js}}";

function say(sentence) {
  let status = document.getElementById("shell-status");
  if (!status) {
    status = document.createElement("p");
    status.id = "shell-status";
    status.setAttribute("role", "alert");
    document.body.prepend(status);
  }
  status.textContent = sentence;
}

// A Rust panic ends in a trap; from then on nothing on the page answers any more.
addEventListener("error", (event) => {
  if (event.error instanceof WebAssembly.RuntimeError) {
    say("The page has broken down. Reload it to go on; the address keeps your settings.");
  }
});

try {
  await init({ module_or_path: new URL("./{{app_wasm}}", import.meta.url) });
} catch (error) {
  if (typeof WebAssembly !== "object") {
    say("This browser has no WebAssembly. Use the newest Chrome, Edge, Firefox or Safari.");
  } else {
    say("The page did not load completely. Reload it; if that does not help, tell whoever hosts it.");
  }
  throw error;
}
