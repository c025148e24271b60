// The kiosk forgets: after 60 s without a touch it goes home, with a visible countdown; nothing is behind the back button.
const reset = document.body.dataset.reset;
const timer = document.querySelector("[data-idle]");
const date = document.querySelector("[data-date]");
const resting = "rest" in document.body.dataset;
let touched = Date.now();

function home() {
  if (reset) location.replace(reset);
}

// A page brought back from memory or by the back button may be another person's.
const arrival = performance.getEntriesByType("navigation")[0];
if (arrival?.type === "back_forward" && !resting) home();
window.addEventListener("pageshow", (event) => {
  if (event.persisted) home();
});
// Nothing stays in the browser, not even htmx's note of the last address.
window.addEventListener("load", () => {
  localStorage.clear();
  sessionStorage.clear();
});
window.addEventListener("pagehide", () => {
  for (const form of document.forms) form.reset();
});

for (const name of ["pointerdown", "keydown", "input", "wheel", "touchmove"])
  document.addEventListener(name, () => (touched = Date.now()), { passive: true, capture: true });
document.addEventListener("scroll", () => (touched = Date.now()), { passive: true, capture: true });

function count() {
  const left = Math.ceil(Number(timer.dataset.idle) - (Date.now() - touched) / 1000);
  const warn = left <= Number(timer.dataset.warn);
  if (left <= 0) return home();
  timer.hidden = !warn;
  if (date) date.hidden = warn;
  if (warn) timer.textContent = timer.dataset.says.replace("{}", left);
}
if (timer && reset && !resting) setInterval(count, 500);

// The server's time, going on from there.
const clock = document.querySelector("[data-clock]");
const began = performance.now();
const format = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });
if (clock)
  setInterval(() => {
    const words = format.format(Number(clock.dataset.clock) + performance.now() - began);
    if (clock.textContent !== words) clock.textContent = words;
  }, 1000);

// At rest the page is fetched anew now and then: the date, the notices, a new version.
if (resting)
  setInterval(() => {
    if (Date.now() - touched > 5 * 60e3 && navigator.onLine) location.reload();
  }, 10 * 60e3);

document.addEventListener("contextmenu", (event) => event.preventDefault());
document.addEventListener("dragstart", (event) => event.preventDefault());
