// <imaging-playground lab="classify" model="cnn" view="layers" autostart></imaging-playground>
//
// A playground in a course page. Load this file with <script src="…/element.js">; the playground is taken
// from the same folder, or from the address in the attribute `src`. The attributes in PARAMETERS mean what
// they mean in a link (README); when one changes, so does the playground. `auto-height` gives the element
// the height that its content needs, `sandbox` isolates it from the site it comes from.
//
// play(), pause(), step(), epoch(), test(), reset(), configure(link), view(names) and state() send a message and
// return a promise of the state. Whatever the playground reports is an event `playground` of the element.
(() => {
  if (customElements.get("imaging-playground")) return;
  const HOME = new URL("./", document.currentScript.src);
  const PARAMETERS =
    "lab data augment patience split classes images imbalance wrong noise trap contrast distractors bias rotation size model layers depth width up bn residual skips loss balanced optimizer " +
    "momentum decay lr batch epochs test seed device view study controls scale lock hide allow " +
    "autostart present";
  // What a parameter is once its attribute is removed. Without an entry, the frame is loaded anew.
  const ABSENT = { study: "layers", controls: "all", scale: "1", lock: "none", hide: "none", present: "0", autostart: "0" };
  const NAMES = PARAMETERS.split(" ");
  const ANSWER_MS = 10000;

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    ":host{display:block;height:30rem}:host([hidden]){display:none}" +
      "iframe{display:block;box-sizing:border-box;width:100%;height:100%;border:0}",
  );

  class ImagingPlayground extends HTMLElement {
    static observedAttributes = [...NAMES, "auto-height", "sandbox", "src", "title"];

    #frame = null;
    #origin = "";
    #isOpen = false;
    #waiting = []; // Messages for a frame that does not listen yet.
    #pending = new Map(); // Promises of answers, by the message's id.
    #changed = new Map(); // Parameters for the next message.
    #sent = 0;
    // A frame is loaded when it is seen, since a page may have many.
    #observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) this.#load();
    });
    #hear = (event) => this.#onMessage(event);

    constructor() {
      super();
      this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
    }

    connectedCallback() {
      addEventListener("message", this.#hear);
      this.#observer.observe(this);
    }

    disconnectedCallback() {
      removeEventListener("message", this.#hear);
      this.#observer.disconnect();
      this.#frame?.remove();
      this.#frame = null;
      this.#isOpen = false;
    }

    attributeChangedCallback(name, before, value) {
      if (!this.#frame || before === value) return;
      if (name === "title") {
        this.#frame.title = this.#title();
      } else if (name === "auto-height") {
        if (value === null) this.style.height = "";
      } else if (["allow", "sandbox", "src"].includes(name) || (value === null && !(name in ABSENT))) {
        this.#reload();
      } else {
        // Several changes are one message.
        if (this.#changed.size === 0) queueMicrotask(() => this.#configure());
        this.#changed.set(name, this.#parameter(name) ?? ABSENT[name]);
      }
    }

    play() { return this.#send({ type: "play" }); }
    pause() { return this.#send({ type: "pause" }); }
    step() { return this.#send({ type: "step" }); }
    epoch() { return this.#send({ type: "epoch" }); }
    test() { return this.#send({ type: "test" }); }
    reset() { return this.#send({ type: "reset" }); }
    state() { return this.#send({ type: "state" }); }
    // A query string such as "model=mlp&epochs=5", or an object of parameters.
    configure(link) { return this.#send({ type: "configure", link }); }
    // Names such as "curves,layers", or a list of them.
    view(view) { return this.#send({ type: "view", view }); }

    #title() {
      return this.title || "Deep Imaging Playground";
    }

    // The value of a parameter; an attribute without value is a switch.
    #parameter(name) {
      const value = this.getAttribute(name);
      return value === "" ? "1" : value;
    }

    #address() {
      const address = new URL(this.getAttribute("src") ?? HOME, document.baseURI);
      const query = new URLSearchParams({ embed: "1" });
      for (const name of NAMES) {
        if (this.hasAttribute(name)) query.set(name, this.#parameter(name));
      }
      // This page may send commands.
      const allowed = [query.get("allow"), location.origin].filter((origin) => origin && origin !== "none");
      query.set("allow", [...new Set(allowed)].join(","));
      address.search = query;
      this.#origin = this.hasAttribute("sandbox") ? "null" : address.origin;
      return address.href;
    }

    #load() {
      if (this.#frame || !this.isConnected) return;
      this.#observer.disconnect();
      this.#frame = document.createElement("iframe");
      if (this.hasAttribute("sandbox")) this.#frame.sandbox = this.getAttribute("sandbox") || "allow-scripts";
      this.#frame.allow = "clipboard-write; fullscreen";
      this.#frame.title = this.#title();
      this.#frame.src = this.#address();
      this.shadowRoot.replaceChildren(this.#frame);
    }

    #reload() {
      this.#frame = null;
      this.#isOpen = false;
      this.#changed.clear();
      this.#load();
    }

    #configure() {
      const link = Object.fromEntries(this.#changed);
      this.#changed.clear();
      if (this.#frame && Object.keys(link).length) this.configure(link);
    }

    #send(message) {
      const id = ++this.#sent;
      const answer = new Promise((resolve, reject) => {
        const fail = (reason) => {
          this.#pending.delete(id);
          reject(new Error(reason));
        };
        const timer = () => setTimeout(fail, ANSWER_MS, "The playground did not answer.");
        this.#pending.set(id, { resolve, fail, timer });
      });
      // Whoever does not ask for the answer sees a refusal as an event.
      answer.catch(() => {});
      this.#load();
      const whole = { playground: 1, id, ...message };
      if (this.#isOpen) this.#post(whole);
      else this.#waiting.push(whole);
      return answer;
    }

    #post(message) {
      this.#pending.get(message.id).timer();
      this.#frame.contentWindow.postMessage(message, this.#origin === "null" ? "*" : this.#origin);
    }

    #onMessage({ source, origin, data }) {
      if (!this.#frame || source !== this.#frame.contentWindow || origin !== this.#origin) return;
      if (data?.source !== "imaging-playground") return;
      if (data.type === "open") {
        this.#isOpen = true;
        for (const message of this.#waiting.splice(0)) this.#post(message);
      }
      if (data.type === "height" && this.hasAttribute("auto-height")) {
        this.style.height = `${Math.min(Math.max(data.height, 150), 4000)}px`;
      }
      const asked = this.#pending.get(data.id);
      if (asked && data.type === "refused") {
        asked.fail(data.reason);
      } else if (asked) {
        this.#pending.delete(data.id);
        asked.resolve(data);
      }
      this.dispatchEvent(new CustomEvent("playground", { detail: data, bubbles: true }));
    }
  }

  customElements.define("imaging-playground", ImagingPlayground);
})();
