// Arrow keys, Page up/down and clickers lead from screen to screen. The server is told where to, not how far: a press
// that overtakes another loses nothing.

const BACK = ["ArrowLeft", "PageUp"], ON = ["ArrowRight", "PageDown"];
const OTHERS = "textarea, select, [contenteditable=true], [role=combobox], [role=listbox], [role=radiogroup], [role=dialog], [role=slider], [role=grid]";

// An empty field is left by a clicker; in one with words the keys belong to the words.
function typing(target, key) {
  if (!(target instanceof Element)) return false;
  if (target.closest(OTHERS)) return true;
  if (target.tagName !== "INPUT" || ["checkbox", "button"].includes(target.type)) return false;
  const page = key.startsWith("Page");
  if (target.inputMode === "decimal" || target.type === "number") return !page;
  return target.value !== "";
}

let listening = null; // one listener, however often Streamlit calls
let ahead = null; // where pressed keys lead, until the page is there

function listen(press) {
  if (listening) document.removeEventListener("keydown", listening);
  listening = press;
  if (press) document.addEventListener("keydown", press);
}

// The page itself says where it is: it may have been led on by a button or from another window.
function now() {
  const shown = Number(document.querySelector(".zwk-room-place")?.dataset.place ?? 0);
  if (ahead && (ahead.from !== shown || Date.now() - ahead.at > 3000)) ahead = null;
  return { shown, place: ahead ? ahead.place : shown };
}

export default function ({ data, setTriggerValue }) {
  const press = (event) => {
    const step = ON.includes(event.key) ? 1 : BACK.includes(event.key) ? -1 : 0;
    if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (typing(event.target, event.key)) return;
    event.preventDefault();
    const { shown, place } = now();
    const wanted = Math.min(Math.max(place + step, 0), data.screens.length - 1);
    if (wanted === place) return;
    ahead = { from: shown, place: wanted, at: Date.now() };
    if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur(); // a number is kept
    setTriggerValue("screen", data.screens[wanted]);
  };
  if (ahead && ahead.from !== data.place) ahead = null; // the page is somewhere else now
  listen(press);
  return () => {
    if (listening === press) listen(null);
  };
}
