/** The page's style sheet: the live page's colours, light and dark. */
export const style = `
:root { color-scheme: light dark; --ground: #f3f5f8; --surface: #fff; --line: #dfe4ec; --text: #18212f; --muted: #5b6779; --first: #2563b8; --second: #18794e; --alarm: #c2410c; --picture: #0d131d; }
@media (prefers-color-scheme: dark) { :root { --ground: #0b1018; --surface: #131a26; --line: #232d3d; --text: #e4eaf3; --muted: #93a1b5; --first: #8fb8ff; --second: #5fcf9a; --alarm: #ff9b5e; } }
* { box-sizing: border-box; margin: 0; }
body { font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif; color: var(--text); background: var(--ground); padding: clamp(0.75rem, 3vw, 2rem); }
main, header { max-width: 70rem; margin: 0 auto; }
h1 { font-size: 1.5rem; line-height: 1.2; } h2 { font-size: 1.1rem; margin: 2rem 0 0.75rem; } h3 { font-size: 0.95rem; margin-bottom: 0.4rem; }
header p, figcaption, .keys, dt { color: var(--muted); } p { max-width: 46rem; }
.missing { border-left: 3px solid var(--alarm); padding: 0.4rem 0.8rem; margin-top: 1rem; background: var(--surface); }
.grid2 { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); }
.frames { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); }
figure { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 0.9rem; }
figcaption { font-size: 0.85rem; margin-top: 0.4rem; } figcaption b { color: var(--text); float: right; }
.plot svg { display: block; width: 100%; height: auto; }
.plot text { font-size: 12px; fill: var(--muted); } .plot .note { fill: var(--alarm); }
.plot path, .plot polyline { fill: none; } .plot .grid { stroke: var(--line); }
polyline { stroke-width: 2; stroke-linejoin: round; } polyline.first { stroke: var(--first); } polyline.second { stroke: var(--second); stroke-dasharray: 6 3; } polyline.chance { stroke: var(--muted); stroke-dasharray: 2 4; }
.plot .rule { stroke: var(--alarm); stroke-width: 1.5; stroke-dasharray: 4 3; } .bar { fill: var(--first); } .band { fill: var(--alarm); opacity: 0.15; }
.keys { font-size: 0.85rem; } .key { margin-right: 1rem; } .key::before { content: ''; display: inline-block; width: 1.2rem; margin-right: 0.4rem; vertical-align: middle; border-top: 2px solid var(--first); } .key.second::before { border-top: 2px dashed var(--second); } .key.chance::before { border-top: 2px dotted var(--muted); }
.frame { padding: 0.5rem; } .frame div { position: relative; background: var(--picture); border-radius: 6px; overflow: hidden; } .frame img { display: block; width: 100%; } .frame svg { position: absolute; inset: 0; width: 100%; height: 100%; }
dl { display: grid; gap: 0.75rem 1.5rem; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); margin: 1rem 0; } dt { font-size: 0.8rem; } dd { font-weight: 600; overflow-wrap: anywhere; }
`;
