// Two painters with the same strokes: one on a canvas, one that writes an SVG. A shape is a function that puts itself
// into a path.

const HATCH = 6; // pixels from line to line

export class CanvasPainter {
  // Begins with an empty canvas.
  constructor(canvas, width, height, density) {
    const [w, h] = [Math.round(width * density), Math.round(height * density)];
    if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
    this.context = canvas.getContext("2d");
    this.context.setTransform(1, 0, 0, 1, 0, 0);
    this.context.clearRect(0, 0, w, h);
    this.context.setTransform(density, 0, 0, density, 0, 0);
    this.context.lineJoin = this.context.lineCap = "round";
    this.density = density;
  }

  fill(shape, colour) {
    this.context.beginPath();
    shape(this.context);
    this.context.fillStyle = colour;
    this.context.fill();
  }

  stroke(shape, colour, width) {
    this.context.beginPath();
    shape(this.context);
    this.context.strokeStyle = colour;
    this.context.lineWidth = width;
    this.context.stroke();
  }

  hatch(shape, colour) {
    const tile = document.createElement("canvas");
    const size = (tile.width = tile.height = Math.max(Math.round(HATCH * Math.SQRT2 * this.density), 4));
    const lines = tile.getContext("2d");
    lines.strokeStyle = colour;
    lines.lineWidth = this.density;
    lines.beginPath();
    for (const shift of [-size, 0, size]) {
      lines.moveTo(shift - 1, size + 1);
      lines.lineTo(shift + size + 1, -1);
    }
    lines.stroke();
    const pattern = this.context.createPattern(tile, "repeat");
    pattern.setTransform(new DOMMatrix().scale(1 / this.density));
    this.fill(shape, pattern);
  }

  circle(x, y, radius, colour) {
    this.fill((path) => path.arc(x, y, radius, 0, 2 * Math.PI), colour);
  }

  ring(x, y, radius, colour, width) {
    this.stroke((path) => path.arc(x, y, radius, 0, 2 * Math.PI), colour, width);
  }

  text(words, x, y, { font, size, weight = 400, colour, align = "left" }) {
    this.context.font = `${weight} ${size}px ${font}`;
    this.context.textAlign = align;
    this.context.fillStyle = colour;
    this.context.fillText(words, x, y);
  }
}

const escaped = (text) => text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);

class SvgPath {
  d = "";
  moveTo(x, y) {
    this.d += `M${x.toFixed(1)} ${y.toFixed(1)}`;
  }
  lineTo(x, y) {
    this.d += `L${x.toFixed(1)} ${y.toFixed(1)}`;
  }
  closePath() {
    this.d += "Z";
  }
}

export class SvgPainter {
  constructor(width, height) {
    this.size = [width, height];
    this.patterns = new Map();
    this.parts = [];
  }

  fill(shape, colour) {
    const path = new SvgPath();
    shape(path);
    if (path.d) this.parts.push(`<path fill="${colour}" d="${path.d}"/>`);
  }

  stroke(shape, colour, width) {
    const path = new SvgPath();
    shape(path);
    if (path.d) this.parts.push(`<path fill="none" stroke="${colour}" stroke-width="${width}" d="${path.d}"/>`);
  }

  hatch(shape, colour) {
    if (!this.patterns.has(colour)) this.patterns.set(colour, `schraffur-${this.patterns.size}`);
    this.fill(shape, `url(#${this.patterns.get(colour)})`);
  }

  circle(x, y, radius, colour) {
    this.parts.push(`<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius}" fill="${colour}"/>`);
  }

  text(words, x, y, { font, size, weight = 400, colour, align = "left" }) {
    const anchor = { left: "start", center: "middle", right: "end" }[align];
    this.parts.push(
      `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-family="${escaped(font)}" font-size="${size}" ` +
        `font-weight="${weight}" fill="${colour}" text-anchor="${anchor}">${escaped(words)}</text>`,
    );
  }

  // The finished picture; `title` and `words` are for whoever cannot see it.
  written(title, words) {
    const [width, height] = this.size;
    const patterns = [...this.patterns].map(
      ([colour, id]) =>
        `<pattern id="${id}" width="${HATCH}" height="${HATCH}" patternUnits="userSpaceOnUse" ` +
        `patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="${HATCH}" stroke="${colour}" stroke-width="2"/></pattern>`,
    );
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
      `stroke-linejoin="round" stroke-linecap="round" role="img"><title>${escaped(title)}</title><desc>${escaped(words)}</desc>` +
      `<defs>${patterns.join("")}</defs>${this.parts.join("")}</svg>`
    );
  }
}
