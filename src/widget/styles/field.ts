/** The field that takes the photo, and the line of photo and words that it becomes. */
export const FIELD = `
.root { position: relative; }
[part='zone'] { position: relative; }
[part='side'] { min-inline-size: 0; }
[part='status'] { display: grid; gap: 8px; justify-items: start; }
[part='actions'] { display: flex; flex-wrap: wrap; gap: 8px; }
.action { display: contents; }
[part='prompt'] { font-size: 1.25em; line-height: 1.4; text-wrap: balance; }
[part='heading'] {
  font: inherit;
  font-size: 1.5em;
  line-height: 1.25;
  text-wrap: balance;
}
[part='text'], [part='problem'], [part='step'], [part='notice'], [part='detail'] {
  max-inline-size: 36em;
  overflow-wrap: anywhere;
}
[part='problem'] { font-size: 1.125em; }
[part='notice'], [part='detail'], [part='note'], [part='count'], [part='facts'],
[part='score'], [part='views'] {
  color: var(--_quiet);
  font-size: 0.875em;
  line-height: 1.45;
}

[data-state='empty'] {
  display: grid;
  place-items: center;
  min-block-size: 256px;
  padding: 32px 16px;
  background: var(--_mat);
  border-radius: var(--_radius);
  text-align: center;
  cursor: pointer;
}
[data-state='empty'] [part='photo'] { display: none; }
[data-state='empty'] [part='status'] { justify-items: center; }
[data-state='empty'] [part='actions'] { justify-content: center; margin-block: 20px 16px; }
.by-hand { display: none; }

[part='zone']:not([data-state='empty']) {
  display: grid;
  grid-template-columns: auto minmax(0, 1fr);
  gap: 16px;
  align-items: start;
}
[part='zone']:not([data-state='empty']) [part='note'] { display: none; }
[part='zone']:not([data-state='empty']) [part='side'] { display: contents; }
[part='zone']:not([data-state='empty']) :is([part='actions'], [part='address']) {
  grid-column: 1 / -1;
}
[part='drop-hint'] {
  position: absolute;
  inset: 0;
  display: none;
  place-items: center;
  padding: 16px;
  border-radius: var(--_radius);
  background: var(--_accent);
  color: var(--_on-accent);
  font-size: 1.25em;
  text-align: center;
  pointer-events: none;
}
.dragging [part='drop-hint'] { display: grid; }


[part='progress'] {
  appearance: none;
  display: block;
  inline-size: min(100%, 320px);
  block-size: 4px;
  border: 0;
  border-radius: 2px;
  overflow: hidden;
  background: var(--_line);
}
[part='progress']::-webkit-progress-bar { background: transparent; }
[part='progress']::-webkit-progress-value { background: var(--_accent); }
[part='progress']::-moz-progress-bar { background: var(--_accent); }
[part='progress'].idle { visibility: hidden; }

@container (min-width: 640px) {
  [data-state='empty'] { min-block-size: 320px; }
  [part='zone']:not([data-state='empty']) { gap: 24px; }
  [part='zone']:not([data-state='empty']) [part='side'] { display: block; }
  [part='zone']:not([data-state='empty']) [part='actions'] { margin-block-start: 16px; }
  [part='photo']:empty + [part='side'] { grid-column: 1 / -1; }
}
@media (pointer: coarse) {
  .by-mouse { display: none; }
  .by-hand { display: block; }
}
@media (forced-colors: active) {
  [part='progress']::-webkit-progress-value { background: Highlight; }
}
`;
