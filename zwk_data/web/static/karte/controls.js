// Hand and keyboard on the map: pointing, dragging, pinching, the wheel, the buttons, and the list of participants that
// stands for their points.

import { drawOver, toScreen } from "./drawing.js";
import { CanvasPainter } from "./painters.js";

const STEP = 1.6, PAN = 70; // of a press on a key or a button
const REACH = { mouse: 9, pen: 12, touch: 20 }; // pixels around a participant's point
const DRAG = 5; // pixels from which on a press is a drag
const PASSING = 1600; // milliseconds a hint stays
const OPENS = { mouse: "Klick öffnet sie", touch: "noch einmal tippen öffnet sie", keys: "Enter öffnet sie" };

export class Controls {
  constructor(map) {
    this.map = map;
    this.pointers = new Map();
    this.active = -1; // the participant chosen by keyboard
    this.shown = null; // what the pointer or the keyboard is on
  }

  listen(signal) {
    const { frame, canvas, places } = this.map;
    const on = (target, kinds, answer, options = {}) =>
      kinds.split(" ").forEach((kind) => target.addEventListener(kind, answer, { signal, ...options }));
    on(canvas, "pointerdown", (event) => this.down(event));
    on(canvas, "pointermove", (event) => this.move(event));
    on(canvas, "pointerup pointercancel", (event) => this.up(event));
    on(canvas, "pointerleave", (event) => event.pointerType === "mouse" && this.tell(null));
    on(canvas, "dblclick", (event) => this.map.zoom(event.shiftKey ? 1 / STEP : STEP, ...this.place(event)));
    on(frame, "wheel", (event) => this.wheel(event), { passive: false });
    on(canvas, "keydown", (event) => this.key(event));
    on(frame, "click", (event) => this.button(event.target.closest("button")?.dataset.zoom));
    on(places, "focus", () => this.choose(Math.max(this.active, 0)));
    on(places, "blur", () => this.tell(null));
    on(places, "keydown", (event) => this.placesKey(event));
  }

