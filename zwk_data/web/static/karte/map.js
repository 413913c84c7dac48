// The map of a page: areas, values and points come by addresses that change with their content, so that nothing travels
// twice; a new choice gives the areas other colours and leaves place and zoom as they are. See docs/decisions/0024.

import { Controls } from "./controls.js";
import { CONTRAST, PLAIN, drawMap, toScreen } from "./drawing.js";
import { Film } from "./film.js";
import { drawFirst, taken } from "./first.js";
import { areaAt, decoded } from "./geometry.js";
import { showLegend } from "./legend.js";
import { CanvasPainter } from "./painters.js";
import { picture } from "./picture.js";

// From so many metres to a pixel on, the next finer borders are needed.
const DETAILS = [["grob", 900], ["mittel", 250], ["fein", 0]];
const NEAREST = 1 / 25; // pixels to a metre
const SLOW = 200; // milliseconds after which a map that is not there yet is said to come
const QUICK = 24; // milliseconds: a map drawn so fast follows the finger by itself

// What was fetched once, for all maps of the page: address -> promise. The browser keeps it too, for the next visit.
const fetched = new Map();
const MOST_FETCHED = 60;

const asJson = (answer) => answer.json();
const asBorders = (answer) => answer.json().then(decoded);
const asValues = (answer) => answer.arrayBuffer().then(unpacked);

function fetchOnce(url, read) {
  if (!fetched.has(url)) {
    const coming = fetch(url).then((answer) => {
      if (!answer.ok) throw new Error(`${answer.status} ${url}`);
      return read(answer);
    });
    coming.catch(() => fetched.delete(url));
    keep(url, coming);
  }
  return fetched.get(url);
}

function keep(url, coming) {
  fetched.set(url, coming);
  // figures of long ago; borders are kept
  if (fetched.size > MOST_FETCHED) fetched.delete([...fetched.keys()].find((one) => one.includes("/werte/")) ?? url);
}

// Values of few areas come with the spec, and stay under their address.
function valuesOf({ values, packed }) {
  if (typeof values !== "string") return values;
  if (packed && !fetched.has(values)) {
    const { buffer } = Uint8Array.from(atob(packed), (sign) => sign.charCodeAt());
    keep(values, Promise.resolve(unpacked(buffer)));
  }
  return fetchOnce(values, asValues);
}

// The areas and, where they do not cover it, the country below them.
async function bordersOf(spec, detail) {
  const urls = [spec.layer[detail], ...(spec.ground ? [spec.ground[detail]] : [])];
  const [layer, ground = null] = await Promise.all(urls.map((url) => fetchOnce(url, asBorders)));
  return { layer, ground };
}

// Values as charts/map.py packs them: a line that describes them, then the highest byte of each, and so on.
function unpacked(buffer) {
  const bytes = new Uint8Array(buffer);
  const end = bytes.indexOf(10);
  const { n, least, bytes: width, why, reasons } = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
  const values = Array.from({ length: n }, (_, place) => {
    let number = 0;
    for (let plane = 0; plane < width; plane++) number = 256 * number + bytes[end + 1 + plane * n + place];
    return number ? number - 1 + least : null;
  });
  return { values, why, reasons };
}

let maps = 0;
const contrast = matchMedia("(forced-colors: active)");

class Map2D {
  constructor(root) {
    this.root = root;
    const find = (kind) => root.querySelector(`.zwk-map-${kind}`);
    [this.frame, this.canvas, this.over, this.places, this.tip, this.legend] = [
      "frame", "areas", "over", "places", "tip", "legend",
    ].map(find);
    this.places.id = `zwk-map-places-${(maps += 1)}`;
    this.view = null; // x, y in metres, scale in pixels to a metre; whole: all there is
    this.drawn = null; // the view that stands on the canvas
    this.cost = 0;
    this.points = [];
    this.details = {};
    this.controls = new Controls(this);
    this.film = new Film(this);
  }

  // --- what is shown

