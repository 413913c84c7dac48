// Plotly for our own pieces of page, loaded once. Streamlit gives each component an address of its own, so this module
// may stand in the page twice; the page itself remembers whether the script is there or on its way.

export function loadPlotly(url) {
  window.zwkPlotly ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = () => done(window.Plotly);
    script.onerror = () => failed(new Error("Plotly"));
    document.head.append(script);
  });
  return window.zwkPlotly;
}
