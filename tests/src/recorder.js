// Runs in every document before its own scripts: writes down what a test wants to know.
(() => {
  const tape = { events: [], messages: [], longTasks: [], violations: [] };
  Object.defineProperty(window, "__tape", { value: tape });
  addEventListener("playground", (event) => {
    tape.events.push({ at: performance.now(), ...event.detail });
  });
  addEventListener("message", (event) => {
    if (event.data && event.data.source === "imaging-playground") {
      const frames = [...document.querySelectorAll("iframe")];
      const frame = frames.findIndex((iframe) => iframe.contentWindow === event.source);
      tape.messages.push({ frame, origin: event.origin, ...event.data });
    }
  });
  addEventListener("securitypolicyviolation", (event) => {
    const place = `${event.sourceFile}:${event.lineNumber}`;
    tape.violations.push(`${event.effectiveDirective} ${event.blockedURI} at ${place}`);
  });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      tape.longTasks.push({ start: entry.startTime, duration: entry.duration });
    }
  }).observe({ type: "longtask", buffered: true });
})();
