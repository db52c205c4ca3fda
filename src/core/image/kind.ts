/** The format of an image file, read from its first bytes: names and content types are often wrong. */

export type ImageKind =
  | 'jpeg'
  | 'png'
  | 'webp'
  | 'gif'
  | 'avif'
  | 'heic'
  | 'tiff'
  | 'bmp'
  | 'jxl'
  | 'jp2'
  | 'svg'
  | 'ico'
  | 'pdf'
  | 'psd'
  | 'video';

/** Bytes that `kindOf` looks at. */
export const KIND_BYTES = 512;

export function kindOf(head: Uint8Array): ImageKind | null {
  const text = latin1(head.subarray(0, KIND_BYTES));
  if (text.startsWith('\xff\xd8')) return 'jpeg';
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (/^GIF8[79]a/.test(text)) return 'gif';
  if (text.startsWith('RIFF')) return text.startsWith('WEBP', 8) ? 'webp' : null;
  if (text.startsWith('ftyp', 4)) return kindOfBrands(head, text);
  if (/^(II[*+]\0|MM\0[*+])/.test(text)) return 'tiff';
  if (text.startsWith('BM') && head.length >= 18 && isBmpHeader(head)) return 'bmp';
  if (text.startsWith('\xff\x0a') || text.startsWith('JXL ', 4)) return 'jxl';
  if (text.startsWith('jP  ', 4)) return 'jp2';
  if (text.startsWith('\0\0\x01\0')) return 'ico';
  if (text.startsWith('%PDF')) return 'pdf';
  if (text.startsWith('8BPS')) return 'psd';
  if (/^(\xef\xbb\xbf)?\s*<[\s\S]*<?svg[\s>]/.test(text)) return 'svg';
  return null;
}

/** Brands of an ISO media file: the main one, then (after its version) those it is compatible with. */
function kindOfBrands(head: Uint8Array, text: string): ImageKind | null {
  const size = ((head[2] as number) << 8) | (head[3] as number);
  const brands = text.slice(8, Math.min(size, KIND_BYTES));
  const has = (pattern: RegExp) => (brands.match(/[\s\S]{4}/g) ?? []).some((b) => pattern.test(b));
  if (has(/^avi[fs]$/)) return 'avif';
  if (has(/^he(ic|ix|vc|vx|im|is|vm|vs)$/)) return 'heic';
  return has(/^(isom|iso\d|mp4\d|avc1|qt {2}|M4V )$/) ? 'video' : null;
}

/** "BM" begins many texts; the length of the header that follows does not. */
function isBmpHeader(head: Uint8Array): boolean {
  const length = new DataView(head.buffer, head.byteOffset).getUint32(14, true);
  return [12, 16, 40, 52, 56, 64, 108, 124].includes(length);
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

const CONVERT: Partial<Record<ImageKind, string>> = {
  heic:
    'HEIC is a patented format that few programs read. Convert it to JPEG: ' +
    '"heif-convert photo.heic photo.jpg" (Debian: libheif-examples), or on a Mac ' +
    '"sips -s format jpeg photo.heic --out photo.jpg"',
  tiff: 'most browsers cannot read TIFF. Convert it: "magick photo.tif photo.jpg"',
  bmp: 'BMP is read by browsers only. Convert it: "magick photo.bmp photo.png"',
  jxl: 'few programs read JPEG XL. Convert it: "djxl photo.jxl photo.jpg"',
  jp2: 'few programs read JPEG 2000. Convert it: "magick photo.jp2 photo.jpg"',
  svg: 'SVG is a drawing, not a photo. Convert it: "magick drawing.svg drawing.png"',
  ico: 'ICO is an icon, not a photo. Convert it: "magick icon.ico icon.png"',
  pdf: 'PDF is a document, not a photo. Extract its pictures: "pdfimages -all document.pdf photo"',
  psd: 'PSD is for image editors. Export it as JPEG or PNG',
  video: 'this is a video. Save one of its frames: "ffmpeg -i video.mp4 -frames:v 1 photo.jpg"',
};

/** Why a format cannot be used, and the command that converts it; null for formats that are read. */
export function conversionAdvice(kind: ImageKind): string | null {
  return CONVERT[kind] ?? null;
}