  async show(spec, select, play) {
    this.asked = spec;
    this.select = select;
    this.film.stop();
    this.film.tell = play;
    this.listen();
    this.root.setAttribute("aria-busy", "true");
    clearTimeout(this.coming);
    this.coming = setTimeout(() => this.controls.say("Die Karte wird geladen …", true), SLOW);
    this.root.setAttribute("aria-label", spec.alt);
    const detail = this.detailFor(this.viewIsNew(spec) ? this.scaleOf(spec.view) : this.view.scale);
    const [borders, values, points] = await Promise.all([
      bordersOf(spec, detail),
      valuesOf(spec),
      fetchOnce(spec.points, asJson),
    ]);
    if (this.asked !== spec) return; // a newer choice has come meanwhile, or the reader has left
    clearTimeout(this.coming);
    this.controls.say("");
    this.root.setAttribute("aria-busy", "false");
    const before = this.spec;
    if (before?.layer.grob !== spec.layer.grob) this.details = {};
    this.details[detail] = borders;
    Object.assign(this, { spec, values });
    this.classes = classesOf(values.values, spec.limits);
    this.marked = new Set(spec.marked.map((key) => borders.layer.byId.get(key)?.place));
    const without = new Set(spec.dotless);
    this.points = points.ids.map((id, place) => ({
      id, name: points.names[place], x: points.x[place], y: -points.y[place], dot: !without.has(id),
    }));
    if (this.viewIsNew(spec, before)) this.begin();
    else if (this.view.whole || before.layer.grob !== spec.layer.grob) this.moveTo(this.view);
    showLegend(this.legend, spec);
    this.controls.namePlaces();
    this.draw();
    this.prefetch(before);
    this.film.show(spec);
  }

  // Another year of the film, in the classes and the place of all of them.
  async showYear(place) {
    const { spec } = this;
    const values = await fetchOnce(spec.film.urls[place], asValues);
    if (this.asked !== spec) return false;
    const year = spec.film.years[place];
    this.spec = spec;
    spec.legend = { ...spec.legend, title: `${spec.film.title}, ${year}` };
    Object.assign(this, { values, classes: classesOf(values.values, spec.limits) });
    showLegend(this.legend, spec);
    this.draw();
    this.root.dataset.year = year;
    const next = spec.film.urls[place + 1];
    if (next) fetchOnce(next, asValues).catch(() => {});
    return true;
  }

  viewIsNew(spec, before = this.spec) {
    return !this.view || before?.view.name !== spec.view.name;
  }

  // A view is where its page put it, or all of the layer.
  begin() {
    const { x, y } = this.spec.view;
    const scale = this.scaleOf(this.spec.view);
    if (scale) this.moveTo({ x, y: -y, scale });
    else this.showAll();
  }

  // Pixels to a metre so that `across` metres fit into the frame either way; 0 for all there is.
  scaleOf({ across }) {
    return across && Math.min(this.width, this.height) / across;
  }

  showAll() {
    this.moveTo({ ...this.whole, whole: true });
  }

  get whole() {
    const [west, north, east, south] = (this.ground ?? this.layer).box;
    const scale = 0.98 * Math.min(this.width / (east - west), this.height / (south - north));
    return { x: (west + east) / 2, y: (north + south) / 2, scale };
  }

  // Who plays through the years finds the next one here already.
  prefetch(before) {
    if (!before?.next || before.series !== this.spec.series || before.values === this.spec.values) return;
    const wanted = this.spec.next.filter((url) => !fetched.has(url));
    // a busy page may never be idle
    const idle = window.requestIdleCallback ?? ((run) => setTimeout(run, 300));
    idle(() => wanted.forEach((url) => fetchOnce(url, asValues).catch(() => {})), { timeout: 1000 });
  }

  // --- place and zoom

  get width() {
    return this.frame.clientWidth;
  }

  get height() {
    return this.frame.clientHeight;
  }

  get layer() {
    return this.borders.layer;
  }

  get ground() {
    return this.borders.ground;
  }

  // The borders for this zoom, or what comes nearest of those that are there.
  get borders() {
    const order = DETAILS.map(([detail]) => detail);
    const finer = order.indexOf(this.detailFor(this.view?.scale)) + 1;
    const nearest = [...order.slice(0, finer).reverse(), ...order.slice(finer)];
    return this.details[nearest.find((detail) => this.details[detail])];
  }

