// The legend on the page: words and boxes, so that it can be read out, enlarged and printed.

export function showLegend(legend, { legend: { title, texts, between, missing }, colours }) {
  const make = (tag, kind, text = "") => Object.assign(document.createElement(tag), { className: kind, textContent: text });
  const parts = [];
  if (title && colours.length) {
    parts.push(make("p", "zwk-map-title", title));
    const list = make("ol", between ? "zwk-map-classes zwk-map-between" : "zwk-map-classes");
    colours.forEach((colour, place) => {
      const item = document.createElement("li");
      const swatch = make("i", "");
      swatch.style.background = colour;
      const shown = make("span", "zwk-map-limit", texts[place] ?? "");
      if (between) shown.setAttribute("aria-hidden", "true");
      item.append(swatch, shown);
      if (between) item.append(make("span", "zwk-unseen", inWords(texts, place)));
      list.append(item);
    });
    parts.push(list);
  }
  if (missing) parts.push(make("p", "zwk-map-missing", missing));
  legend.replaceChildren(...parts);
}

function inWords(limits, place) {
  if (!limits.length) return "alle Werte";
  if (place === 0) return `unter ${limits[0]}`;
  if (place === limits.length) return `ab ${limits[place - 1]}`;
  return `${limits[place - 1]} bis unter ${limits[place]}`;
}
