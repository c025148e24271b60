// Keeps every promise's time going. The words are the server's (macros/promise.html), by way of <body data-…>.
const HOUR = 3600e3;
const DAY = 24 * HOUR;
const words = document.body.dataset;

function span(milliseconds) {
  const minutes = Math.floor(milliseconds / 60e3);
  if (minutes >= 2 * 24 * 60) return words.days.replace("{}", Math.floor(minutes / (24 * 60)));
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}

// [class, words or nothing where the server's own words still hold]
function look(left) {
  if (left <= 0) return ["broken", words.late.replace("{}", span(-left))];
  if (left <= HOUR) return ["soon", words.left.replace("{}", span(left))];
  return [left < DAY ? "later" : "calm"];
}

// The server's clock counts, not this machine's.
const meta = document.querySelector("meta[name=now]");
const ahead = meta ? Date.parse(meta.content) - Date.now() : 0;

export function tick() {
  for (const chip of document.querySelectorAll("[data-due]")) {
    const [state, text] = look(Date.parse(chip.dataset.due) - Date.now() - ahead);
    if (text && chip.textContent !== text) chip.textContent = text;
    if (!chip.classList.contains(state)) {
      chip.classList.remove("broken", "soon", "later", "calm");
      chip.classList.add(state);
      chip.closest("tr")?.classList.toggle("broken", state === "broken");
      chip.closest("tr")?.classList.toggle("soon", state === "soon");
    }
  }
}

if (document.querySelector("[data-due]")) tick();
setInterval(tick, 15e3);
document.addEventListener("visibilitychange", tick);
