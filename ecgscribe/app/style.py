"""How the page looks: the device's own fonts, Gradio's colour variables (so dark mode works), narrow screens first.

Gradio parses and rewrites this in the browser: a shorthand with var() must not be followed by a longhand of it
in the same rule, or both are lost.
"""

CSS = """
.gradio-container { max-width: 1120px !important; margin: 0 auto !important; padding: 16px !important; }
.gradio-container .html-container { padding: 0 !important; }
.head h1 { font-size: 1.7rem; font-weight: 650; letter-spacing: -0.01em; margin: 0; }
.head p { margin: 4px 0 0; color: var(--body-text-color-subdued); font-size: 1rem; line-height: 1.5; }
.head .notice { display: inline-block; margin-top: 12px; padding: 6px 12px; border-radius: 8px; font-size: 0.92rem;
  color: var(--body-text-color); background: var(--background-fill-secondary);
  border: 1px solid var(--border-color-primary); }
.reading { padding: 20px 22px; border-radius: 12px; min-height: 300px; box-sizing: border-box;
  border-style: solid; border-width: 1px 1px 1px 5px; border-color: var(--border-color-primary); }
.reading { border-left-color: #0f7c94; }
.reading.quiet { border-left-color: var(--border-color-primary); color: var(--body-text-color-subdued); }
.reading.refused { border-left-color: #b45309; }
.reading h2 { font-size: 0.82rem; font-weight: 600; letter-spacing: 0.06em; text-transform: uppercase;
  margin: 0 0 8px; color: var(--body-text-color-subdued); }
.reading p { margin: 0 0 10px; line-height: 1.5; font-size: 1rem; }
.reading ul { margin: 6px 0 0; padding-left: 20px; line-height: 1.6; list-style: disc; }
.reading .caption { font-size: 1.4rem; line-height: 1.42; font-weight: 500; overflow-wrap: anywhere; }
.reading .check { font-size: 0.9rem; color: var(--body-text-color-subdued); margin: 14px 0 0; }
.reading .hint { color: var(--body-text-color-subdued); }
.reading .warnings { margin-top: 14px; padding: 10px 14px; border-radius: 8px; border: 1px solid #d9a441;
  background: rgba(217, 164, 65, 0.12); }
.reading .warnings h3 { margin: 0 0 2px; font-size: 0.95rem; font-weight: 600; }
.reading .warnings ul { margin: 0; font-size: 0.95rem; }
.reading .disagree { border: 2px solid #b3261e; background: rgba(179, 38, 30, 0.09); }
.reading .disagree .hint { margin: 4px 0 0; font-size: 0.92rem; }
.pictures { display: flex; flex-wrap: wrap; gap: 16px; }
.pictures figure { flex: 1 1 340px; margin: 0; min-width: 0; }
.pictures button { display: block; max-width: 100%; padding: 0; border: 0; background: none; cursor: zoom-in; }
.layers { position: relative; display: inline-block; max-width: 100%; vertical-align: top; line-height: 0; }
.layers svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
.pictures img { display: block; max-width: 100%; height: auto; width: auto; max-height: 620px; margin: 0;
  border-radius: 8px; background: var(--background-fill-secondary); }
.pictures .layers svg { overflow: hidden; }
.pictures .outline { fill: none; stroke: #0f7c94; stroke-width: 2px; vector-effect: non-scaling-stroke; }
.pictures .traces polyline { fill: none; stroke: #d6006e; stroke-width: 1.3px; vector-effect: non-scaling-stroke;
  stroke-linejoin: round; }
.pictures .without-traces .traces, .pictures .without-outline .outline { display: none; }
.pictures button:fullscreen { cursor: zoom-out; background: white; display: grid; place-items: center; }
.pictures button:fullscreen img { max-height: 100vh; max-width: 100vw; border-radius: 0; }
.pictures figcaption { font-size: 0.88rem; color: var(--body-text-color-subdued); margin-top: 6px; display: flex;
  flex-wrap: wrap; gap: 4px 16px; justify-content: space-between; }
.switches label { display: inline-flex; align-items: center; gap: 6px; margin-left: 10px; min-height: 28px; }
.switches input { accent-color: #0f7c94; width: 18px; height: 18px; }
.downloads { gap: 8px !important; flex-wrap: wrap !important; }
.downloads button { flex: 0 1 auto !important; min-height: 44px !important; }
.part { margin: 6px 0 26px; contain: inline-size; }
.part h2 { font-size: 1.1rem; font-weight: 600; margin: 0 0 2px; }
.part p { margin: 0 0 10px; color: var(--body-text-color-subdued); font-size: 0.92rem; line-height: 1.5; }
.part code { font-size: 0.78rem; color: var(--body-text-color-subdued); background: none; border: 0; padding: 0; }
.part summary { cursor: pointer; min-height: 32px; display: list-item; padding: 5px 0; font-size: 0.92rem; }
.wide { overflow-x: auto; border: 1px solid var(--border-color-primary); border-radius: 8px; }
.part table { border: 0 !important; border-collapse: collapse; width: 100%; font-size: 0.92rem; margin: 0; }
.part th, .part td { padding: 7px 12px; text-align: right; border: 0; white-space: nowrap;
  font-variant-numeric: tabular-nums; color: var(--body-text-color); }
.part tbody tr, .part thead tr { border: 0 !important; background: none !important; }
.part tbody tr { border-top: 1px solid var(--border-color-primary) !important; }
.part th { font-weight: 500; }
.part th:first-child, .part .why { text-align: left; white-space: normal; }
.part thead th { font-size: 0.82rem; color: var(--body-text-color-subdued); background: none; }
.part thead th:last-child:not(:nth-child(2)) { text-align: left; }
.part .why { color: var(--body-text-color-subdued); min-width: 150px; font-size: 0.86rem; }
.leads .wide .why { white-space: nowrap; }
.part .poor th, .part .poor td { color: #b45309; }
.found { list-style: none; margin: 0 0 8px; padding: 0; display: grid; gap: 10px;
  grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); align-items: start; }
.found li { margin: 0; padding: 12px 14px; border-radius: 8px; border: 1px solid var(--border-color-primary); }
.found .name { display: flex; gap: 8px; align-items: baseline; }
.found .name strong { font-weight: 600; overflow-wrap: anywhere; }
.found .verdict { margin-left: auto; font-size: 0.82rem; padding: 2px 8px; border-radius: 6px; color: white;
  background: #0f6f86; }
.found .uncertain .verdict { background: none; color: var(--body-text-color-subdued);
  border: 1px dashed var(--body-text-color-subdued); }
.found .line { display: flex; gap: 10px; align-items: center; margin: 8px 0 4px; }
.found .bar { position: relative; flex: 1; height: 8px; border-radius: 4px; background: var(--border-color-primary); }
.found .bar i { position: absolute; inset: 0 auto 0 0; border-radius: 4px; background: #0f7c94; }
.found .uncertain .bar i { background: #8a98a8; }
.found .bar b { position: absolute; top: -4px; width: 2px; height: 16px; background: var(--body-text-color); }
.found .share { font-variant-numeric: tabular-nums; font-weight: 600; min-width: 48px; text-align: right; }
.found .told { font-size: 0.84rem; color: var(--body-text-color-subdued); }
.found .of { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.found li:has(details[open]) { grid-column: 1 / -1; }
.map img { display: block; max-width: 100%; height: auto; border-radius: 6px; margin: 0; }
.map rect { fill: rgba(214, 120, 0, 0.16); stroke: #c26a00; stroke-width: 1.5px; vector-effect: non-scaling-stroke; }
.map rect.first { fill: rgba(214, 120, 0, 0.3); stroke-width: 2.5px; }
.signals { --sheet: #fffdfc; --fine: #f6dedb; --strong: #e9bbb6; --ink: #14202b; }
.dark .signals { --sheet: #14181d; --fine: #2a2326; --strong: #49343a; --ink: #e8eef4; }
.signals .tools { display: flex; gap: 8px; align-items: center; margin-bottom: 8px; }
.signals .tools button { min-width: 44px; min-height: 44px; border-radius: 8px; padding: 0 12px; font-size: 1.05rem;
  color: var(--body-text-color); background: var(--background-fill-secondary);
  border: 1px solid var(--border-color-primary); }
.signals .scale { margin-left: auto; font-size: 0.86rem; color: var(--body-text-color-subdued); }
.signals .paper { border-radius: 8px; overflow: hidden; border: 1px solid var(--border-color-primary);
  background: var(--sheet); }
.plot { display: block; width: 100%; height: auto; touch-action: pan-y; user-select: none; }
.plot.zoomed { cursor: grab; touch-action: none; }
.plot .line-1, .plot .line-5 { fill: none; stroke: var(--fine); stroke-width: 0.12px; }
.plot .line-5 { stroke: var(--strong); stroke-width: 0.2px; }
.plot .trace { fill: none; stroke: var(--ink); stroke-width: 1.2px; vector-effect: non-scaling-stroke;
  stroke-linejoin: round; }
.plot .pulse, .plot .start { fill: none; stroke: var(--ink); stroke-width: 0.25px; opacity: 0.6; }
.plot text { font: 600 3.6px system-ui, sans-serif; fill: var(--ink); stroke: var(--sheet); stroke-width: 0.8px;
  paint-order: stroke; }
.plot .none { font-weight: 400; fill: #b45309; }
.signals .help { font-size: 0.84rem !important; margin: 6px 0 0 !important; }
.corners { max-width: 760px; margin: 0 auto 8px; }
.corners .layers { display: block; touch-action: none; background: var(--background-fill-secondary);
  border-radius: 8px; overflow: hidden; }
.corners img { position: absolute; left: var(--mx); top: var(--my); width: calc(100% - 2 * var(--mx));
  height: calc(100% - 2 * var(--my)); margin: 0; user-select: none; pointer-events: none; }
.corners svg { cursor: crosshair; touch-action: none; }
.corners polygon { fill: rgba(15, 124, 148, 0.12); stroke: #0f7c94; stroke-width: 2px;
  vector-effect: non-scaling-stroke; }
.corners circle { fill: rgba(255, 255, 255, 0.5); stroke: #0f7c94; stroke-width: 3px; cursor: move;
  vector-effect: non-scaling-stroke; outline: none; }
#again-note .reading { min-height: 0; margin-top: 10px; }
.corners circle:focus { fill: rgba(214, 120, 0, 0.55); stroke: #c26a00; }
.section h2 { font-size: 1.1rem; font-weight: 600; margin: 12px 0 2px; }
.section p { margin: 0; color: var(--body-text-color-subdued); font-size: 0.95rem; line-height: 1.5; }
.thumb img { width: 100%; aspect-ratio: 297 / 210; object-fit: cover; border-radius: 8px;
  border: 1px solid var(--border-color-primary); }
.examples > * { gap: 8px !important; }
.examples { margin-top: 4px; }
.examples button { white-space: normal; line-height: 1.25; }
.about { font-size: 0.9rem; line-height: 1.55; color: var(--body-text-color-subdued);
  border-top: 1px solid var(--border-color-primary); padding-top: 14px; margin-top: 8px; }
.about p { margin: 0 0 6px; }
#read, #pdf, #again, .examples button { min-height: 44px !important; }
.gradio-container button:focus-visible, .gradio-container a:focus-visible, .gradio-container summary:focus-visible,
.plot:focus-visible, .wide:focus-visible, .switches input:focus-visible
  { outline: 3px solid #0f7c94 !important; outline-offset: 2px; }
footer { display: none !important; }
@media (max-width: 640px) {
  .gradio-container { padding: 10px !important; }
  .head h1 { font-size: 1.4rem; }
  .reading { padding: 16px; min-height: 0; }
  .reading .caption { font-size: 1.2rem; }
  .part th, .part td { padding: 7px 8px; }
  .part .why { min-width: 90px; }
  .measured .wide tr { display: grid; grid-template-columns: 1fr auto 52px; }
  .measured .wide .why { grid-column: 1 / -1; padding-top: 0; }
  .measured .wide th:nth-child(4) { display: none; }
  .examples { display: grid !important; grid-template-columns: 1fr 1fr !important; gap: 12px !important; }
  .examples > * { min-width: 0 !important; }
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
"""

FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")
MONO = ("ui-monospace", "Menlo", "Consolas", "monospace")
