/** The style of report.html and of the page of `soutu eval`: paper, ink and one clay tone, as the search page. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fdfcf9; --card: #fff; --ink: #26221e; --quiet: #6a635a; --line: #e4dfd6;
  --clay: #96492b; --own: #3f7a63; --other: #96492b; --third: #4a6a9c; --well: #f4f1ea;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "Book Antiqua", Charter, Georgia, "Times New Roman", serif;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #171412; --card: #1f1b18; --ink: #ece6dc; --quiet: #a89f94; --line: #38322c;
    --clay: #e2a083; --own: #7fc3a4; --other: #e2a083; --third: #9db9e6; --well: #24201c;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-block-start: 16px; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 var(--sans); overflow-wrap: anywhere; }
.wrap { max-inline-size: 1060px; margin-inline: auto; padding: 40px 20px 72px; }
h1, h2, h3 { font-family: var(--serif); font-weight: 400; line-height: 1.2; margin: 0; text-wrap: balance; }
h1 { font-size: clamp(2rem, 5vw, 2.9rem); }
h2 { font-size: 1.6rem; }
h3 { font-size: 1.1rem; }
p { margin: 0; max-inline-size: 68ch; }
a { color: var(--clay); text-underline-offset: 3px; }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--clay); outline-offset: 3px; border-radius: 2px; }
.quiet { color: var(--quiet); }
.eyebrow { color: var(--quiet); margin-block-end: 6px; }
.problem { border-inline-start: 3px solid var(--clay); padding-inline-start: 14px; margin-block-start: 18px; font-weight: 600; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(118px, 1fr)); gap: 1px; margin: 32px 0 0; background: var(--line); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
.facts div { background: var(--card); padding: 16px 18px; display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.facts dt { color: var(--quiet); font-size: .875rem; }
.facts dd { margin: 0; font: 400 1.9rem/1.1 var(--serif); font-variant-numeric: lining-nums tabular-nums; }
.facts .bad dd { color: var(--clay); }
nav { margin-block-start: 22px; }
nav ul { display: flex; flex-wrap: wrap; gap: 6px 20px; list-style: none; margin: 0; padding: 0; }
section { margin-block-start: 56px; padding-block-start: 24px; border-block-start: 1px solid var(--line); }
section > p { margin-block-start: 8px; }
.count { font: 400 1rem/1 var(--sans); color: var(--quiet); margin-inline-start: 8px; white-space: nowrap; }
.sheet { display: grid; grid-template-columns: repeat(auto-fill, minmax(96px, 1fr)); gap: 14px 12px; list-style: none; margin: 20px 0 0; padding: 0; }
.photo { display: flex; flex-direction: column; gap: 6px; min-inline-size: 0; font-size: .8125rem; line-height: 1.35; }
.frame { aspect-ratio: 1; inline-size: 100%; background: var(--well); border-radius: 6px; display: grid; place-items: center; overflow: hidden; color: var(--quiet); }
.frame img { inline-size: 100%; block-size: 100%; object-fit: contain; display: block; }
.frame.odd { outline: 2px solid var(--clay); outline-offset: 2px; }
.frame svg { inline-size: 28px; block-size: 28px; stroke: currentColor; fill: none; stroke-width: 1.5; opacity: .6; }
.name { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; line-clamp: 2; overflow: hidden; }
.rows { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(440px, 100%), 1fr)); gap: 16px; margin-block-start: 20px; }
.row { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px 18px 18px; min-inline-size: 0; }
.row .sheet { margin-block-start: 14px; grid-template-columns: repeat(auto-fill, minmax(76px, 1fr)); gap: 12px 10px; }
.row p { margin-block-start: 4px; font-size: .9375rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); gap: 20px 18px; list-style: none; margin: 20px 0 0; padding: 0; }
.pair > li { display: grid; grid-template-columns: 1fr 1fr; gap: 8px; }
.score { color: var(--quiet); font-variant-numeric: tabular-nums; }
.score.match { color: var(--own); font-weight: 600; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 22px; list-style: none; margin: 14px 0 0; padding: 0; font-size: .9375rem; }
.legend li { display: flex; align-items: center; gap: 8px; }
.key { inline-size: 14px; block-size: 14px; border-radius: 3px; flex: none; }
.key.own { background: var(--own); } .key.other { background: var(--other); } .key.third { background: var(--third); }
.scroll { overflow-x: auto; margin-block-start: 16px; }
.chart { display: block; inline-size: 100%; min-inline-size: 520px; block-size: auto; }
.chart .axis { stroke: var(--line); }
.chart .tick { fill: var(--quiet); font: 12px var(--sans); }
.chart .label { fill: var(--ink); font: 600 12.5px var(--sans); }
.chart .threshold { stroke: var(--ink); stroke-dasharray: 4 4; }
.chart .area { fill-opacity: .38; stroke-width: 1.5; }
.chart .own { fill: var(--own); stroke: var(--own); }
.chart .other { fill: var(--other); stroke: var(--other); }
.chart .third { fill: var(--third); stroke: var(--third); }
.chart .line { fill: none; stroke-width: 2; }
.chart .dot { stroke: var(--paper); stroke-width: 1.5; }
.query { display: grid; grid-template-columns: 112px 1fr; gap: 18px; align-items: start; }
.row.query .sheet { margin: 0; grid-template-columns: repeat(auto-fill, minmax(64px, 1fr)); }
.query .sheet .photo { min-inline-size: 0; }
footer { margin-block-start: 64px; color: var(--quiet); font-size: .875rem; }
@media (max-width: 520px) {
  .wrap { padding: 28px 16px 56px; }
  .facts { grid-template-columns: 1fr 1fr; }
  .query { grid-template-columns: 84px 1fr; gap: 12px; }
  .pair { grid-template-columns: 1fr 1fr; }
  .pair > li { gap: 4px; }
}
@media print { section { break-inside: avoid-page; } nav { display: none; } }
`;
