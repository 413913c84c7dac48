// The map that an address opens with, drawn while Streamlit's page is still to come: it stands where the page will have
// it, and the page takes it over as it is if it asks for the same one.

const LOOK = 200; // milliseconds
const HEIGHT = "--map-ahead"; // that the page keeps free for it
const page = document.documentElement;

let first = null; // where it stands, its root, and what it was drawn from

// `draw(root, spec)` draws a map and returns a promise.
export function drawFirst(draw) {
  const place = document.getElementById("zwk-first-map");
  // below that width the page has the map beneath its words
  if (!place || !matchMedia("(min-width: 64rem)").matches) return place?.remove();
  first = { place, root: place.querySelector(".zwk-map"), spec: JSON.parse(place.dataset.map) };
  place.hidden = false;
  draw(first.root, first.spec).then(() => first && page.style.setProperty(HEIGHT, `${first.root.offsetHeight}px`), go);
  // a login, a fault or another page has no place for it
  const looking = setInterval(() => {
    const stands = document.querySelector("[data-testid=stApp][data-test-script-state=notRunning] h1");
    if (!place.isConnected) clearInterval(looking);
    else if (stands && !document.querySelector(".st-key-karte-bild")) leave();
  }, LOOK);
}

function leave() {
  first?.root.zwkMap.leave();
  go();
}

function go() {
  first?.place.remove();
  first = null;
  page.style.removeProperty(HEIGHT);
}

// Puts the first map into the page as it stands; false if the page asks for another one.
export function taken(spec, parent) {
  const fits = first && JSON.stringify(first.spec) === JSON.stringify(spec);
  if (fits) parent.querySelector(".zwk-map").replaceWith(first.root), go();
  else leave();
  return Boolean(fits);
}
