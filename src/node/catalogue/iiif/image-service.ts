/** The URL of a picture at the size that a search needs, by the IIIF Image API 1 to 3. */
import { isRecord } from '../../../core/check-record.ts';
import { idOf, listOf, type Thing, thingsIn, typeOf } from './json-ld.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * @param resource the picture of a canvas
 * @param canvas whose sides stand in for those of a picture that gives none
 * @param side the longest side that is needed, in pixels
 * @returns the resource's own URL if it has no service; undefined if it has none either
 */
export function imageUrl(resource: Thing, canvas: Thing, side: number): string | undefined {
  const own = idOf(resource);
  const service = thingsIn(resource.service).find(isImageService);
  const id = service && idOf(service)?.replace(/\/+$/, '');
  if (!service || id === undefined) return own;
  const size = sizeOf(service) ?? sizeOf(resource) ?? sizeOf(canvas);
  const level = levelOf(service);
  const version = versionOf(service);
  const whole = version === 3 ? 'max' : 'full';
  const at = (part: string) => `${id}/full/${part}/0/${version === 1 ? 'native' : 'default'}.jpg`;
  if (level === 0) {
    // Only the listed sizes exist.
    const chosen = listedSize(service, side);
    if (chosen) return at(version === 3 ? `${chosen.width},${chosen.height}` : `${chosen.width},`);
    return own ?? at(whole);
  }
  // Version 3 refuses to enlarge.
  if (size && Math.max(size.width, size.height) <= side) return at(whole);
  if (level === 2) return at(`!${side},${side}`);
  const isWide = !size || size.width >= size.height;
  return at(isWide ? `${side},` : `,${side}`);
}

function isImageService(service: Thing): boolean {
  if (/^ImageService[123]$/.test(typeOf(service))) return true;
  const context = listOf(service['@context']).join(' ');
  const profile = listOf(service.profile).filter((one) => typeof one === 'string');
  return (
    /\/image\/[123]\//.test(`${context} ${profile.join(' ')}`) ||
    /image-api/.test(context + profile)
  );
}

function versionOf(service: Thing): 1 | 2 | 3 {
  const [, ofType] = /^ImageService([123])$/.exec(typeOf(service)) ?? [];
  const texts = [service['@context'], service.profile].flatMap(listOf).join(' ');
  const [, ofContext] = /\/image\/([123])\//.exec(texts) ?? [];
  const version = ofType ?? ofContext ?? (/image-api\/1/.test(texts) ? '1' : '2');
  return Number(version) as 1 | 2 | 3;
}

/** The profile is a name or a URL that ends with it, in version 2 also the first of a list. */
function levelOf(service: Thing): 0 | 1 | 2 {
  const [profile] = listOf(service.profile);
  const [, level] =
    /level([012])(?:\.json)?$/.exec(typeof profile === 'string' ? profile : '') ?? [];
  // Most servers are of level 2; without a word, the least that all of them can do.
  return level === undefined ? 1 : (Number(level) as 0 | 1 | 2);
}

/** The smallest of the listed sizes that is large enough, else the largest. */
function listedSize(service: Thing, side: number): Size | undefined {
  const sizes = thingsIn(service.sizes)
    .flatMap((one) => sizeOf(one) ?? [])
    .sort((a, b) => a.width * a.height - b.width * b.height);
  return sizes.find(({ width, height }) => Math.max(width, height) >= side) ?? sizes.at(-1);
}

function sizeOf(thing: Thing): Size | undefined {
  if (!isRecord(thing)) return undefined;
  const { width, height } = thing;
  const isSide = (one: unknown): one is number => typeof one === 'number' && one > 0;
  return isSide(width) && isSide(height) ? { width, height } : undefined;
}
