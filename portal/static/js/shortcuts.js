// One key for what the desk does most. Nothing happens while somebody types; all of it can be switched off.
const dialog = document.getElementById("keys");
const SWITCH = "shortcuts-off";
const off = () => localStorage.getItem(SWITCH) === "yes";

function typing(target) {
  return target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], dialog[open]");
}

// The row's own link takes the focus, so that Enter opens it and a screen reader says it.
function move(step) {
  const links = [...document.querySelectorAll("[data-row]")].map((row) => row.querySelector("a[href]")).filter(Boolean);
  if (!links.length) return false;
  const here = links.findIndex((link) => link.closest("[data-row]").contains(document.activeElement));
  const there = here < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(here + step, 0), links.length - 1);
  links[there].focus();
  links[there].closest("[data-row]").scrollIntoView({ block: "nearest" });
  return true;
}

function press(key) {
  const node = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key && !one.disabled);
  if (!node) return false;
  if (node.matches("input, select, textarea")) {
    node.focus();
    node.select?.();
  } else node.click();
  return true;
}

function act(key) {
  if (key === "?") return dialog.showModal(), true;
  if (key === "j" || key === "k") return move(key === "j" ? 1 : -1);
  return press(key);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || off()) return;
  if (event.key === "Escape" && typing(event.target) && !event.target.closest("dialog")) event.target.blur();
  if (typing(event.target)) return;
  if (act(event.key.length === 1 ? event.key.toLowerCase() : event.key)) event.preventDefault();
});

// The list in the dialog: the fixed ones, then what this page offers.
const list = dialog?.querySelector("[data-keys]");
for (const node of document.querySelectorAll("[data-key]")) {
  node.setAttribute("aria-keyshortcuts", node.dataset.key);
  if (node.dataset.key === "/") continue;
  const line = document.createElement("div");
  const key = document.createElement("kbd");
  key.textContent = node.dataset.key.toUpperCase();
  const says = document.createElement("dd");
  says.textContent = node.textContent.replace(/\s+\S$/u, "").trim();
  line.append(document.createElement("dt"), says);
  line.firstChild.append(key);
  list?.append(line);
}

const box = dialog?.querySelector("[data-keys-on]");
if (box) {
  box.checked = !off();
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(SWITCH);
    else localStorage.setItem(SWITCH, "yes");
  });
}
