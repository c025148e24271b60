// While a kiosk calls, the desk hears it: two soft tones every four seconds, no sound file. [data-ring] is a call.
const title = document.title;
const SILENT = "ring-silent";
let context;
let timer;

function note(frequency, at) {
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = frequency;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.2, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, at + 0.5);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + 0.55);
}

function chime() {
  if (localStorage.getItem(SILENT)) return;
  context ??= new AudioContext();
  if (context.state !== "running") return; // browsers stay silent until the page has been touched once
  note(880, context.currentTime);
  note(660, context.currentTime + 0.35);
}

function check() {
  const call = document.querySelector("[data-ring]");
  document.title = call ? `● ${call.dataset.ring || title}` : title;
  if (call && !timer) {
    chime();
    timer = setInterval(chime, 4000);
  } else if (!call && timer) {
    clearInterval(timer);
    timer = undefined;
  }
  for (const box of document.querySelectorAll("[data-ring-sound]")) box.checked = !localStorage.getItem(SILENT);
}

document.addEventListener("pointerdown", () => context?.resume() ?? (context = new AudioContext()), { once: true });
document.addEventListener("htmx:afterSettle", check);
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-ring-sound]")) return;
  if (event.target.checked) localStorage.removeItem(SILENT);
  else localStorage.setItem(SILENT, "yes");
});
check();
