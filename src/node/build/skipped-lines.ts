/** The line of a photo that is skipped. How to convert a format is said once, not for each photo of it. */
import { conversionAdvice, type ImageKind } from '../../core/image/kind.ts';

const CONVERTED: readonly ImageKind[] = ['heic', 'tiff', 'bmp', 'jxl', 'jp2'];

export class SkippedLines {
  readonly #advised = new Set<ImageKind>();

  /**
   * @param where the row of a catalogue, or nothing
   * @param path of the photo
   * @param reason begins with the path
   */
  line(where: string, path: string, reason: string): string {
    const kind = CONVERTED.find((one) => {
      const advice = conversionAdvice(one);
      return advice !== null && reason.includes(advice);
    });
    if (kind === undefined || !this.#advised.has(kind)) {
      if (kind !== undefined) this.#advised.add(kind);
      return `Skipped: ${where}${reason}`;
    }
    return `Skipped: ${where}${path}: ${kind.toUpperCase()}, to be converted as above.`;
  }
}
