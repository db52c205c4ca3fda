/** The sheets, in one script that is loaded on demand: the first answer does not need them. */
export { CropSheet } from './crop-sheet.ts';
export { MenuSheet } from './menu-sheet.ts';
export { PictureDialog } from './picture-dialog.ts';
