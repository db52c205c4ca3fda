/**
 * `fetch` through the proxy that HTTP_PROXY, HTTPS_PROXY and NO_PROXY ask for. Node before 22.21 has no proxy
 * support, and newer versions only with NODE_USE_ENV_PROXY=1 at startup, so users behind a proxy install
 * `undici`.
 */
import { SoutuError } from '../../core/errors.ts';
import { loadOptional } from '../files/optional-package.ts';

/** The part of `Response` that Node's fetch and undici's have in common. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array> | null;
}

export type Fetch = (
  url: string,
  init: { readonly signal: AbortSignal; readonly headers: Record<string, string> },
) => Promise<HttpResponse>;

export interface Http {
  readonly fetch: Fetch;
  close(): Promise<void>;
}

/** In the order in which undici reads them. */
const PROXIES = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'] as const;

/**
 * @throws SoutuError `UsageError` for a malformed proxy, or if a proxy is set and undici is not installed
 */
export async function openHttp(env: NodeJS.ProcessEnv = process.env): Promise<Http> {
  const names = PROXIES.filter((name) => env[name]);
  for (const name of names) mustBeProxy(name, env[name] as string);
  const [first] = names;
  if (!first || hasOwnProxySupport(env)) {
    return { fetch, close: async () => undefined };
  }
  const undici = await loadOptional(
    'undici',
    `Using the proxy in ${first}`,
    () => import('undici'),
  );
  const dispatcher = new undici.EnvHttpProxyAgent();
  return {
    fetch: (url, init) => undici.fetch(url, { ...init, dispatcher }),
    close: () => dispatcher.destroy(),
  };
}

function mustBeProxy(name: string, value: string): void {
  const protocol = URL.canParse(value) ? new URL(value).protocol : null;
  if (protocol === 'http:' || protocol === 'https:') return;
  throw new SoutuError(
    'UsageError',
    `${name} is "${value}", expected a URL such as http://proxy.example:8080. Fix or unset it.`,
  );
}

function hasOwnProxySupport(env: NodeJS.ProcessEnv): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isSupported = major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21);
  return isSupported && env.NODE_USE_ENV_PROXY === '1';
}
