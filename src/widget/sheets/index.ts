/** The sheets and the camera's dialog, in one script that is loaded on demand: the first answer does not need them. */
export { CameraDialog } from '../inputs/camera-dialog.ts';
export { CropSheet } from './crop-sheet.ts';
export { MenuSheet } from './menu-sheet.ts';
export { PictureDialog } from './picture-dialog.ts';
