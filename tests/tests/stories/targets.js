// A function body: what can be pressed and is smaller than WCAG 2.5.8 asks for, as [name, width,
// height]. What has a label is as large as that.
const SMALLEST = 24;
const PRESSED = "a[href], button, input, select, textarea, summary, [role=button], [role=slider], [tabindex='0']";
const small = [];
for (const element of document.querySelectorAll(PRESSED)) {
  if (element.closest("[disabled], [inert], [aria-hidden=true], .visually-hidden")) continue;
  if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
  const boxes = [element, ...(element.labels ?? [])].map((e) => e.getBoundingClientRect());
  const width = Math.max(...boxes.map((box) => box.width));
  const height = Math.max(...boxes.map((box) => box.height));
  if (Math.min(width, height) < SMALLEST) {
    const name = element.ariaLabel ?? element.textContent.trim();
    small.push([`${element.localName} ${name.slice(0, 40)}`, width, height]);
  }
}
return small;
