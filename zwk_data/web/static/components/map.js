// One living map: a new choice changes its colours, it does not build the map anew.
// Called by Streamlit when the component appears and again whenever its data change.

import { loadPlotly } from "./plotly.js";

// Plotly hands all geometry to the map at every change, also that of circles and lines that stayed as they were; each
// of them would be cut into tiles and drawn anew. The map is told only what differs.
function keepUnchanged(map) {
  for (const id of Object.keys(map.getStyle().sources)) {
    const source = map.getSource(id);
    if (!source.setData || source.zwkLast !== undefined) continue;
    const setData = source.setData.bind(source);
    source.zwkLast = "";
    source.setData = (shape) => {
      const said = JSON.stringify(shape);
      if (said === source.zwkLast) return source;
      source.zwkLast = said;
      return setData(shape);
    };
  }
}

async function draw(root, figure, { plotly, config }) {
  const Plotly = await loadPlotly(plotly);
  if (root.zwkLast !== figure) return; // a newer choice has come meanwhile, or the reader has left
  await Plotly.react(root, figure.data, { ...figure.layout, autosize: true }, { ...config, responsive: true });
  keepUnchanged(root._fullLayout.map._subplot.map);
  if (root.zwkListens) return;
  root.zwkListens = true;
  root.on("plotly_click", (event) => {
    const { customdata, location } = event.points[0];
    root.zwkSelect({ customdata: customdata ?? null, location: location ?? null });
  });
}

// Plotly goes on with a map it has begun, and fails if it is taken away meanwhile: so it is taken away afterwards.
async function leave(root, figure) {
  if (root.zwkLast !== figure) return; // Streamlit clears up after a call that a newer one has overtaken
  root.zwkLast = null;
  await root.zwkDrawn;
  if (root.zwkLast) return; // the reader is back
  window.Plotly?.purge(root);
  root.zwkListens = false;
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".zwk-map");
  const figure = JSON.parse(data.figure);
  root.setAttribute("aria-label", data.alt);
  root.style.minHeight = `${figure.layout.height}px`;
  // Named traces are changed in place; nameless ones would be taken away and put back.
  figure.data.forEach((trace, place) => (trace.uid = `${trace.type}-${place}`));
  root.zwkSelect = (point) => setTriggerValue("point", point);
  root.zwkLast = figure;
  const drawing = draw(root, figure, data).catch((fault) => {
    if (root.zwkLast) reportError(fault); // nobody misses a map that is gone
  });
  root.zwkDrawn = Promise.allSettled([root.zwkDrawn, drawing]);
  return () => void leave(root, figure);
}
