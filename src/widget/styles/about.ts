/** What is folded away at the end. */
export const ABOUT = `
[part='asleep'] { margin-block-start: 32px; color: var(--_quiet); font-size: 0.875em; }
[data-state='empty'] ~ [part='asleep'] { display: none; }
[part='asleep'] + [part='about'] { margin-block-start: 8px; }
[part='asleep'][hidden] + [part='about'] { margin-block-start: 32px; }
[part='about'] { margin-block-start: 32px; color: var(--_quiet); font-size: 0.875em; }
[part='about-summary'] {
  inline-size: fit-content;
  min-block-size: 44px;
  padding-block: 12px;
  line-height: 20px;
  cursor: pointer;
}
[part='about-facts'] { display: grid; gap: 4px; margin-block-end: 12px; }
[part='about'] [part='detail'] { font-size: 1em; }
[part='about'] [part~='button'] { font-size: 1rem; }
[part='about'] [part='note'] { margin-block-start: 8px; }
`;
