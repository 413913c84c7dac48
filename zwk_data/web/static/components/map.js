// The map is loaded from an address that changes with it, so that a browser keeps it: see static/karte/map.js.

export default function (component) {
  let leave = null, left = false;
  import(component.data.script).then(({ show }) => {
    if (!left) leave = show(component);
  }, reportError);
  return () => {
    left = true;
    leave?.();
  };
}
