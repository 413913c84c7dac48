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

function listen(press) {
  if (listening) document.removeEventListener("keydown", listening);
  listening = press;
  if (press) document.addEventListener("keydown", press);
}

export default function ({ data, setTriggerValue }) {
  let place = data.place;
  const press = (event) => {
    const step = ON.includes(event.key) ? 1 : BACK.includes(event.key) ? -1 : 0;
    if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (typing(event.target, event.key)) return;
    event.preventDefault();
    const wanted = Math.min(Math.max(place + step, 0), data.screens.length - 1);
    if (wanted === place) return;
    place = wanted;
    if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur(); // a number is kept
    setTriggerValue("screen", data.screens[place]);
  };
  listen(press);
  return () => {
    if (listening === press) listen(null);
  };
}
