/** The pictures that were found: they do the talking, all else is quiet. */
export const RESULTS = `
[part='results'] { margin-block-start: 32px; }
[part='results'][inert] { opacity: 0.4; }
[part='grid'] {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(136px, 1fr));
  gap: 24px 16px;
  list-style: none;
}
/* In one row of hits the cards end, and the ranks begin, at one height. */
[part='hit'] {
  position: relative;
  display: grid;
  grid-row: span 2;
  grid-template-rows: subgrid;
  row-gap: 0;
  min-inline-size: 0;
}
[part='card'] { min-inline-size: 0; }
[part='picture'] {
  position: relative;
  aspect-ratio: var(--_ratio, 1);
  border-radius: var(--_radius);
  overflow: hidden;
  background: var(--_mat);
}
[part='card'] > slot > [part='picture'] { margin-block-end: 12px; }
[part='thumb'], [part='blur'] { display: block; inline-size: 100%; block-size: 100%; }
[part='thumb'] { position: relative; object-fit: contain; }
[part='blur'] { position: absolute; inset: 0; object-fit: contain; }
[part='placeholder'] {
  display: grid;
  place-items: center;
  inline-size: 100%;
  block-size: 100%;
  padding: 8px;
  background: var(--_mat);
  font-size: 0.875em;
  text-align: center;
}
[part='picture'] > [part='placeholder'] { background: none; }
[part='title'] { line-height: 1.3; overflow-wrap: anywhere; }
[part='title'] + * { margin-block-start: 4px; }
[part='link'] { color: inherit; text-decoration: none; }
[part='link']::after { content: ''; position: absolute; inset: 0; }
[part='link']:hover { text-decoration: underline; text-underline-offset: 3px; }
[part='link']:focus-visible { outline: none; }
[part='link']:focus-visible::after {
  outline: 2px solid currentColor;
  outline-offset: 4px;
  border-radius: var(--_radius);
}

/* Above the link's field: how alike, and where to go from here */
[part='rank'] {
  position: relative;
  z-index: 1;
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  align-content: start;
  column-gap: 8px;
  margin-block-start: 4px;
  font-size: 0.875em;
}
[part='score'], [part='like'], [part='views'], [part='clear'] {
  min-block-size: 44px;
  min-inline-size: 44px;
  padding: 0;
  border: 0;
  border-radius: var(--_radius);
  background: none;
  color: var(--_quiet);
  font: inherit;
  text-align: start;
  cursor: pointer;
}
[part='score']:hover, [part='like']:hover, [part='views']:hover, [part='clear']:hover {
  color: inherit;
}
[part='like']:hover, [part='views']:hover, [part='clear']:hover {
  text-decoration: underline;
  text-underline-offset: 3px;
}
[part='bar'] { display: block; block-size: 4px; border-radius: 2px; background: var(--_line); overflow: hidden; }
.fill { display: block; block-size: 100%; background: currentColor; }
[part='number'] { display: none; font-variant-numeric: tabular-nums; }
.figures [part='number'] { display: block; }
.figures [part='bar'] { display: none; }
[part='score'] { flex: 0 0 44px; }
[part='like'], [part='views'] { white-space: nowrap; }
[part='views']::before { content: '+' / ''; display: inline-block; inline-size: 12px; }
[part='views'][aria-expanded='true']::before { content: '−' / ''; }
[part='more-views'] {
  flex: 1 0 100%;
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(44px, 1fr));
  gap: 8px;
  margin-block-end: 8px;
  list-style: none;
}
[part='view-link'] { display: block; }

[part='foot'] {
  display: grid;
  justify-items: center;
  gap: 12px;
  margin-block-start: 40px;
}

@container (min-width: 640px) {
  [part='results'] { margin-block-start: 48px; }
  [part='grid'] {
    grid-template-columns: repeat(auto-fill, minmax(232px, 1fr));
    gap: 40px 24px;
  }
  [part='more-views'] { grid-template-columns: repeat(auto-fill, minmax(64px, 1fr)); }
}
@media (prefers-reduced-motion: no-preference) {
  /* Tells that these are on their way out. */
  [part='results'] { transition: opacity 120ms; }
}
@media (forced-colors: active) {
  .fill { background: CanvasText; }
}
`;
