/**
 * The element is a guest: font, text colour and background are the page's, the tone of quiet text and lines
 * is mixed from the text colour, and there is one accent. All lengths are multiples of 4 pixels, all
 * directions logical.
 */
const CSS = `
:host {
  --_accent: var(--soutu-accent, #96492b);
  --_on-accent: var(--soutu-on-accent, #fff);
  --_quiet: color-mix(in srgb, currentColor 74%, transparent);
  --_line: color-mix(in srgb, currentColor 22%, transparent);
  --_edge: color-mix(in srgb, currentColor 52%, transparent);
  --_mat: color-mix(in srgb, currentColor 5%, transparent);
  --_radius: var(--soutu-radius, 4px);
  display: block;
  container-type: inline-size;
}
@supports (color: light-dark(red, red)) {
  :host { --_accent: var(--soutu-accent, light-dark(#96492b, #e2a083)); }
}
/* Whatever accent a page chooses, the words on it stay readable. */
@supports (color: oklch(from red calc(l) 0 0)) {
  :host {
    --_on-accent: var(
      --soutu-on-accent,
      oklch(from var(--_accent) clamp(0, (0.57 - l) * 1000, 1) 0 0)
    );
  }
}
:host([hidden]), [hidden] { display: none !important; }
* { box-sizing: border-box; }
p, h2, ul { margin: 0; padding: 0; }
:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
[tabindex='-1']:focus { outline-offset: 4px; }
h2:focus:not(:focus-visible), p:focus:not(:focus-visible) { outline: none; }
.status {
  position: absolute;
  inline-size: 1px;
  block-size: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}

/* The field, then the line that it becomes */
.root { position: relative; }
[part='zone'] { position: relative; }
[part='side'] { min-inline-size: 0; }
[part='told'] { display: grid; gap: 8px; justify-items: start; }
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
[data-state='empty'] [part='told'] { justify-items: center; }
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
[part='zone']:not([data-state='empty']) [part='actions'] { grid-column: 1 / -1; }
[part='photo']:empty { display: none; }
[part='photo']:empty + [part='side'] > * { grid-column: 1 / -1; }
[part='photo'] { block-size: 112px; }
[part='photo-image'] {
  display: block;
  block-size: 100%;
  min-inline-size: 64px;
  max-inline-size: 128px;
  object-fit: cover;
  border-radius: var(--_radius);
}
[part='photo'] [part='placeholder'] {
  inline-size: 112px;
  block-size: 100%;
  border-radius: var(--_radius);
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

[part~='button'] {
  min-block-size: 44px;
  min-inline-size: 44px;
  padding: 8px 20px;
  border: 1px solid var(--_edge);
  border-radius: var(--_radius);
  background: transparent;
  color: inherit;
  font: inherit;
  line-height: 1.25;
  cursor: pointer;
}
[part~='button']:hover { border-color: currentColor; background: var(--_mat); }
[part~='primary'] {
  border-color: var(--_accent);
  background: var(--_accent);
  color: var(--_on-accent);
}
[part~='primary']:hover {
  border-color: var(--_accent);
  background: color-mix(in srgb, var(--_accent) 90%, black);
}
[part~='primary']:focus-visible { outline-color: var(--_accent); }
[part~='take'] { display: none; }
[aria-disabled='true'] { cursor: default; opacity: 0.7; }

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

/* The pictures */
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

/* The end */
[part='about'] { margin-block-start: 32px; color: var(--_quiet); font-size: 0.875em; }
[part='about-summary'] {
  inline-size: fit-content;
  min-block-size: 44px;
  padding-block: 12px;
  line-height: 20px;
  cursor: pointer;
}
[part='about-facts'] { display: grid; gap: 4px; margin-block-end: 12px; }
[part='about'] [part~='button'] { font-size: 1rem; }
[part='about'] [part='note'] { margin-block-start: 8px; }

@container (min-width: 640px) {
  [data-state='empty'] { min-block-size: 320px; }
  [part='zone']:not([data-state='empty']) { gap: 24px; }
  [part='zone']:not([data-state='empty']) [part='side'] { display: block; }
  [part='zone']:not([data-state='empty']) [part='actions'] { margin-block-start: 16px; }
  [part='photo']:empty + [part='side'] { grid-column: 1 / -1; }
  [part='photo'] { block-size: 160px; }
  [part='photo-image'] { max-inline-size: 240px; }
  [part='photo'] [part='placeholder'] { inline-size: 160px; }
  [part='grid'] {
    grid-template-columns: repeat(auto-fill, minmax(232px, 1fr));
    gap: 40px 24px;
    margin-block-start: 48px;
  }
}
@media (pointer: coarse) {
  [part~='take'] { display: block; }
  .by-mouse { display: none; }
  .by-hand { display: block; }
}
@media (prefers-reduced-motion: no-preference) {
  [part~='button'] { transition: background-color 120ms, border-color 120ms; }
}
@media (forced-colors: active) {
  [part~='button'] { border-color: ButtonText; }
  [part='progress']::-webkit-progress-value { background: Highlight; }
}
`;

let sheet: CSSStyleSheet | null = null;

/** One sheet for all elements of the page; a strict CSP allows it where it forbids <style>. */
export function styleSheet(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  return sheet;
}