  place(event) {
    const { left, top } = this.map.frame.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  // --- pointers

  down(event) {
    if (event.button > 0 || !this.map.view) return;
    this.pointers.set(event.pointerId, this.place(event));
    if (this.pointers.size === 1) this.begun = { at: this.place(event), dragged: false };
    else this.begun.dragged = true;
  }

  move(event) {
    const here = this.place(event);
    const before = this.pointers.get(event.pointerId);
    if (!before) {
      if (event.pointerType === "mouse") this.point(here, "mouse");
      return;
    }
    if (this.pointers.size === 2) this.pinch(event.pointerId, here);
    else this.drag(event, before, here);
  }

  drag(event, before, here) {
    const far = Math.hypot(here[0] - this.begun.at[0], here[1] - this.begun.at[1]) > DRAG;
    if (!this.begun.dragged && !far) return;
    if (!this.begun.dragged) event.target.setPointerCapture(event.pointerId);
    this.begun.dragged = true;
    this.pointers.set(event.pointerId, here);
    this.tell(null);
    this.map.pan(before[0] - here[0], before[1] - here[1]);
  }

  pinch(id, here) {
    const [other] = [...this.pointers].filter(([one]) => one !== id).map(([, at]) => at);
    const before = this.pointers.get(id);
    this.pointers.set(id, here);
    const apart = (one) => Math.hypot(one[0] - other[0], one[1] - other[1]);
    const middle = [(here[0] + other[0]) / 2, (here[1] + other[1]) / 2];
    this.map.pan((before[0] - here[0]) / 2, (before[1] - here[1]) / 2);
    if (apart(before) > 10) this.map.zoom(apart(here) / apart(before), ...middle);
    this.tell(null);
  }

  up(event) {
    const known = this.pointers.delete(event.pointerId);
    if (!known || this.pointers.size || this.begun.dragged || event.type === "pointercancel") return;
    const kind = event.pointerType === "mouse" ? "mouse" : "touch";
    const before = this.shown;
    const found = this.point(this.place(event), kind);
    // a finger learns first what is there
    const again = kind === "mouse" || (before && before.point === found?.point && before.area === found?.area);
    if (again && found) this.open(found);
  }

  // A participant opens its page; an area what lies in it, where the map offers that.
  open({ point, area }) {
    if (point) this.map.select(point.id);
    else if (this.map.spec.click) this.map.select(area.id);
  }

  point(here, kind) {
    if (!this.map.view) return null;
    const found = this.map.at(...here, REACH[kind]);
    this.map.canvas.style.cursor = found?.point || (found && this.map.spec.click) ? "pointer" : "";
    this.tell(found, here, kind);
    return found;
  }

  wheel(event) {
    if (!this.map.view) return;
    // the page scrolls on over the map unless the map is meant
    const meant = event.ctrlKey || this.map.frame.contains(document.activeElement);
    if (!meant) {
      this.say("Mit Strg und dem Mausrad wird die Karte größer.");
      return;
    }
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const factor = Math.exp(-Math.max(-120, Math.min(120, event.deltaY * lines)) / 300);
    const changed = this.map.zoom(factor, ...this.place(event));
    if (changed || event.ctrlKey) event.preventDefault();
    this.tell(null);
  }

  button(what) {
    if (!this.map.view || !what) return;
    if (what === "all") {
      this.map.showAll();
      this.map.moved();
    } else this.map.zoom(what === "in" ? STEP : 1 / STEP);
    this.tell(null);
  }

  // --- keys

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !this.map.view) return;
    const ways = { ArrowLeft: [-PAN, 0], ArrowRight: [PAN, 0], ArrowUp: [0, -PAN], ArrowDown: [0, PAN] };
    let done = true;
    if (event.key === "Enter") this.openMiddle();
    else if (ways[event.key]) done = this.map.pan(...ways[event.key]);
    else if (event.key === "+" || event.key === "=") this.map.zoom(STEP);
    else if (event.key === "-") this.map.zoom(1 / STEP);
    else if (event.key === "0") this.button("all");
    else if (event.key === "Escape") this.tell(null);
    else done = false;
    if (done) event.preventDefault();
  }

  // By keyboard a map is moved until the area lies in its middle, and opened then: first told, then opened.
  openMiddle() {
    const middle = [this.map.width / 2, this.map.height / 2];
    const before = this.shown, found = this.map.at(...middle, 0);
    if (found && before?.area === found.area && this.middle) this.open(found);
    else this.tell(found, middle, "keys");
    this.middle = true;
  }

  placesKey(event) {
    const { points } = this.map;
    if (event.altKey || event.ctrlKey || event.metaKey || !points.length) return;
    const last = points.length - 1;
    const to = { ArrowDown: this.active + 1, ArrowRight: this.active + 1, ArrowUp: this.active - 1, ArrowLeft: this.active - 1, Home: 0, End: last }[event.key];
    if (to !== undefined) this.choose(Math.min(Math.max(to, 0), last));
    else if (event.key === "Enter" || event.key === " ") this.map.select(points[this.active].id);
    else if (event.key === "Escape") this.tell(null);
    else if (event.key.length === 1) this.search(event.key.toLocaleLowerCase("de"));
    else return;
    event.preventDefault();
  }

  // The next participant whose name begins with the letter.
  search(letter) {
    const { points } = this.map;
    const order = points.map((_, i) => (this.active + 1 + i) % points.length);
    const found = order.find((i) => points[i].name.toLocaleLowerCase("de").startsWith(letter));
    if (found !== undefined) this.choose(found);
  }

  choose(place) {
    const { map } = this;
    const point = map.points[place];
    if (!point || !map.view) return;
    this.active = place;
    map.places.setAttribute("aria-activedescendant", map.places.children[place].id);
    [...map.places.children].forEach((one, i) => one.setAttribute("aria-selected", String(i === place)));
    const [x, y] = toScreen(map, point.x, point.y);
    if (x < 0 || y < 0 || x > map.width || y > map.height) {
      map.moveTo({ ...map.view, x: point.x, y: point.y });
      map.moved();
    }
    this.tell({ point }, toScreen(map, point.x, point.y), "keys");
  }

  // The list that stands for the points, where they cannot be seen.
  namePlaces() {
    const { map } = this;
    this.active = -1;
    map.places.removeAttribute("aria-activedescendant");
    map.places.replaceChildren(
      ...map.points.map((point, i) => {
        const { name, lines } = map.words({ point }, "");
        const option = document.createElement("li");
        option.id = `${map.places.id}-${i}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.textContent = [name, ...lines.slice(0, -1)].join(", ");
        return option;
      }),
    );
    if (document.activeElement === map.places) this.choose(0);
  }

  // --- what is told

  // Tells of an area or a participant beside (left, top); null: of nothing.
  tell(found, [left, top] = [0, 0], kind = "mouse") {
    const { tip, width } = this.map;
    this.shown = found;
    this.middle = false;
    tip.hidden = !found;
    if (found) {
      const { name, lines } = this.map.words(found, OPENS[kind]);
      const title = Object.assign(document.createElement("b"), { textContent: name });
      tip.replaceChildren(title, ...lines.flatMap((line) => [document.createElement("br"), line]));
      const { offsetWidth, offsetHeight } = tip;
      const right = left + 14 + offsetWidth > width;
      tip.style.left = `${Math.max(right ? Math.min(left - 14 - offsetWidth, width - offsetWidth) : left + 14, 0)}px`;
      tip.style.top = `${top - offsetHeight - 12 < 0 ? top + 16 : top - offsetHeight - 12}px`;
    }
    this.mark();
  }

  // A passing hint, or what `stays`: that the map is coming, or why there is none. No words: nothing more to say.
  say(words, stays = false) {
    const hint = this.map.frame.querySelector(".zwk-map-hint");
    hint.textContent = words;
    hint.hidden = !words;
    clearTimeout(this.hinting);
    if (!stays) this.hinting = setTimeout(() => (hint.hidden = true), PASSING);
  }

  // Draws what the hand is on, above the map: that costs nothing, however many areas there are.
  mark() {
    const { over, width, height, view } = this.map;
    const painter = new CanvasPainter(over, width, height, window.devicePixelRatio);
    if (this.shown && view) drawOver(painter, this.map.scene, this.shown);
  }
}
