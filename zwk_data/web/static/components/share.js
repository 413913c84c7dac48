// „Nutzen und Teilen“: the chart as a picture with its title and source in it, the address of this view, and how to
// cite it. Pictures are made here, from the chart as it stands: the server needs no browser for them.

// Once for the page: Streamlit may load this module under several addresses.
function loadPlotly(url) {
  window.zwkPlotly ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = () => done(window.Plotly);
    script.onerror = () => failed(new Error("Plotly"));
    document.head.append(script);
  });
  return window.zwkPlotly;
}

// Plotly breaks no lines by itself.
function wrapped(text, characters) {
  const lines = [""];
  for (const word of text.split(" ")) {
    if (`${lines.at(-1)} ${word}`.length > characters) lines.push(word);
    else lines[lines.length - 1] = `${lines.at(-1)} ${word}`.trim();
  }
  return lines;
}

function picture(plot, { title, source }) {
  const width = Math.max(plot.offsetWidth, 480);
  const [titles, sources] = [wrapped(title, width / 9.5), wrapped(source, width / 6.2)];
  const above = 28 + 24 * titles.length + 16 * sources.length;
  const margin = { ...plot.layout.margin, t: (plot.layout.margin?.t ?? 24) + above };
  const layout = {
    ...plot.layout,
    margin,
    title: {
      text: titles.join("<br>"),
      subtitle: { text: sources.join("<br>"), font: { size: 12 } },
      x: 0,
      xanchor: "left",
      xref: "container",
      y: 1,
      yanchor: "top",
      yref: "container",
      pad: { t: 14, l: 12 },
      font: { size: 19 },
    },
    width,
    height: plot.offsetHeight + above,
    autosize: false,
  };
  return { data: plot.data, layout };
}

// A map draws its picture itself, a chart's is drawn by Plotly.
async function save(format, data) {
  const map = document.querySelector(`.st-key-${data.key} .zwk-map`)?.zwkMap;
  if (map) {
    const address = URL.createObjectURL(await map.picture(format, data));
    Object.assign(document.createElement("a"), { href: address, download: `${data.filename}.${format}` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
    return;
  }
  const plot = document.querySelector(`.st-key-${data.key} .js-plotly-plot`);
  const Plotly = await loadPlotly(data.plotly);
  const figure = picture(plot, data);
  const { width, height } = figure.layout;
  const scale = format === "png" ? 2 : 1;
  await Plotly.downloadImage(figure, { format, width, height, scale, filename: data.filename });
}

async function copy(text, field) {
  try {
    await navigator.clipboard.writeText(text);
    return "Kopiert.";
  } catch {
    // Without https a browser keeps the clipboard to itself: mark the text instead.
    if (field.select) field.select();
    else getSelection().selectAllChildren(field);
    return "Bitte mit Strg+C kopieren.";
  }
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".zwk-share");
  const [link, cited, said] = ["input", ".zwk-cite", "output"].map((one) => root.querySelector(one));
  if (!data.picture) root.querySelector("[data-format]")?.parentElement.remove(); // a table is none
  const refresh = () => {
    const day = new Date().toLocaleDateString("de-DE", { day: "2-digit", month: "2-digit", year: "numeric" });
    link.value = location.href;
    cited.textContent = `${data.citation} ${location.href} (abgerufen am ${day}).`;
  };
  refresh();
  root.onpointerenter = root.onfocusin = refresh;
  root.onclick = async ({ target }) => {
    const { format, copy: what } = target.dataset;
    if (what) said.textContent = await copy(what === "link" ? link.value : cited.textContent, what === "link" ? link : cited);
    if (!format) return;
    said.textContent = "Das Bild wird erstellt …";
    await save(format, data);
    said.textContent = "Das Bild ist gespeichert.";
  };
}
