/** The last queries: one quiet line. */
export const RECENT = `
[part='recent'] { margin-block-start: 16px; color: var(--_quiet); font-size: 0.875em; }
[part='recent-head'] { display: flex; align-items: center; gap: 16px; }
[part='recent-clear'] {
  min-block-size: 44px;
  min-inline-size: 44px;
  padding: 0;
  border: 0;
  background: none;
  color: inherit;
  font: inherit;
  text-decoration: underline;
  text-underline-offset: 3px;
  cursor: pointer;
}
[part='recent'] [part='detail'] { margin: 0; font-size: 1em; }

[part='recent-list'] {
  display: flex;
  gap: 8px;
  /* Room for the focus ring. */
  margin: -4px;
  padding: 4px;
  overflow-x: auto;
  list-style: none;
  scrollbar-width: thin;
}
[part='recent-query'] {
  display: block;
  inline-size: 48px;
  block-size: 48px;
  padding: 0;
  border: 0;
  border-radius: var(--_radius);
  overflow: hidden;
  background: var(--_mat);
  color: inherit;
  cursor: pointer;
}
[part='recent-thumb'] { display: block; inline-size: 100%; block-size: 100%; object-fit: cover; }
[part='recent-query']:hover [part='recent-thumb'] { opacity: 0.8; }
`;
