export const BUTTON = `
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

@media (pointer: coarse) {
  [part~='take'] { display: block; }
}
@media (prefers-reduced-motion: no-preference) {
  [part~='button'] { transition: background-color 120ms, border-color 120ms; }
}
@media (forced-colors: active) {
  [part~='button'] { border-color: ButtonText; }
}
`;
