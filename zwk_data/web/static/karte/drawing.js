// How a map looks: the same for the screen, for print and for the pictures that people take along.

import { moveToScreen, traceArc, traceArea } from "./geometry.js";

// of charts/chart.py
export const INK = "#1f2933", MUTED = "#52606d", QUIET = "#8592a0", PAPER = "#ffffff", WARM = "#a8480a";
const GROUND = "#eef1f3";
export const PLAIN = { ink: INK, quiet: QUIET, paper: PAPER, warm: WARM, ground: GROUND };
// with high contrast the reader's own colours for lines; the colours of the classes stay what the legend says
export const CONTRAST = { ink: "CanvasText", quiet: "CanvasText", paper: "Canvas", warm: "Highlight", ground: "Canvas" };

// Kreise have white borders from the beginning, Gemeinden once they are large enough to be told apart.
const LEAST_AREA = 11;

// Draws it all. `scene`: layer, ground (areas beneath, or null), classes (of each area; -1 without a value), spec, points,
// marked (a set of places), view, width, height, inks.
export function drawMap(painter, scene, least = 0.5) {
  const { layer, ground, view, width, height } = scene;
  const seen = visible(layer, view, width, height);
  moveToScreen(layer, view, width, height, least);
  if (ground) {
    moveToScreen(ground, view, width, height, least);
    drawGround(painter, ground, scene.inks);
  }
  if (scene.spec.participants) drawParticipants(painter, scene, seen);
  else drawCoverage(painter, scene, seen);
  drawMarked(painter, scene);
  drawPoints(painter, scene);
}

function visible(layer, { x, y, scale }, width, height) {
  const [halfX, halfY] = [width / 2 / scale, height / 2 / scale];
  return ({ box }) => box[0] < x + halfX && box[2] > x - halfX && box[1] < y + halfY && box[3] > y - halfY;
}

function drawGround(painter, ground, inks) {
  painter.fill((path) => ground.areas.forEach((area) => traceArea(path, ground, area)), inks.ground);
  painter.stroke((path) => ground.counts.forEach((_, arc) => traceArc(path, ground, arc)), inks.quiet, 0.8);
}

function drawCoverage(painter, { layer, classes, spec, view, inks }, seen) {
  // one shape for all areas of a class: no seam shines through between neighbours
  const ofClass = (wanted) => (path) =>
    layer.areas.forEach((area) => classes[area.place] === wanted && seen(area) && traceArea(path, layer, area));
  spec.colours.forEach((colour, wanted) => painter.fill(ofClass(wanted), colour));
  const gaps = classes.includes(-1);
  if (gaps) {
    painter.fill(ofClass(-1), inks.paper);
    painter.hatch(ofClass(-1), inks.quiet);
  }
  const borders = (wanted) => (path) => {
    for (let arc = 0; arc < layer.counts.length; arc++) {
      const [one, other] = [layer.sides[2 * arc], layer.sides[2 * arc + 1]];
      if (wanted(one, other) && (seen(layer.areas[one]) || (other >= 0 && seen(layer.areas[other])))) traceArc(path, layer, arc);
    }
  };
  const inner = (one, other) => other >= 0;
  const empty = (one, other) => classes[one] < 0 || (other >= 0 && classes[other] < 0);
  if (layer.usual * view.scale > LEAST_AREA) {
    painter.stroke(borders((one, other) => inner(one, other) && !empty(one, other)), inks.paper, 0.6);
    if (gaps) painter.stroke(borders(empty), inks.quiet, 0.8);
  }
  const land = (place) => layer.areas[place].id.slice(0, 2);
  const onePerLand = spec.level === "laender";
  const outer = (one, other) => other < 0 || (!onePerLand && land(one) !== land(other));
  painter.stroke(borders(outer), inks.ink, 0.8);
}

function drawParticipants(painter, { layer, classes, spec, inks }, seen) {
  for (const area of layer.bySize) {
    if (!seen(area)) continue;
    const shape = (path) => traceArea(path, layer, area);
    const known = classes[area.place] >= 0;
    if (known) painter.fill(shape, spec.colours[classes[area.place]]);
    painter.stroke(shape, known ? inks.ink : inks.quiet, 0.8);
  }
}

// A line around all marked areas together, with a pale one beside it where the area is of the same colour.
function drawMarked(painter, { layer, marked, inks }) {
  if (!marked.size) return;
  const { sides } = layer;
  const around = (path) => {
    for (let arc = 0; arc < layer.counts.length; arc++)
      if (marked.has(sides[2 * arc]) !== marked.has(sides[2 * arc + 1])) traceArc(path, layer, arc);
  };
  painter.stroke(around, inks.paper, 6);
  painter.stroke(around, inks.warm, 3);
}

export function toScreen({ view, width, height }, x, y) {
  return [(x - view.x) * view.scale + width / 2, (y - view.y) * view.scale + height / 2];
}

// Circles with a rim: a village stays visible on the national map.
function drawPoints(painter, scene) {
  const { points, spec, classes, layer, inks } = scene;
  const large = spec.participants;
  for (const point of points) {
    if (!point.dot) continue;
    const [x, y] = toScreen(scene, point.x, point.y);
    const area = large ? layer.byId.get(point.id) : null;
    const own = area && classes[area.place] >= 0 ? spec.colours[classes[area.place]] : inks.paper;
    painter.circle(x, y, large ? 7.5 : 5.5, large ? inks.ink : inks.paper);
    painter.circle(x, y, large ? 5.5 : 3.5, large ? own : inks.warm);
  }
}

const CLASSES = 58, LINE = 20; // pixels: title, boxes and numbers; what is missing

export function legendHeight({ legend, colours }) {
  return (legend.title && colours.length ? CLASSES : 0) + (legend.missing ? LINE : 0);
}

// The legend below the map. Numbers stand between the classes, or below each.
export function drawLegend(painter, spec, { left, top, width, font }) {
  const { title, texts, between, missing } = spec.legend;
  const n = spec.colours.length, each = width / n;
  let y = top;
  if (n && title) {
    painter.text(title, left + width / 2, y + 12, { font, size: 14, colour: INK, align: "center" });
    spec.colours.forEach((colour, place) =>
      painter.fill((path) => box(path, left + place * each, y + 20, each, 14), colour),
    );
    painter.stroke((path) => box(path, left, y + 20, width, 14), QUIET, 0.5);
    texts.forEach((text, place) => {
      const at = left + each * (place + (between ? 1 : 0.5));
      painter.text(text, at, y + 49, { font, size: 13, colour: MUTED, align: "center" });
    });
    y += CLASSES;
  }
  if (missing) painter.text(missing, left + width / 2, y + 12, { font, size: 13, colour: MUTED, align: "center" });
}

export function box(path, left, top, width, height) {
  path.moveTo(left, top);
  path.lineTo(left + width, top);
  path.lineTo(left + width, top + height);
  path.lineTo(left, top + height);
  path.closePath();
}

// What the hand is on: a line around the area, a ring around the participant.
export function drawOver(painter, scene, { area, point }) {
  const { layer, spec, inks } = scene;
  const own = area ?? (spec.participants && point && !point.dot ? layer.byId.get(point.id) : null);
  if (own) {
    const around = (path) => traceArea(path, layer, layer.areas[own.place]);
    painter.stroke(around, inks.paper, 4);
    painter.stroke(around, inks.ink, 2);
  }
  if (!point?.dot) return;
  const at = toScreen(scene, point.x, point.y);
  painter.ring(...at, 11, inks.paper, 6);
  painter.ring(...at, 11, inks.ink, 3);
}
