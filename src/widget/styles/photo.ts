/** The photo's place: small beside the words; opened large, with the frame over it. */
export const PHOTO = `
[part='photo'] { --_block: 112px; --_inline: 128px; min-inline-size: 0; }
[part='photo']:empty { display: none; }
[part='photo']:empty + [part='side'] > * { grid-column: 1 / -1; }
[part='photo'] [part='placeholder'] {
  inline-size: 112px;
  block-size: var(--_block);
  border-radius: var(--_radius);
}
[part='photo-stage'] {
  position: relative;
  aspect-ratio: var(--_shape, 1);
  inline-size: min(var(--_inline), calc(var(--_block) * var(--_shape, 1)));
  cursor: zoom-in;
}
/* Turned about the middle: the upright picture's sides, measured by the turned stage's. */
[part='photo-image'] {
  position: absolute;
  top: 50%;
  left: 50%;
  inline-size: 100%;
  block-size: 100%;
  border-radius: var(--_radius);
  transform: translate(-50%, -50%);
  user-select: none;
}
[data-turns='1'] [part='photo-image'], [data-turns='3'] [part='photo-image'] {
  inline-size: calc(100% * var(--_upright));
  block-size: calc(100% / var(--_upright));
}
[data-turns='1'] [part='photo-image'] { transform: translate(-50%, -50%) rotate(90deg); }
[data-turns='2'] [part='photo-image'] { transform: translate(-50%, -50%) rotate(180deg); }
[data-turns='3'] [part='photo-image'] { transform: translate(-50%, -50%) rotate(270deg); }

/* Opened */
/* Handles reach out of the photo, but never make the page scroll sideways. */
[part='photo'].open { overflow-x: clip; grid-column: 1 / -1; --_block: min(56vh, 480px); --_inline: 100%; }
.open [part='photo-stage'] {
  margin-block: 12px 16px;
  cursor: default;
}
[part='photo-tools'] { display: flex; flex-wrap: wrap; gap: 8px; }

/* The frame; what lies outside of it is darkened, so that white lines show on any picture. */
[part='crop'] { position: absolute; inset: 0; }
.shade { position: absolute; inset: 0; overflow: hidden; border-radius: var(--_radius); }
.shade > div, [part='crop-frame'] {
  position: absolute;
  left: var(--_left);
  top: var(--_top);
  width: var(--_width);
  height: var(--_height);
}
.shade > div { outline: 200vmax solid rgb(0 0 0 / 0.55); }
.whole:not(.active) .shade, .whole:not(.active) [part='crop-frame'] { display: none; }
[part='crop-frame'] { outline: 1px solid #fff; outline-offset: -1px; }
[part='crop'].active { cursor: crosshair; touch-action: none; }
.active:not(.whole) [part='crop-frame'] { cursor: move; }
.active [part='crop-frame']:focus-visible { outline: 3px solid #fff; outline-offset: -3px; }
[part='crop-handle'] { position: absolute; inline-size: 44px; block-size: 44px; display: none; }
.active [part='crop-handle'] { display: block; }
[part='crop-handle']::after {
  content: '';
  position: absolute;
  width: 20px;
  height: 20px;
  border: 0 solid #fff;
  filter: drop-shadow(0 0 1px #000);
}
[data-corner='nw'] { left: -22px; top: -22px; cursor: nwse-resize; }
[data-corner='ne'] { right: -22px; top: -22px; cursor: nesw-resize; }
[data-corner='sw'] { left: -22px; bottom: -22px; cursor: nesw-resize; }
[data-corner='se'] { right: -22px; bottom: -22px; cursor: nwse-resize; }
[data-corner='nw']::after { left: 22px; top: 22px; border-left-width: 4px; border-top-width: 4px; }
[data-corner='ne']::after { right: 22px; top: 22px; border-right-width: 4px; border-top-width: 4px; }
[data-corner='sw']::after { left: 22px; bottom: 22px; border-left-width: 4px; border-bottom-width: 4px; }
[data-corner='se']::after { right: 22px; bottom: 22px; border-right-width: 4px; border-bottom-width: 4px; }

@container (min-width: 640px) {
  [part='photo'] { --_block: 160px; --_inline: 240px; }
  [part='photo'] [part='placeholder'] { inline-size: 160px; }
  [part='photo'].open { grid-column: auto; }
  .open [part='photo-stage'] { --_inline: 48cqi; }
}
@media (forced-colors: active) {
  [part='crop-frame'] { outline-color: CanvasText; }
}
`;
