// The map as a picture to take along, PNG or SVG: its title on top, the legend and the source below.

import { INK, MUTED, PAPER, PLAIN, box, drawLegend, drawMap, legendHeight } from "./drawing.js";
import { CanvasPainter, SvgPainter } from "./painters.js";

const FONT = '"Source Sans", "Source Sans Pro", "Liberation Sans", Arial, sans-serif';
const EDGE = 12, LEAST_WIDTH = 480;

function wrapped(text, size, weight, width) {
  const measure = document.createElement("canvas").getContext("2d");
  measure.font = `${weight} ${size}px ${FONT}`;
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (measure.measureText(longer).width > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

// A painter whose strokes come out `down` pixels lower: the map lies below its title.
function lowered(painter, down) {
  const moved = (shape) => (path) =>
    shape({
      moveTo: (x, y) => path.moveTo(x, y + down),
      lineTo: (x, y) => path.lineTo(x, y + down),
      closePath: () => path.closePath(),
    });
  return {
    fill: (shape, colour) => painter.fill(moved(shape), colour),
    stroke: (shape, colour, width) => painter.stroke(moved(shape), colour, width),
    hatch: (shape, colour) => painter.hatch(moved(shape), colour),
    circle: (x, y, radius, colour) => painter.circle(x, y + down, radius, colour),
  };
}

// Returns a Blob. `words`: title, source and alt, the map in words.
export async function picture(format, shown, { title, source, alt }) {
  const width = Math.max(shown.width, LEAST_WIDTH);
  const room = width - 2 * EDGE;
  const titles = wrapped(title, 19, 600, room), sources = wrapped(source, 12, 400, room);
  const above = 20 + 24 * titles.length;
  const below = legendHeight(shown.spec) + 14;
  const height = above + shown.height + below + 16 * sources.length + EDGE;
  const canvas = document.createElement("canvas");
  const painter = format === "svg" ? new SvgPainter(width, height) : new CanvasPainter(canvas, width, height, 2);
  painter.fill((path) => box(path, 0, 0, width, height), PAPER);
  // the frame wide, no matter how narrow the page: what lies beside the map's own frame is drawn too, and covered again
  drawMap(lowered(painter, above), { ...shown, width, inks: PLAIN }, 0.25);
  painter.fill((path) => box(path, 0, 0, width, above), PAPER);
  painter.fill((path) => box(path, 0, above + shown.height, width, height), PAPER);
  titles.forEach((line, i) => painter.text(line, EDGE, 28 + 24 * i, { font: FONT, size: 19, weight: 600, colour: INK }));
  drawLegend(painter, shown.spec, { left: EDGE, top: above + shown.height + 4, width: room, font: FONT });
  const first = above + shown.height + below + 12;
  sources.forEach((line, i) => painter.text(line, EDGE, first + 16 * i, { font: FONT, size: 12, colour: MUTED }));
  if (format === "svg") return new Blob([painter.written(title, alt)], { type: "image/svg+xml" });
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
