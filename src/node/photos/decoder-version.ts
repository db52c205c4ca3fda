import sharp from 'sharp';

/** The libraries that decode photos and write thumbnails: other versions may give other pixels and bytes. */
export const DECODER_VERSION = `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`;
