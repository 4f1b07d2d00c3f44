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
.pictures { display: flex; flex-wrap: wrap; gap: 16px; }
.pictures figure { flex: 1 1 340px; margin: 0; min-width: 0; }
.pictures button { display: block; width: 100%; padding: 0; border: 0; background: none; cursor: zoom-in; }
.pictures img { width: 100%; height: auto; max-height: 620px; object-fit: contain; object-position: left top;
  border-radius: 8px; border: 1px solid var(--border-color-primary); background: var(--background-fill-secondary); }
.pictures button:fullscreen { cursor: zoom-out; background: white; }
.pictures button:fullscreen img { max-height: 100vh; height: 100vh; object-position: center; border-radius: 0; }
.pictures figcaption { font-size: 0.88rem; color: var(--body-text-color-subdued); margin-top: 6px; }
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
#read, #pdf, .examples button { min-height: 44px !important; }
.gradio-container button:focus-visible, .gradio-container a:focus-visible, .gradio-container summary:focus-visible
  { outline: 3px solid #0f7c94 !important; outline-offset: 2px; }
footer { display: none !important; }
@media (max-width: 640px) {
  .gradio-container { padding: 10px !important; }
  .head h1 { font-size: 1.4rem; }
  .reading { padding: 16px; min-height: 0; }
  .reading .caption { font-size: 1.2rem; }
  .examples { display: grid !important; grid-template-columns: 1fr 1fr !important; gap: 12px !important; }
  .examples > * { min-width: 0 !important; }
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
"""

FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")
MONO = ("ui-monospace", "Menlo", "Consolas", "monospace")
