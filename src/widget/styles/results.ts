/** The pictures that were found. */
export const RESULTS = `
[part='grid'] {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(136px, 1fr));
  gap: 24px 16px;
  margin-block-start: 32px;
  list-style: none;
}
[part='hit'] { position: relative; min-inline-size: 0; }
[part='picture'] {
  aspect-ratio: var(--_ratio, 1);
  margin-block-end: 12px;
  border-radius: var(--_radius);
  overflow: hidden;
  background: var(--_mat);
}
[part='thumb'] { display: block; inline-size: 100%; block-size: 100%; object-fit: contain; }
[part='placeholder'] {
  display: grid;
  place-items: center;
  inline-size: 100%;
  block-size: 100%;
  padding: 8px;
  background: var(--_mat);
  color: var(--_quiet);
  font-size: 0.875em;
  text-align: center;
}
[part='title'] { line-height: 1.3; overflow-wrap: anywhere; }
[part='link'] { color: inherit; text-decoration: none; }
[part='link']::after { content: ''; position: absolute; inset: 0; }
[part='link']:hover { text-decoration: underline; text-underline-offset: 3px; }
[part='link']:focus-visible { outline: none; }
[part='link']:focus-visible::after {
  outline: 2px solid currentColor;
  outline-offset: 4px;
  border-radius: var(--_radius);
}
[part='rank'] { display: flex; flex-wrap: wrap; column-gap: 12px; }
[part='title'] + * { margin-block-start: 4px; }
/* Above the link's field, so that the exact figure can be asked for. */
[part='score'] { position: relative; z-index: 1; inline-size: fit-content; }
[part='foot'] {
  display: grid;
  justify-items: center;
  gap: 12px;
  margin-block-start: 40px;
}

@container (min-width: 640px) {
  [part='grid'] {
    grid-template-columns: repeat(auto-fill, minmax(232px, 1fr));
    gap: 40px 24px;
    margin-block-start: 48px;
  }
}
`;