  detailFor(scale) {
    return scale ? DETAILS.find(([, metres]) => 1 / scale >= metres)[0] : "grob";
  }

  // No further out than all there is, no further in than the borders are exact, and never beside the map.
  moveTo({ x, y, scale, whole = false }) {
    const all = this.whole;
    const [west, north, east, south] = (this.ground ?? this.layer).box;
    if (scale <= all.scale) [scale, whole] = [all.scale, true];
    scale = Math.min(scale, NEAREST);
    const clamp = (value, low, high, half) =>
      high - low <= 2 * half ? (low + high) / 2 : Math.min(Math.max(value, low + half), high - half);
    const reach = 0.4; // of the frame: a border may be brought to its middle
    this.view = {
      x: whole ? all.x : clamp(x, west, east, (reach * this.width) / scale / 2),
      y: whole ? all.y : clamp(y, north, south, (reach * this.height) / scale / 2),
      scale,
      whole,
    };
    this.frame.dataset.zoomed = whole ? "" : "ja";
  }

  // Zooms so that the place under (left, top) stays there.
  zoom(factor, left = this.width / 2, top = this.height / 2) {
    if (!this.view) return false;
    const { x, y, scale } = this.view;
    const [atX, atY] = this.toMap(left, top);
    const to = Math.min(Math.max(scale * factor, this.whole.scale), NEAREST);
    this.moveTo({ x: atX - (atX - x) * (scale / to), y: atY - (atY - y) * (scale / to), scale: to });
    this.moved();
    return this.view.scale !== scale;
  }

  pan(right, down) {
    if (!this.view) return false;
    const { x, y, scale } = this.view;
    this.moveTo({ ...this.view, x: x + right / scale, y: y + down / scale });
    this.moved();
    return this.view.x !== x || this.view.y !== y;
  }

  toMap(left, top) {
    const { x, y, scale } = this.view;
    return [x + (left - this.width / 2) / scale, y + (top - this.height / 2) / scale];
  }

  // --- drawing

  get scene() {
    const { layer, ground, classes, spec, points, marked, view, width, height } = this;
    return { layer, ground, classes, spec, points, marked, view, width, height, inks: contrast.matches ? CONTRAST : PLAIN };
  }

  draw(density = window.devicePixelRatio) {
    if (!this.spec || !this.view || !this.width) return;
    clearTimeout(this.waiting);
    const begun = performance.now();
    drawMap(new CanvasPainter(this.canvas, this.width, this.height, density), this.scene);
    this.canvas.style.transform = "";
    this.drawn = { ...this.view, width: this.width, height: this.height, density };
    this.controls.mark();
    this.cost = performance.now() - begun;
    this.root.dataset.drawn = this.spec.name;
    this.root.dispatchEvent(new CustomEvent("zwk-drawn", { bubbles: true, detail: this.spec.name }));
    this.refine();
  }

