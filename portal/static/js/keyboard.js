// Pinyin and English on the screen. simple-keyboard draws the keys as real buttons; what they do is said here.
// The characters (21 KB) are fetched with the first letter. One syllable at a time: "loushui" is 漏, then 水.
import { backspace, write } from "./number-pad.js";

const area = document.querySelector("[data-keyboard]");
const words = area.dataset;
const row = area.querySelector(".candidates");
const SHOWN = 8;
const LAYOUT = {
  zh: ["1 2 3 4 5 6 7 8 9 0", "q w e r t y u i o p", "a s d f g h j k l {bksp}", "， z x c v b n m 。 、", "{lang} {symbols} {space} {enter}"],
  en: ["1 2 3 4 5 6 7 8 9 0", "q w e r t y u i o p", "a s d f g h j k l {bksp}", "{shift} z x c v b n m . @", "{lang} {symbols} {space} - {enter}"],
  shift: ["1 2 3 4 5 6 7 8 9 0", "Q W E R T Y U I O P", "A S D F G H J K L {bksp}", "{shift} Z X C V B N M . @", "{lang} {symbols} {space} - {enter}"],
  symbols: ["1 2 3 4 5 6 7 8 9 0", "@ . - _ / : # + ( )", "， 。 、 ？ ！ ： “ ” {bksp}", "{abc} {space} {enter}"],
};

let input = document.getElementById(words.keyboard);
let language = input.type === "email" || input.lang === "en" ? "en" : words.start;
let layout = language;
let typed = ""; // letters not yet turned into a character
let first = 0;
let syllables; // {"lou": ["楼", …]}

async function load() {
  const { default: pinyin } = await import(words.pinyin);
  syllables = Object.fromEntries(Object.entries(pinyin.layoutCandidates).map(([key, line]) => [key, line.split(" ")]));
  show();
}

// The longest syllable that the letters begin with; where there is none yet, the first of all that could come.
function match() {
  if (!syllables) return { letters: typed, characters: [] };
  for (let size = Math.min(typed.length, 6); size > 0; size--) {
    const letters = typed.slice(0, size);
    if (syllables[letters]) return { letters, characters: syllables[letters] };
  }
  const near = Object.keys(syllables).filter((key) => key.startsWith(typed));
  return { letters: typed, characters: near.flatMap((key) => syllables[key].slice(0, 2)) };
}

function button(text, label, action) {
  const node = document.createElement("button");
  node.type = "button";
  node.className = "button";
  node.textContent = text;
  if (label) node.setAttribute("aria-label", label);
  node.addEventListener("click", action);
  return node;
}

function show() {
  row.replaceChildren();
  row.hidden = layout !== "zh";
  if (!typed) return;
  const { letters, characters } = match();
  const composing = document.createElement("output");
  composing.textContent = typed;
  row.append(composing);
  characters.slice(first, first + SHOWN).forEach((one) => row.append(button(one, "", () => choose(one, letters))));
  if (first > 0) row.append(button("‹", words.earlier, () => turn(-SHOWN)));
  if (first + SHOWN < characters.length) row.append(button("›", words.later, () => turn(SHOWN)));
}

function turn(step) {
  first += step;
  show();
}

function choose(character, letters) {
  write(input, character);
  typed = typed.slice(letters.length);
  first = 0;
  show();
}

function compose(key) {
  if (/^[a-z]$/.test(key)) {
    if (!syllables && !typed) load();
    typed = (typed + key).slice(0, 30);
    first = 0;
    show();
    return true;
  }
  if (!typed) return false;
  const { letters, characters } = match();
  const chosen = key === "{space}" ? characters[0] : /^[1-8]$/.test(key) && characters[first + Number(key) - 1];
  if (key === "{bksp}") typed = typed.slice(0, -1);
  else if (chosen) choose(chosen, letters);
  else if (!/^[0-9]$|^\{space\}$/.test(key)) typed = "";
  first = 0;
  show();
  return key.startsWith("{") || /^[0-9]$/.test(key);
}

function change(to) {
  layout = to;
  typed = "";
  keys.setOptions({ layoutName: to });
  show();
}

const ACTS = {
  "{bksp}": () => backspace(input),
  "{space}": () => write(input, " "),
  "{shift}": () => change(layout === "shift" ? "en" : "shift"),
  "{symbols}": () => change("symbols"),
  "{abc}": () => change(language),
  "{enter}": () => input.form?.requestSubmit(input.form.querySelector(".next")),
  "{lang}": () => change((language = language === "zh" ? "en" : "zh")),
};

function press(key) {
  input.focus({ preventScroll: true });
  if (layout === "zh" && key !== "{lang}" && key !== "{symbols}" && compose(key)) return;
  if (ACTS[key]) return ACTS[key]();
  write(input, key);
  if (layout === "shift") change("en");
}

// The keys stand in a form: a press must not send it. A key pressed without a pointer comes as a bare click.
area.addEventListener("click", (event) => {
  const key = event.target.closest("[data-skbtn]");
  if (!key) return;
  event.preventDefault();
  if (event.detail === 0) press(key.dataset.skbtn);
});

const { default: Keyboard } = await import(words.library);
const keys = new Keyboard(area.querySelector(".keys"), {
  layout: LAYOUT,
  layoutName: layout,
  theme: "board-keys",
  useButtonTag: true,
  preventMouseDownDefault: true,
  disableButtonHold: true,
  enableLayoutCandidates: false,
  display: {
    "{bksp}": words.erase,
    "{space}": words.space,
    "{shift}": words.shift,
    "{symbols}": words.symbols,
    "{abc}": words.abc,
    "{enter}": input.form?.querySelector(".next")?.textContent.trim() ?? words.done,
    "{lang}": `${words.zh} / ${words.en}`,
  },
  onKeyPress: press,
});
show();

// No second keyboard from the system; the keys follow the focus within the form.
const fields = input.form?.querySelectorAll("input[type=text], input[type=email], input[type=search], input:not([type]), textarea");
for (const field of fields ?? [input]) {
  field.inputMode = "none";
  field.addEventListener("focus", () => {
    appear();
    if (input === field) return;
    input = field;
    typed = "";
    show();
  });
}
if (!("waits" in words)) {
  appear();
  if (!document.querySelector("[data-focus]")) input.focus({ preventScroll: true });
} else if (document.activeElement === input) appear();

function appear() {
  if (!area.hidden) return;
  area.hidden = false;
  input.scrollIntoView({ block: "nearest" });
}
