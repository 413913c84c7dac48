// Areas out of a TopoJSON: every border once, in metres, y downwards as on a screen. What lies where; and the borders as
// they stand on the screen, each moved there once, so that both neighbours draw exactly the same line.

export function decoded(topology) {
  const { arcs } = topology;
  const starts = new Uint32Array(arcs.length + 1);
  for (let i = 0; i < arcs.length; i++) starts[i + 1] = starts[i] + arcs[i].length;
  const points = new Float64Array(2 * starts[arcs.length]);
  const boxes = new Float64Array(4 * arcs.length);
  placeArcs(topology, points, boxes);
  // the areas on both sides of a border; the second is -1 on the outside of all
  const sides = new Int32Array(2 * arcs.length).fill(-1);
  const areas = Object.values(topology.objects)[0].geometries.map((one, place) => {
    const rings = one.type === "Polygon" ? one.arcs : one.arcs.flat();
    let west = Infinity, north = Infinity, east = -Infinity, south = -Infinity;
    for (const ring of rings)
      for (let k = 0; k < ring.length; k++) {
        const at = ring[k] < 0 ? ~ring[k] : ring[k];
        sides[2 * at + (sides[2 * at] < 0 ? 0 : 1)] = place;
        if (boxes[4 * at] < west) west = boxes[4 * at];
        if (boxes[4 * at + 1] < north) north = boxes[4 * at + 1];
        if (boxes[4 * at + 2] > east) east = boxes[4 * at + 2];
        if (boxes[4 * at + 3] > south) south = boxes[4 * at + 3];
      }
    const box = [west, north, east, south];
    return { place, id: one.id, name: one.properties.name, rings, box, size: (east - west) * (south - north) };
  });
  const box = areas.reduce(
    (all, { box: one }) => [
      Math.min(all[0], one[0]), Math.min(all[1], one[1]), Math.max(all[2], one[2]), Math.max(all[3], one[3]),
    ],
    [Infinity, Infinity, -Infinity, -Infinity],
  );
  const bySize = [...areas].sort((a, b) => b.size - a.size);
  return {
    points, starts, boxes, sides, areas, box,
    bySize, // a town is drawn on top of the Kreis it lies in
    usual: Math.sqrt(bySize[bySize.length >> 1]?.size ?? 0), // metres across
    byId: new Map(areas.map((area) => [area.id, area])),
    screen: new Float32Array(points.length),
    counts: new Uint32Array(arcs.length),
  };
}

// Plain loops: all Gemeinden have 96,000 points.
function placeArcs({ arcs, transform: { scale, translate } }, points, boxes) {
  let to = 0;
  for (let i = 0; i < arcs.length; i++) {
    const arc = arcs[i], b = 4 * i;
    let x = 0, y = 0;
    boxes[b] = boxes[b + 1] = Infinity;
    boxes[b + 2] = boxes[b + 3] = -Infinity;
    for (let k = 0; k < arc.length; k++) {
      x += arc[k][0];
      y += arc[k][1];
      const right = x * scale[0] + translate[0], down = -(y * scale[1] + translate[1]);
      points[to++] = right;
      points[to++] = down;
      if (right < boxes[b]) boxes[b] = right;
      if (down < boxes[b + 1]) boxes[b + 1] = down;
      if (right > boxes[b + 2]) boxes[b + 2] = right;
      if (down > boxes[b + 3]) boxes[b + 3] = down;
    }
  }
}

// A point is inside if a line from it to the east crosses an odd number of border pieces, whichever way they run.
function inside(layer, area, x, y) {
  let crossings = 0;
  for (const ring of area.rings)
    for (const arc of ring) {
      const at = arc < 0 ? ~arc : arc;
      if (y < layer.boxes[4 * at + 1] || y > layer.boxes[4 * at + 3] || x > layer.boxes[4 * at + 2]) continue;
      for (let i = 2 * layer.starts[at]; i < 2 * layer.starts[at + 1] - 2; i += 2) {
        const [x1, y1, x2, y2] = [layer.points[i], layer.points[i + 1], layer.points[i + 2], layer.points[i + 3]];
        if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) crossings += 1;
      }
    }
  return crossings % 2 === 1;
}

// The smallest area there, or null.
export function areaAt(layer, x, y) {
  let found = null;
  for (const area of layer.areas) {
    const [west, north, east, south] = area.box;
    if (x < west || x > east || y < north || y > south || (found && found.size <= area.size)) continue;
    if (inside(layer, area, x, y)) found = area;
  }
  return found;
}

// Moves all borders to the screen. Points nearer than `least` pixels to the one before are left out.
export function moveToScreen(layer, { x, y, scale }, width, height, least) {
  const { points, starts, screen, counts, boxes } = layer;
  const left = width / 2 - x * scale, top = height / 2 - y * scale;
  const reach = 8 / scale;
  const [west, north] = [x - width / 2 / scale - reach, y - height / 2 / scale - reach];
  const [east, south] = [x + width / 2 / scale + reach, y + height / 2 / scale + reach];
  for (let arc = 0; arc < counts.length; arc++) {
    const first = 2 * starts[arc], last = 2 * starts[arc + 1] - 2;
    const b = 4 * arc;
    // out of sight the ends are enough: areas keep their shape on the screen's inside
    const away = boxes[b] > east || boxes[b + 2] < west || boxes[b + 1] > south || boxes[b + 3] < north;
    let lastX = points[first] * scale + left, lastY = points[first + 1] * scale + top;
    let to = first;
    screen[to++] = lastX;
    screen[to++] = lastY;
    if (!away)
      for (let i = first + 2; i < last; i += 2) {
        const nextX = points[i] * scale + left, nextY = points[i + 1] * scale + top;
        if (Math.abs(nextX - lastX) + Math.abs(nextY - lastY) < least) continue;
        screen[to++] = lastX = nextX;
        screen[to++] = lastY = nextY;
      }
    screen[to++] = points[last] * scale + left;
    screen[to++] = points[last + 1] * scale + top;
    counts[arc] = (to - first) / 2;
  }
}

// Puts an area's rings into a path, as they were moved to the screen. Each ends where it began, so none is closed: in
// Chromium closePath takes the longer, the more the path holds (all Gemeinden: 1,100 ms with it, 11 ms without).
export function traceArea(path, layer, area) {
  const { screen, starts, counts } = layer;
  for (const ring of area.rings) {
    let begun = false;
    for (const arc of ring) {
      const at = arc < 0 ? ~arc : arc;
      const first = 2 * starts[at], n = counts[at];
      for (let k = begun ? 1 : 0; k < n; k++) {
        const i = first + 2 * (arc < 0 ? n - 1 - k : k);
        if (begun) path.lineTo(screen[i], screen[i + 1]);
        else path.moveTo(screen[i], screen[i + 1]);
        begun = true;
      }
    }
  }
}

// Puts one border into a path.
export function traceArc(path, layer, arc) {
  const first = 2 * layer.starts[arc];
  path.moveTo(layer.screen[first], layer.screen[first + 1]);
  for (let k = 1; k < layer.counts[arc]; k++) path.lineTo(layer.screen[first + 2 * k], layer.screen[first + 2 * k + 1]);
}
