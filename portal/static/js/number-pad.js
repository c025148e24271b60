// Real buttons that write into a real input, at the caret; a scanner or keyboard can type into it as well.
export function write(input, text, back = 0) {
  const start = Math.max((input.selectionStart ?? input.value.length) - back, 0);
  const end = input.selectionEnd ?? input.value.length;
  const room = input.maxLength >= 0 ? input.maxLength - (input.value.length - (end - start)) : Infinity;
  input.setRangeText(text.slice(0, room), start, end, "end");
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

export function backspace(input) {
  const chosen = input.selectionStart !== input.selectionEnd;
  write(input, "", chosen ? 0 : 1);
}

function empty(input) {
  input.value = "";
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

// The first phrase stands alone, the next follows a comma; a second tap takes it out again.
function toggle(input, phrase) {
  const said = input.value.split("，").filter(Boolean);
  const left = said.filter((one) => one !== phrase);
  if (left.length === said.length) left.push(phrase);
  const text = left.join("，");
  if (input.maxLength >= 0 && text.length > input.maxLength) return;
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

function mark(area, input) {
  const said = input.value.split("，");
  for (const button of area.querySelectorAll("[data-phrase]"))
    button.setAttribute("aria-pressed", String(said.includes(button.dataset.phrase)));
}

function onPad(button, input) {
  if (button.dataset.type) write(input, button.dataset.type);
  else if ("delete" in button.dataset) backspace(input);
  else empty(input);
}

function prepare(area) {
  const input = document.getElementById(area.dataset.pad ?? area.dataset.phrases);
  if (!input || "ready" in area.dataset) return;
  area.dataset.ready = "";
  area.hidden = false;
  if (area.dataset.pad) {
    input.inputMode = "none";
    if (!document.querySelector("[data-focus]")) input.focus({ preventScroll: true });
  }
  area.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.phrase) toggle(input, button.dataset.phrase);
    else onPad(button, input);
    input.focus({ preventScroll: true });
  });
  if (area.dataset.phrases) {
    mark(area, input);
    input.addEventListener("input", () => mark(area, input));
  }
}

// The page's own, and those that htmx brings later.
function prepareAll() {
  document.querySelectorAll("[data-pad], [data-phrases]").forEach(prepare);
}
prepareAll();
document.addEventListener("htmx:load", prepareAll);
