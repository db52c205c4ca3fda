/**
 * Downloads a picture from a URL that the visitor entered. The request carries no credentials and no referrer,
 * so the other site learns neither who the visitor is nor which page sent the request.
 */
import { isUrl } from '../../browser/parse-url.ts';
import { SoutuError } from '../../core/errors.ts';
import { linkSignals } from '../linked-signal.ts';
import { hostOf } from './host-of.ts';

/** Why a picture could not be downloaded; some reasons have a `detail`. */
export type AddressProblem =
  | 'address' // neither http(s) nor a data: URL of an image
  | 'insecure' // http on an https page: browsers block that
  | 'policy' // the page's CSP blocks the host
  | 'refused' // CORS or an unreachable host: browsers do not say which
  | 'offline'
  | 'slow'
  | 'status' // detail: the HTTP status
  | 'type' // detail: the content type
  | 'size'; // detail: the limit in bytes

export class AddressError extends SoutuError {
  readonly problem: AddressProblem;
  readonly host: string;
  readonly detail: string;

  constructor(problem: AddressProblem, address: string, detail = '', cause?: unknown) {
    super('PhotoError', `${shorten(address)}: ${expected(problem, detail)}`, { cause });
    this.problem = problem;
    this.host = hostOf(address);
    this.detail = detail;
  }
}

export interface FetchPictureOptions {
  readonly signal?: AbortSignal;
  /** Maximum size in bytes; default 40 MB. */
  readonly maxBytes?: number;
  /** Timeout in milliseconds for the whole download; default 30 seconds. */
  readonly patienceMs?: number;
}

/**
 * @param address http, https or data; relative to the page
 * @returns the image file, not yet decoded, named after the last path segment
 * @throws AddressError; the signal's reason
 */
export async function fetchPicture(
  address: string,
  { signal, maxBytes = 40_000_000, patienceMs = 30_000 }: FetchPictureOptions = {},
): Promise<File> {
  const url = parse(address);
  if (url.protocol === 'data:') return fromDataUrl(address, maxBytes);
  if (url.protocol === 'http:' && location.protocol === 'https:') {
    throw new AddressError('insecure', address);
  }
  const late = AbortSignal.timeout(patienceMs);
  const { signal: until, unlink } = linkSignals(signal, late);
  try {
    const response = await open(url, until);
    if (!response.ok) throw new AddressError('status', address, String(response.status));
    const type = (response.headers.get('content-type') ?? '').split(';')[0]?.trim() ?? '';
    // Some hosts send no content type; the image header is checked before decoding.
    if (!['', 'application/octet-stream', 'binary/octet-stream'].includes(type)) {
      if (!type.startsWith('image/')) throw new AddressError('type', address, type);
    }
    const chunks = await readUpTo(maxBytes, response, address);
    return new File(chunks, nameOf(url), { type });
  } catch (error) {
    if (error instanceof AddressError) throw error;
    signal?.throwIfAborted();
    if (late.aborted) throw new AddressError('slow', address, '', error);
    throw new AddressError(navigator.onLine ? 'refused' : 'offline', address, '', error);
  } finally {
    unlink();
  }
}

function parse(address: string): URL {
  if (isUrl(address, document.baseURI)) {
    const url = new URL(address, document.baseURI);
    if (['http:', 'https:'].includes(url.protocol)) return url;
    if (/^data:image\//i.test(address)) return url;
  }
  throw new AddressError('address', address);
}

/** `fetch` rejects the same way if the CSP blocks a request or the host is down; only an event tells them apart. */
async function open(url: URL, signal: AbortSignal): Promise<Response> {
  let forbidden = false;
  const onViolation = ({ blockedURI, effectiveDirective }: SecurityPolicyViolationEvent) => {
    forbidden ||= effectiveDirective === 'connect-src' && url.href.startsWith(blockedURI);
  };
  document.addEventListener('securitypolicyviolation', onViolation);
  try {
    return await fetch(url, {
      mode: 'cors',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      signal,
    });
  } catch (error) {
    // The event is dispatched in a separate task.
    await new Promise((resolve) => setTimeout(resolve));
    if (forbidden) throw new AddressError('policy', url.href, '', error);
    throw error;
  } finally {
    document.removeEventListener('securitypolicyviolation', onViolation);
  }
}

async function readUpTo(
  maxBytes: number,
  response: Response,
  address: string,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const tooLarge = () => new AddressError('size', address, String(maxBytes));
  if (Number(response.headers.get('content-length')) > maxBytes) {
    await response.body?.cancel();
    throw tooLarge();
  }
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) return chunks;
    bytes += value.length;
    if (bytes > maxBytes) {
      await reader?.cancel();
      throw tooLarge();
    }
    chunks.push(value);
  }
}

/** Decoded here because a strict CSP forbids fetching data: URLs. */
function fromDataUrl(address: string, maxBytes: number): File {
  // Base64 is a third longer than the bytes it encodes.
  if (address.length > (maxBytes * 4) / 3 + 200) {
    throw new AddressError('size', address, String(maxBytes));
  }
  // Not a regular expression, which is extremely slow on a long text without a comma.
  const comma = address.indexOf(',');
  if (comma < 0) throw new AddressError('address', address);
  const [, type = '', base64] =
    /^data:(image\/[\w.+-]+)[^,]*?(;base64)?$/is.exec(address.slice(0, comma)) ?? [];
  try {
    const plain = decodeURIComponent(address.slice(comma + 1));
    const bytes = base64
      ? Uint8Array.from(atob(plain), (char) => char.charCodeAt(0))
      : new TextEncoder().encode(plain);
    return new File([bytes], '', { type });
  } catch (error) {
    throw new AddressError('address', address, '', error);
  }
}

function nameOf({ pathname }: URL): string {
  const last = pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

function shorten(address: string): string {
  return address.length > 80 ? `${address.slice(0, 79)}…` : address;
}

function expected(problem: AddressProblem, detail: string): string {
  switch (problem) {
    case 'address':
      return 'expected the http(s) address of a picture.';
    case 'insecure':
      return 'an https page may not fetch from http; save the picture and give the file.';
    case 'policy':
      return "the page's policy (connect-src) forbids the request; save the picture and give the file.";
    case 'refused':
      return 'the host does not answer, or lets no other pages read it (CORS); save the picture and give the file.';
    case 'offline':
      return 'there is no network; try again later, or give a file.';
    case 'slow':
      return 'the picture did not come in time; try again, or give a file.';
    case 'status':
      return `expected a picture, got HTTP ${detail}; check the address.`;
    case 'type':
      return `expected a picture, got ${detail}; give the address of the picture itself.`;
    case 'size':
      return `the picture has more than the ${detail} bytes that are allowed; give a smaller one.`;
  }
}
