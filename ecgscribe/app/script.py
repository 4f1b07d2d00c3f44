"""The page's own script: zooming the signals, corners that can be moved, maps of findings, saving files.

Gradio sets HTML without running scripts in it, so everything listens at the document. No library, no request.
"""

SCRIPT = """
() => {
  if (window.ecgscribe) return;
  const SVG = "http://www.w3.org/2000/svg";
  const numbers = text => text.trim().split(/[\\s,;]+/).map(Number);
  const at = (svg, event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());

  // ---- the signals: zoom and move by the viewBox
  const box = svg => numbers(svg.getAttribute("viewBox"));
  const whole = svg => numbers(svg.dataset.whole);
  function look(svg, x, y, width) {
    const [X, Y, W, H] = whole(svg);
    const w = Math.min(Math.max(width, W / 40), W), h = w * H / W;
    x = Math.min(Math.max(x, X), X + W - w);
    y = Math.min(Math.max(y, Y), Y + H - h);
    svg.setAttribute("viewBox", [x, y, w, h].map(v => v.toFixed(3)).join(" "));
    svg.classList.toggle("zoomed", w < W * 0.999);
  }
  function zoom(svg, factor, centre) {
    const [x, y, w, h] = box(svg), [, , W] = whole(svg);
    const c = centre || {x: x + w / 2, y: y + h / 2};
    const wide = Math.min(Math.max(w / factor, W / 40), W), share = wide / w;
    look(svg, c.x - (c.x - x) * share, c.y - (c.y - y) * share, wide);
  }
  function move(svg, dx, dy) { const [x, y, w] = box(svg); look(svg, x + dx, y + dy, w); }
  document.addEventListener("click", event => {
    const button = event.target.closest?.("[data-plot]");
    if (!button) return;
    const svg = button.closest(".signals").querySelector("svg.plot");
    if (button.dataset.plot === "whole") look(svg, ...whole(svg).slice(0, 3));
    else zoom(svg, button.dataset.plot === "in" ? 1.6 : 1 / 1.6);
  });
  document.addEventListener("dblclick", event => {
    const svg = event.target.closest?.("svg.plot");
    if (svg) { event.preventDefault(); zoom(svg, 2, at(svg, event)); }
  });
  document.addEventListener("wheel", event => {
    const svg = event.target.closest?.("svg.plot");
    if (!svg || !(event.ctrlKey || event.metaKey)) return;  // the bare wheel scrolls the page, as everywhere
    event.preventDefault();
    zoom(svg, Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.004)), at(svg, event));
  }, {passive: false});
  document.addEventListener("keydown", event => {
    const svg = event.target.closest?.("svg.plot");
    if (!svg || event.ctrlKey || event.metaKey || event.altKey) return;
    const [, , w, h] = box(svg);
    const act = {
      "+": () => zoom(svg, 1.4), "=": () => zoom(svg, 1.4), "-": () => zoom(svg, 1 / 1.4),
      "0": () => look(svg, ...whole(svg).slice(0, 3)),
      ArrowLeft: () => move(svg, -w / 10, 0), ArrowRight: () => move(svg, w / 10, 0),
      ArrowUp: () => move(svg, 0, -h / 10), ArrowDown: () => move(svg, 0, h / 10),
    }[event.key];
    if (!act || (event.key.startsWith("Arrow") && !svg.classList.contains("zoomed"))) return;
    event.preventDefault();
    act();
  });
  const fingers = new Map();
  let held = null;  // the drawing that the fingers are on
  function spread() {
    const [a, b] = [...fingers.values()];
    return b ? {x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, d: Math.hypot(a.x - b.x, a.y - b.y)} : {x: a.x, y: a.y, d: 0};
  }
  document.addEventListener("pointerdown", event => {
    const svg = event.target.closest?.("svg.plot");
    if (!svg || event.button) return;
    if (held !== svg) fingers.clear();
    held = svg;
    fingers.set(event.pointerId, {x: event.clientX, y: event.clientY});
    if (fingers.size > 2) fingers.delete(fingers.keys().next().value);
    svg.setPointerCapture?.(event.pointerId);
  });
  document.addEventListener("pointermove", event => {
    if (!held || !fingers.has(event.pointerId)) return;
    const before = spread();
    fingers.set(event.pointerId, {x: event.clientX, y: event.clientY});
    const now = spread(), unit = box(held)[2] / held.getBoundingClientRect().width;
    move(held, (before.x - now.x) * unit, (before.y - now.y) * unit);
    if (before.d > 8 && now.d > 8) zoom(held, now.d / before.d, at(held, {clientX: now.x, clientY: now.y}));
  });
  for (const name of ["pointerup", "pointercancel"])
    document.addEventListener(name, event => { fingers.delete(event.pointerId); if (!fingers.size) held = null; });

  // ---- layers of a picture
  document.addEventListener("change", event => {
    const layer = event.target.dataset?.layer;
    if (layer) event.target.closest("figure").classList.toggle("without-" + layer, !event.target.checked);
  });

  // ---- what moved a finding: its boxes on the straightened page, drawn when asked for
  document.addEventListener("toggle", event => {
    const where = event.target;
    if (!where.matches?.("details.where") || !where.open) return;
    const map = where.querySelector(".map"), page = document.querySelector(".pictures img.page");
    if (map.childElementCount || !page) return;
    const size = page.closest("figure").dataset.size;
    const picture = new Image();
    picture.src = page.src;
    picture.alt = "The straightened page; boxes mark what moved this finding.";
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 " + size);
    where.dataset.boxes.split(";").map(numbers).forEach(([x0, y0, x1, y1], rank) => {
      const mark = document.createElementNS(SVG, "rect");
      Object.entries({x: x0, y: y0, width: x1 - x0, height: y1 - y0, class: rank ? "" : "first"})
        .forEach(([key, value]) => mark.setAttribute(key, value));
      svg.append(mark);
    });
    const layers = document.createElement("div");
    layers.className = "layers";
    layers.append(picture, svg);
    map.append(layers);
  }, true);

  // ---- the corners of the page, by pointer, by keys, by numbers
  const field = () => document.querySelector("#corners textarea, #corners input");
  const handles = svg => [...svg.querySelectorAll("circle[data-corner]")];
  const place = (handle, x, y) => { handle.setAttribute("cx", x.toFixed(1)); handle.setAttribute("cy", y.toFixed(1)); };
  const corner = handle => [Number(handle.getAttribute("cx")), Number(handle.getAttribute("cy"))];
  function outline(svg) {
    svg.querySelector("polygon").setAttribute("points", handles(svg).map(h => corner(h).join(",")).join(" "));
  }
  function tell(svg) {
    outline(svg);
    const input = field();
    input.value = handles(svg).map(h => corner(h).map(v => Math.round(v)).join(",")).join(" ");
    input.dispatchEvent(new Event("input", {bubbles: true}));
  }
  let dragged = null;
  document.addEventListener("pointerdown", event => {
    const svg = event.target.closest?.(".corners svg");
    if (!svg || event.button) return;
    event.preventDefault();
    const p = at(svg, event);
    const far = h => Math.hypot(corner(h)[0] - p.x, corner(h)[1] - p.y);
    dragged = event.target.closest("circle") || handles(svg).reduce((a, b) => far(a) <= far(b) ? a : b);
    dragged.focus({preventScroll: true});
    place(dragged, p.x, p.y);
    svg.setPointerCapture?.(event.pointerId);
    tell(svg);
  });
  document.addEventListener("pointermove", event => {
    if (!dragged) return;
    const svg = dragged.ownerSVGElement, p = at(svg, event);
    place(dragged, p.x, p.y);
    tell(svg);
  });
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => { dragged = null; });
  document.addEventListener("keydown", event => {
    const handle = event.target.closest?.("circle[data-corner]");
    const way = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
    if (!handle || !way) return;
    event.preventDefault();
    const step = event.shiftKey ? 20 : 2, [x, y] = corner(handle);
    place(handle, x + way[0] * step, y + way[1] * step);
    tell(handle.ownerSVGElement);
  });
  document.addEventListener("input", event => {
    const svg = document.querySelector(".corners svg");
    if (!event.isTrusted || !svg || event.target !== field()) return;
    const given = numbers(event.target.value);
    if (given.length !== 8 || given.some(v => !Number.isFinite(v))) return;
    handles(svg).forEach((handle, k) => place(handle, given[2 * k], given[2 * k + 1]));
    outline(svg);
  });

  // ---- a file made in the server's memory, saved by the browser
  window.ecgscribe = {
    save(file) {
      if (!file || !file.data) return;
      const bytes = Uint8Array.from(atob(file.data), c => c.charCodeAt(0));
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([bytes], {type: file.type}));
      link.download = file.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    },
  };
}
"""

SAVE = "file => { window.ecgscribe.save(file); return null; }"
"""Saves what the hidden field holds, and empties it."""
