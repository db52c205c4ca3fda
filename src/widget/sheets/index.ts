/**
 * The sheets, the camera's dialog and the dots on photos, in one script that is loaded on demand: the first answer does not
 * need them.
 */
export { CameraDialog } from '../inputs/camera-dialog.ts';
export { ThingDots } from '../photo/thing-dots.ts';
export { CropSheet } from './crop-sheet.ts';
export { MenuSheet } from './menu-sheet.ts';
export { PictureDialog } from './picture-dialog.ts';