  // What takes long to draw is moved as a picture until the hand rests.
  moved() {
    this.controls.mark();
    if (this.cost < QUICK) {
      cancelAnimationFrame(this.frameAsked);
      this.frameAsked = requestAnimationFrame(() => this.draw());
      return;
    }
    const { x, y, scale } = this.drawn;
    const k = this.view.scale / scale;
    const [left, top] = toScreen(this, x - this.width / 2 / scale, y - this.height / 2 / scale);
    this.canvas.style.transform = `translate(${left}px, ${top}px) scale(${k})`;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.draw(), 110);
  }

  // Finer borders once one has come near, those of before until they are there.
  refine() {
    const { spec } = this;
    const detail = this.detailFor(this.view.scale);
    if (this.details[detail]) return;
    bordersOf(spec, detail).then(
      (borders) => {
        if (this.spec?.layer[detail] !== spec.layer[detail] || this.details[detail]) return;
        this.details[detail] = borders;
        if (this.asked) this.draw();
      },
      () => {}, // the coarser borders stay
    );
  }

  // --- what lies where

  // A participant within `reach` pixels, or the area there.
  at(left, top, reach) {
    let nearest = null, least = reach;
    for (const point of this.points) {
      const [x, y] = toScreen(this, point.x, point.y);
      const distance = point.dot ? Math.hypot(x - left, y - top) : Infinity;
      if (distance <= least) [nearest, least] = [point, distance];
    }
    if (nearest) return { point: nearest };
    const area = areaAt(this.layer, ...this.toMap(left, top));
    if (!area) return null;
    const point = this.spec.participants ? this.points.find(({ id }) => id === area.id) : null;
    return { area, point };
  }

  // What there is to say of an area or a participant: a name and lines below it.
  words({ area, point }, open) {
    const own = point && this.spec.participants ? this.layer.byId.get(point.id) : area;
    const lines = own ? this.said(own) : [];
    if (point) lines.push(this.spec.participants ? open : `Teilnehmende Kommune, ${open}`);
    else if (this.spec.click) lines.push(this.spec.click);
    return { name: point?.name ?? area.name, lines };
  }

  said(area) {
    if (this.spec.details) return [...this.spec.details[area.place]];
    const value = this.values.values[area.place];
    if (value === null || value === undefined) return [`keine Angabe: ${this.reasonOf(area.place)}`];
    const { decimals, unit } = this.spec;
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    const number = (value / 10 ** decimals).toLocaleString("de-DE", digits).replace("-", "\u2212");
    return [unit ? `${number}\u00a0${unit}` : number];
  }

  reasonOf(place) {
    const { values, why, reasons } = this.values;
    const before = values.slice(0, place).filter((value) => value === null).length;
    return reasons[why[before]];
  }

  // --- coming and going

  listen() {
    if (this.stop) return;
    this.stop = new AbortController();
    const { signal } = this.stop;
    const resized = new ResizeObserver(() => this.resize());
    resized.observe(this.frame);
    signal.addEventListener("abort", () => resized.disconnect());
    contrast.addEventListener("change", () => this.draw(), { signal });
    window.addEventListener("resize", () => this.resize(), { signal });
    window.addEventListener("beforeprint", () => this.draw(Math.max(window.devicePixelRatio, 3)), { signal });
    window.addEventListener("afterprint", () => this.draw(), { signal });
    this.controls.listen(signal);
  }

  resize() {
    const { drawn } = this;
    const same = drawn?.width === this.width && drawn.height === this.height && drawn.density === window.devicePixelRatio;
    if (!this.spec || !this.width || same) return;
    if (drawn) this.moveTo(this.view);
    else this.begin(); // it had no room before
    this.draw();
  }

  leave() {
    this.asked = null;
    this.film.stop();
    clearTimeout(this.coming);
    this.stop?.abort();
    this.stop = null;
    clearTimeout(this.waiting);
  }

  picture(format, words) {
    return picture(format, this.scene, words);
  }
}

// The class of each value: how many limits it has reached; -1 without a value. Whole numbers, so no limit is missed.
function classesOf(values, limits) {
  return values.map((value) => (value === null ? -1 : limits.filter((limit) => limit <= value).length));
}

export function show({ data, parentElement, setTriggerValue }) {
  const ready = taken(data.map, parentElement);
  const root = parentElement.querySelector(".zwk-map");
  const map = (root.zwkMap ??= new Map2D(root)), spec = ready ? map.asked : data.map;
  const select = (id) => setTriggerValue("point", id), play = (year) => setTriggerValue("year", year);
  if (ready) [map.select, map.film.tell] = [select, play];
  else map.show(spec, select, play).catch((fault) => {
    clearTimeout(map.coming);
    if (map.asked === spec) map.controls.say("Die Karte konnte nicht geladen werden. Bitte laden Sie die Seite neu.", true), reportError(fault);
  });
  // Streamlit clears up after a call that a newer one has overtaken
  return () => map.asked === spec && map.leave();
}

drawFirst((root, spec) => (root.zwkMap = new Map2D(root)).show(spec, () => {}, () => {}));
