/** The line that narrows and orders what was found. */
export const FILTERS = `
[part='filters'] { margin-block-end: 24px; }
[part='filter-bar'] {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 8px;
}
[part='facets'] { display: contents; }
[part~='facet'] { padding-inline: 12px; font-size: 0.875em; text-align: start; }
[part~='facet']::after {
  content: '';
  display: inline-block;
  inline-size: 6px;
  block-size: 6px;
  margin-inline-start: 8px;
  border-block-end: 1.5px solid;
  border-inline-end: 1.5px solid;
  transform: translateY(-3px) rotate(45deg);
}
[part~='facet']:dir(rtl)::after { transform: translateY(-3px) rotate(-45deg); }
[part~='facet'][aria-expanded='true']::after { transform: translateY(1px) rotate(225deg); }
[part~='facet'][aria-expanded='true']:dir(rtl)::after { transform: translateY(1px) rotate(-225deg); }
[part~='facet'].chosen, [part~='facet'][aria-expanded='true'] { border-color: currentColor; }
[part='clear'] { padding-inline: 8px; font-size: 0.875em; }
[part='order'] {
  display: flex;
  align-items: center;
  gap: 8px;
  min-inline-size: 0;
  margin-inline-start: auto;
  font-size: 0.875em;
}
[part='order-label'] { color: var(--_quiet); }
[part='order-select'] {
  min-inline-size: 0;
  max-inline-size: 100%;
  min-block-size: 44px;
  padding-inline: 8px;
  border: 1px solid transparent;
  border-radius: var(--_radius);
  background: transparent;
  color: inherit;
  font: inherit;
  cursor: pointer;
}
[part='order-select']:hover { border-color: var(--_edge); }
[part='order-select'] option { background: Canvas; color: CanvasText; }
[part='values'] {
  display: flex;
  flex-wrap: wrap;
  column-gap: 20px;
  max-block-size: 264px;
  margin-block-start: 8px;
  overflow-y: auto;
}
[part='value'] {
  display: flex;
  align-items: center;
  gap: 8px;
  min-block-size: 44px;
  cursor: pointer;
}
[part='value'].none { color: var(--_quiet); }
[part='value-box'] { inline-size: 18px; block-size: 18px; margin: 0; accent-color: var(--_accent); }
[part='value-count'] { color: var(--_quiet); font-size: 0.875em; font-variant-numeric: tabular-nums; }
`;
