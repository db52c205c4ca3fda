/**
 * Makes the page installable as an app, so that other apps can share a photo with it
 * (W3C Web Application Manifest, Web Share Target).
 */
import sharp from 'sharp';
import { HtmlEditor } from './html-editor.ts';

const APP_MANIFEST = 'app.webmanifest';

const SIZES = [192, 512] as const;
const PAPER = '#fdfcf9';

/** Launchers crop icons to different shapes, so the jar stays within the middle 40 % in each direction. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
  <rect width="64" height="64" fill="${PAPER}"/>
  <path transform="translate(16 16)" fill="#96492b"
    d="M10 3h12c-1 4-2 4-1 7 6 3 8 8 5 14-1 3-3 5-4 5H10c-1 0-3-2-4-5-3-6-1-11 5-14 1-3 0-3-1-7z"/>
</svg>`;

/**
 * @param title name of the app; null for the default
 * @returns name, relative to the site ─▶ bytes
 */
export async function installableFiles(title: string | null): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const size of SIZES) {
    // Rendered at its final size, because an enlarged icon is blurred.
    const icon = sharp(Buffer.from(ICON), { density: (72 * size) / 64 }).resize(size, size);
    files.set(iconName(size), await icon.png({ compressionLevel: 9, palette: true }).toBuffer());
  }
  const name = title ?? 'Search by picture';
  const manifest = {
    id: './',
    name,
    short_name: name,
    start_url: './',
    scope: './',
    display: 'standalone',
    background_color: PAPER,
    theme_color: PAPER,
    icons: SIZES.map((size) => ({
      src: iconName(size),
      sizes: `${size}x${size}`,
      type: 'image/png',
      purpose: 'any maskable',
    })),
    // Handled in src/offline/share.ts.
    share_target: {
      action: './share',
      method: 'POST',
      enctype: 'multipart/form-data',
      params: { files: [{ name: 'photo', accept: ['image/*'] }] },
    },
  };
  files.set(APP_MANIFEST, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
  return files;
}

/** Added here, because Vite's development server has no such file. */
export function withInstallable(html: string): string {
  const page = new HtmlEditor(html);
  const link = `<link rel="manifest" href="./${APP_MANIFEST}" />`;
  page.insertAfter(page.find('title'), `\n    ${link}`);
  return page.toString();
}

function iconName(size: number): string {
  return `icon-${size}.png`;
}
