/**
 * The element is a guest: font, text colour and background are the page's, the tone of quiet text and lines
 * is mixed from the text colour, and there is one accent. All lengths are multiples of 4 pixels, all
 * directions logical.
 */
export const BASE = `
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
.status, .unseen {
  position: absolute;
  inline-size: 1px;
  block-size: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
`;
