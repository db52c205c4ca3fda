/** The ways in besides the field: the hint over the whole window, the field for an address. */
export const INPUTS = `
/* Browsers without popover never show it. */
[part='drop-page'] {
  display: none;
  position: fixed;
  inset: 16px;
  inline-size: auto;
  block-size: auto;
  place-items: center;
  padding: 16px;
  border: 2px solid var(--_accent);
  border-radius: var(--_radius);
  background: color-mix(in srgb, var(--_accent) 92%, transparent);
  color: var(--_on-accent);
  font-size: 1.5em;
  text-align: center;
  pointer-events: none;
}
[part='drop-page']:popover-open { display: grid; }

[part='address'] { max-inline-size: 480px; color: var(--_quiet); font-size: 0.875em; text-align: start; }
[part='zone']:not([data-state='empty'], [data-state='error']) [part='address'] { display: none; }
[data-state='empty'] [part='address'] { inline-size: 100%; margin-inline: auto; }
[part='address-summary'] {
  inline-size: fit-content;
  min-block-size: 44px;
  padding-block: 12px;
  line-height: 20px;
  cursor: pointer;
}
[data-state='empty'] [part='address-summary'] { margin-inline: auto; }
[part='address-form'] { display: flex; flex-wrap: wrap; gap: 8px; margin-block-end: 12px; }
[part='address-input'] {
  flex: 1 1 144px;
  min-inline-size: 0;
  min-block-size: 44px;
  padding: 8px 12px;
  border: 1px solid var(--_edge);
  border-radius: var(--_radius);
  background: transparent;
  color: inherit;
  /* Phones zoom in on fields with smaller letters. */
  font: inherit;
  font-size: 1rem;
  text-align: start;
}
[part='address-form'] [part~='button'] { font-size: 1rem; }

/* The camera */
[part~='take'].live { display: block; }
[part='camera'] {
  inline-size: min(100vw - 32px, 800px);
  max-inline-size: none;
  max-block-size: none;
  padding: 0;
  border: 0;
  background: none;
  color: #fff;
}
[part='camera']::backdrop { background: rgb(0 0 0 / 0.85); }
[part='camera-view'] {
  display: block;
  inline-size: 100%;
  aspect-ratio: auto 16 / 9;
  max-block-size: calc(100vh - 128px);
  border-radius: var(--_radius);
  object-fit: contain;
}
[part='camera-status']:not(:empty) { max-inline-size: 36em; margin-inline: auto; text-align: center; }
[part='camera-tools'] {
  display: flex;
  flex-wrap: wrap;
  justify-content: center;
  gap: 8px;
  margin-block-start: 16px;
}
`;
