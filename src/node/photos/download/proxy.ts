/** Which proxy a URL is for, by the variables of the environment that curl reads, too. */
import { BlockList, isIP } from 'node:net';
import { SoutuError } from '../../../core/errors.ts';

/** @returns the proxy of a URL; null for a direct connection */
export type ProxyFor = (url: URL) => URL | null;

/** The variables that name a proxy; the first that is set counts. */
const VARIABLES = {
  'http:': ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'],
  'https:': ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'],
} as const;

/** @throws SoutuError `UsageError` for a proxy of another kind; its value may hold a password and is not quoted */
export function proxiesOf(env: NodeJS.ProcessEnv): ProxyFor {
  const proxies = {
    'http:': proxyIn(env, VARIABLES['http:']),
    'https:': proxyIn(env, VARIABLES['https:']),
  };
  const exceptions = (env.no_proxy ?? env.NO_PROXY ?? '')
    .split(/[\s,]+/)
    .filter((one) => one !== '');
  return (url) => {
    const proxy = url.protocol === 'https:' ? proxies['https:'] : proxies['http:'];
    return proxy === null || exceptions.some((one) => isException(one, url)) ? null : proxy;
  };
}

function proxyIn(env: NodeJS.ProcessEnv, names: readonly string[]): URL | null {
  // In a CGI program, a visitor's header "Proxy" becomes HTTP_PROXY (httpoxy.org).
  const name = names.find((one) => env[one] && !(one === 'HTTP_PROXY' && env.REQUEST_METHOD));
  if (name === undefined) return null;
  const value = env[name] ?? '';
  const text = value.includes('://') ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && ['http:', 'https:'].includes(url.protocol) && url.hostname !== '') return url;
  throw new SoutuError(
    'UsageError',
    `${name} is not the URL of a proxy that can be used. Expected one such as http://proxy.example:8080. Fix or unset it.`,
  );
}

/** `*`, a host with all below it (with or without a dot in front), perhaps with a port, an address, or a network. */
function isException(one: string, url: URL): boolean {
  if (one === '*') return true;
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const [, network = '', prefix] = /^\[?([0-9a-f.:]+)\]?\/(\d+)$/i.exec(one) ?? [];
  if (prefix !== undefined) return isInNetwork(host, network, Number(prefix));
  const [, named = one, port] = /^(.*[^:]):(\d+)$/.exec(one) ?? [];
  const isSixPlain = isIP(one) === 6;
  const given = (isSixPlain ? one : named).toLowerCase().replace(/^\[|\]$/g, '');
  const suffix = given.replace(/^\*?\./, '');
  if (port !== undefined && !isSixPlain && port !== portOf(url)) return false;
  return suffix !== '' && (host === suffix || (isIP(host) === 0 && host.endsWith(`.${suffix}`)));
}

function isInNetwork(host: string, network: string, prefix: number): boolean {
  const [family, own] = [isIP(network), isIP(host)];
  if (family === 0 || family !== own || prefix > (family === 6 ? 128 : 32)) return false;
  const list = new BlockList();
  const kind = family === 6 ? 'ipv6' : 'ipv4';
  list.addSubnet(network, prefix, kind);
  return list.check(host, kind);
}

function portOf(url: URL): string {
  return url.port || (url.protocol === 'https:' ? '443' : '80');
}

export function addressOf(proxy: URL): { readonly host: string; readonly port: string } {
  return { host: proxy.hostname.replace(/^\[|\]$/g, ''), port: portOf(proxy) };
}

/** The header with which a proxy knows its user; none without a user. */
export function authorizationOf(proxy: URL): Record<string, string> {
  if (proxy.username === '') return {};
  const secret = Buffer.from(credentialsOf(proxy)).toString('base64');
  return { 'proxy-authorization': `Basic ${secret}` };
}

/** `user:password`, decoded. */
export function credentialsOf({ username, password }: URL): string {
  return `${decoded(username)}:${decoded(password)}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
