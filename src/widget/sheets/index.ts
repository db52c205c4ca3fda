/**
 * The sheets, the camera's dialog, the dots on photos and the fields for ranges, in one script that is loaded on demand: the first answer does not
 * need them.
 */
export { CameraDialog } from '../inputs/camera-dialog.ts';
export { ThingDots } from '../photo/thing-dots.ts';
export { RangeField } from '../results/range-field.ts';
export { CropSheet } from './crop-sheet.ts';
export { MenuSheet } from './menu-sheet.ts';
export { PictureDialog } from './picture-dialog.ts';
export { adoptSheets } from './sheet.ts';
