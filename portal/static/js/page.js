// What every page needs: the token for htmx, one submit per press, small helpers behind data- attributes.
const words = document.body.dataset;

document.documentElement.classList.add("scripted");
for (const node of document.querySelectorAll("[data-script]")) node.hidden = false;
for (const node of document.querySelectorAll("[data-no-script]")) node.hidden = true;
document.querySelector("[data-focus]")?.focus();

export function toast(text, kind = "") {
  const area = document.querySelector("[data-toasts]") ?? document.querySelector(".flashes");
  if (!area || !text) return;
  const line = document.createElement("p");
  line.className = `flash ${kind}`;
  line.textContent = text;
  area.append(line);
  setTimeout(() => line.remove(), 12000);
}

// The browser's own button for files speaks the browser's language; this one speaks the page's.
function dressFiles(root) {
  for (const input of root.querySelectorAll("input[data-choose]")) {
    const [box, button, names] = ["span", "span", "span"].map((tag) => document.createElement(tag));
    const tell = () => (names.textContent = [...input.files].map((file) => file.name).join(", ") || input.dataset.none);
    box.className = "pick";
    button.className = "button";
    button.textContent = input.dataset.choose;
    delete input.dataset.choose;
    input.addEventListener("change", tell);
    input.before(box);
    box.append(input, button, names);
    tell();
  }
}
dressFiles(document);
document.addEventListener("htmx:load", (event) => dressFiles(event.target));

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb === "get") return;
  event.detail.headers["X-CSRFToken"] = document.querySelector("meta[name=csrf-token]").content;
});
document.addEventListener("htmx:sendError", (event) => complain(event, words.offline));
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status === 401) signInAgain();
  else complain(event, words.refused);
});
document.addEventListener("toast", (event) => toast(event.detail.value ?? event.detail.text, event.detail.kind));

// The page itself leads to the sign-in. Not at once after loading, so that no fault can make it load without end.
function signInAgain() {
  if (performance.now() > 3000) location.reload();
}

// A page that asks for itself every few seconds must not shout each time the network is away.
function complain(event, text) {
  if (event.detail.requestConfig?.verb !== "get") toast(text, "error");
}

// A double tap posts once. The pressed button is only disabled after the form has taken its value.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "get" || form.target === "_blank") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
  setTimeout(() => setButtons(form, true));
});
document.addEventListener("htmx:afterRequest", (event) => release(event.detail.elt));
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
});

function release(form) {
  if (!form?.dataset?.sent) return;
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
  setButtons(form, false);
}

function setButtons(form, off) {
  for (const button of form.elements) if (button.type === "submit") button.disabled = off;
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});
document.addEventListener("click", (event) => {
  const node = event.target.closest("[data-print],[data-copy],[data-open],[data-close]");
  if (!node) return;
  if ("print" in node.dataset) window.print();
  else if ("copy" in node.dataset) copy(node);
  else if (node.dataset.open) document.getElementById(node.dataset.open)?.showModal();
  else node.closest("dialog")?.close();
});

async function copy(node) {
  const source = node.dataset.copyFrom && document.getElementById(node.dataset.copyFrom);
  await navigator.clipboard.writeText(source ? (source.value ?? source.textContent).trim() : node.dataset.copy);
  toast(words.copied);
}
