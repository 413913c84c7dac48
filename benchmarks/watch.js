// Runs in every page before its own scripts. One criterion for every app with a map:
//   drawn = the moment the pixels of the map's last drawing stood there, once
//     – the app has finished its work (Streamlit its script, Dash its callbacks, Panel its document),
//     – areas were drawn after the mark (not only an empty canvas),
//     – after a change: the map shows other values than before,
//     – and 200 ms went by without another drawing.
// A map of Plotly is watched at WebGL itself: it must be loaded (no tile, source or style on its way) and stand still, and
// a fence after the last draw call tells when the pixels are done, for without a graphics card draw calls return long
// before. Our map on a plain canvas says by „data-drawn“ what it has drawn, of Bokeh's the calls are counted; reading the
// pixels waits until they stand there.
// A page of charts is drawn when the first picture in its main part shows its data, and has been painted: the picture of
// a chart that stands until Plotly has drawn it counts as one. „chart“ waits for the first one of Plotly itself.
(() => {
  const QUIET = 200, TICK = 20, TRIANGLES = 1000, COLOURED = 1000, AREAS = 400;
  const watch = (window.zwkWatch = { mark: 0, drawn: null, before: null });
  let corners = 0, lastCall = 0, lastPixels = 0, fence = null, fenceOf = null, fenced = 0, longTasks = 0;

  function called(gl, count) {
    if (!gl.canvas.classList || !gl.canvas.classList.contains("maplibregl-canvas")) return;
    corners += count;
    lastCall = performance.now();
    watch.gl = gl;
  }
  const proto = WebGL2RenderingContext.prototype;
  const elements = proto.drawElements, arrays = proto.drawArrays;
  proto.drawElements = function (mode, count, ...rest) { called(this, count); return elements.call(this, mode, count, ...rest); };
  proto.drawArrays = function (mode, first, count) { called(this, count); return arrays.call(this, mode, first, count); };

  // Panel keeps each of its parts in a shadow of its own
  const deep = (root, wanted) => [...root.querySelectorAll(wanted), ...(window.Bokeh ? [...root.querySelectorAll("*")] : [])
    .filter((element) => element.shadowRoot).flatMap((element) => deep(element.shadowRoot, wanted))];
  const plots = () => deep(document, ".js-plotly-plot").filter((plot) => plot._fullLayout);
  const maps = () => plots().flatMap((plot) =>
    Object.keys(plot._fullLayout).filter((key) => /^map\d*$/.test(key))
      .map((key) => plot._fullLayout[key]._subplot && plot._fullLayout[key]._subplot.map));
  // the values of all areas, as a short text that differs when they differ
  const values = () => plain().map((map) => map.dataset.drawn).join() + sources() + plots().flatMap((plot) => plot._fullData || [])
    .filter((trace) => trace.type === "choroplethmap")
    .map((trace) => Array.from(trace.customdata || []).slice(0, 40).concat(Array.from(trace.z).slice(0, 40)).join()).join("|");
  const finished = () => {
    if (document.querySelector("#react-entry-point")) return !document.querySelector("._dash-loading, [data-dash-is-loading]") && document.title !== "Updating...";
    if (window.Bokeh) return bokeh().length > 0 && bokeh().every((one) => one.is_idle);
    const app = document.querySelector("[data-testid=stApp]");
    return app && app.dataset.testScriptState === "notRunning" && app.dataset.testConnectionState === "CONNECTED";
  };
  // maps on a plain canvas: what they show, and when their pixels stood there
  const plain = () => [...document.querySelectorAll(".zwk-map[data-drawn]")];
  let plainPixels = 0;
  function drawnPlain(event) {
    const canvas = event.target.querySelector("canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let coloured = 0;
    for (let i = 3; i < data.length; i += 4) coloured += data[i] > 0;
    if (coloured > COLOURED) plainPixels = performance.now();
  }
  document.addEventListener("zwk-drawn", drawnPlain);

  // Bokeh's maps: what their sources hold, and how often an area was filled
  const bokeh = () => (window.Bokeh && window.Bokeh.documents) || [];
  const sources = () => bokeh().flatMap((one) => [...one._all_models.values()])
    .filter((model) => model.type === "ColumnDataSource" && model.data.value)
    .map((model) => Array.from(model.data.value).slice(0, 40).join()).join("|");
  let filled = 0, reading = false;
  const fill = CanvasRenderingContext2D.prototype.fill;
  CanvasRenderingContext2D.prototype.fill = function (...rest) {
    if (window.Bokeh && this.canvas.width > 300) {
      filled += 1;
      if (!reading) {
        reading = true;
        setTimeout(() => {  // when this drawing is done
          reading = false;
          this.getImageData(0, 0, this.canvas.width, this.canvas.height);
          if (filled >= AREAS) plainPixels = performance.now();
        });
      }
    }
    return fill.apply(this, rest);
  };

  const plainDrawn = () => (plain().length > 0 || filled >= AREAS) && plainPixels > watch.mark && performance.now() - plainPixels >= QUIET;

  const standing = () => {
    const all = maps();
    return all.length > 0 && all.every((map) => map && map.loaded() && map.areTilesLoaded() && !map.isMoving());
  };

  function pixels() {
    if (!watch.gl) return;
    // an app may throw its canvas away and make another: the old one's fence would never answer
    if (fence !== null && (fenceOf !== watch.gl || fenceOf.isContextLost())) fence = null;
    if (fence === null && fenced !== lastCall) {
      fenceOf = watch.gl;
      fence = fenceOf.fenceSync(fenceOf.SYNC_GPU_COMMANDS_COMPLETE, 0);
      fenceOf.flush();
      fenced = lastCall;
    }
    if (fence !== null && fenceOf.getSyncParameter(fence, fenceOf.SYNC_STATUS) === fenceOf.SIGNALED) {
      fenceOf.deleteSync(fence);
      fence = null;
      lastPixels = performance.now();
    }
  }

  function heading() {
    const title = document.querySelector("[data-testid=stMain] h1");
    return title && title.getClientRects().length > 0;
  }

  // charts of Plotly, drawings in the page, maps: those in the main part that take room and show something
  const CHARTS = ".js-plotly-plot .trace, .js-plotly-plot .slice";
  const PICTURES = CHARTS + ", .zwk-still img, .zwk-strips tbody tr, [data-testid=stImage] img, .zwk-picture img, .zwk-map[data-drawn]";
  let painting = false, painted = null;
  function paint() {
    if (painting) return;
    painting = [...document.querySelectorAll("[data-testid=stMain] :is(" + (watch.wanted === "chart" ? CHARTS : PICTURES) + ")")]
      .some((one) => one.getClientRects().length > 0 && one.complete !== false);
    // what is in the page now is seen once the next frame is done
    if (painting) requestAnimationFrame(() => setTimeout(() => { painted = performance.now(); }));
  }

  let shown = null, timer = null;
  function tick() {
    if (watch.drawn !== null) return;
    const now = performance.now();
    pixels();
    if (shown === null && heading() && finished()) shown = now;
    if (watch.wanted === "page") {
      if (shown !== null) watch.drawn = shown;
    } else if (watch.wanted === "picture" || watch.wanted === "chart") {
      paint();
      watch.drawn = painted;
    } else if (
      corners >= 3 * TRIANGLES && lastCall > watch.mark && fence === null && fenced === lastCall &&
      now - lastPixels >= QUIET && finished() && standing() && (watch.before === null || values() !== watch.before)
    ) {
      watch.drawn = Math.max(lastCall, lastPixels);
    } else if (plainDrawn() && finished() && (watch.before === null || values() !== watch.before)) {
      watch.drawn = plainPixels;
    }
    if (watch.drawn !== null) {
      clearInterval(timer);
      watch.settle(watch.drawn);
    }
  }
  const promise = () => { watch.done = new Promise((resolve) => { watch.settle = resolve; }); };
  watch.wanted = "WANTED";
  watch.start = (mark) => {
    watch.mark = mark;
    corners = filled = 0;
    clearInterval(timer);
    timer = setInterval(tick, TICK);
  };
  // Choosing an option is where the clock of a change starts. On the window and before all other scripts: the select
  // box lets no press through to the document.
  let expecting = false;
  function chosen() {
    if (!expecting) return;
    expecting = false;
    watch.start(performance.now());
  }
  window.addEventListener("pointerdown", (event) => event.target.closest && event.target.closest("[role=option]") && chosen(), true);
  // a list of the browser's own has no option to press: there the clock starts with the choice
  window.addEventListener("input", (event) => event.composedPath()[0].tagName === "SELECT" && chosen(), true);
  watch.expectChange = () => {
    watch.before = values();
    watch.drawn = null;
    promise();
    expecting = true;
  };
  promise();
  watch.state = () => ({ corners, lastCall, lastPixels, plainPixels, finished: finished(), standing: standing(), values: values().slice(0, 60) });
  watch.longTasks = () => longTasks;
  new PerformanceObserver((list) => { for (const task of list.getEntries()) longTasks += task.duration; }).observe({ type: "longtask", buffered: true });
  if (window === window.top && location.protocol.startsWith("http")) watch.start(0);
})();
