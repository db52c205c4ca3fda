/**
 * Where the URLs of a built site lead: to a file in its folder, to one of its pages, or elsewhere. The folder knows
 * neither its host nor the path below which it will be served, so both are taken from what the pages say.
 */
import type { PageFacts } from './page-facts.ts';

/** A picture: a file of the site, or one on another host. */
export type Location =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'remote'; readonly url: string };

/** Stands for the site's own host. */
const OWN = 'https://site.invalid';

/** Services within services. */
const MOST_WRAPS = 3;

/** Image services that take the URL of the picture as a parameter. */
const SERVICES = /\/(_next\/image|_vercel\/image|_image|\.netlify\/images|_ipx)$/;

export class SiteAddresses {
  /** The path below which the site is served: `/`, or `/shop/`. */
  readonly base: string;
  readonly #hosts: ReadonlySet<string>;
  readonly #files: ReadonlySet<string>;
  /** The files by their names in NFC, because links and file systems write accents in either form. */
  readonly #composed: ReadonlyMap<string, string>;
  readonly #pages: ReadonlyMap<string, PageFacts>;
  /** Page ─▶ its own address, below the base. */
  readonly #paths = new Map<PageFacts, string>();

  /** @param siteUrl where the site will be, if the owner says so */
  constructor(pages: readonly PageFacts[], files: readonly string[], siteUrl?: string) {
    this.#files = new Set(files);
    this.#composed = new Map(files.map((path) => [path.normalize('NFC'), path]));
    this.#pages = new Map(pages.map((page) => [page.path, page]));
    const said = canonicalHome(pages);
    const own = siteUrl === undefined ? said : new URL(siteUrl);
    // A site that is built for another host, such as a preview, still has its own host in its links.
    this.#hosts = new Set([own, said].flatMap((one) => (one ? [nameOf(one.host)] : [])));
    this.base = own ? folderOf(own.pathname) : (baseOfLinks(pages, this.#files) ?? '/');
    const linked = new Set(
      pages.flatMap((page) =>
        // An anchor of the page itself tells nothing about its address.
        page.links.flatMap((href) =>
          /^(#|\s*$)/.test(href) ? [] : (this.#ownPath(href, page) ?? []),
        ),
      ),
    );
    for (const page of pages) this.#paths.set(page, this.#addressOf(page, linked));
  }

  /** The URL of a page as other pages link to it: from the host's root on. */
  urlOf(page: PageFacts): string {
    return this.base + (this.#paths.get(page) ?? '');
  }

  /** @returns null if a picture cannot be there */
  locate(url: string, page: PageFacts, wraps = 0): Location | null {
    const address = this.#resolve(url, page);
    if (!address) return null;
    const isService = SERVICES.test(address.pathname);
    const wrapped = isService
      ? (address.searchParams.get('url') ?? address.searchParams.get('href'))
      : null;
    if (wrapped && wraps < MOST_WRAPS) return this.locate(wrapped, page, wraps + 1);
    const path = this.#fileOf(address);
    if (path !== null) return { kind: 'file', path };
    if (address.origin === OWN) return { kind: 'file', path: decoded(address.pathname.slice(1)) };
    if (address.username !== '' || address.password !== '') return null;
    address.hash = '';
    return { kind: 'remote', url: address.href };
  }

  hasFile(path: string): boolean {
    return this.#files.has(path);
  }

  /** The page of this site to which a link leads. */
  pageAt(href: string, page: PageFacts): PageFacts | null {
    const path = this.#ownPath(href, page);
    if (path === null) return null;
    const names = [
      path,
      `${path}index.html`,
      `${path}/index.html`,
      `${path}.html`,
      path.replace(/\/$/, '.html'),
    ];
    for (const name of names) {
      const found = this.#pages.get(name.replace(/^\//, ''));
      if (found) return found;
    }
    return null;
  }

  #resolve(url: string, page: PageFacts): URL | null {
    const document = `${OWN}${this.base}${encoded(page.path)}`;
    const base = page.base !== undefined && URL.canParse(page.base, document) ? page.base : '';
    if (!URL.canParse(base, document)) return null;
    const start = new URL(base, document).href;
    if (!URL.canParse(url, start)) return null;
    const address = new URL(url, start);
    if (address.protocol !== 'http:' && address.protocol !== 'https:') return null;
    if (this.#hosts.has(nameOf(address.host)))
      return new URL(OWN + address.pathname.replace(/^\/{2,}/, '/') + address.search);
    return address;
  }

  /** The decoded path below the base; null for other hosts. */
  #ownPath(href: string, page: PageFacts): string | null {
    const address = this.#resolve(href, page);
    if (address?.origin !== OWN || !address.pathname.startsWith(this.base)) return null;
    return decoded(address.pathname.slice(this.base.length));
  }

  #fileOf(address: URL): string | null {
    if (address.origin !== OWN) return null;
    for (const base of new Set([this.base, '/'])) {
      if (!address.pathname.startsWith(base)) continue;
      const path = decoded(address.pathname.slice(base.length)).replace(/^\/+/, '');
      const found = this.#files.has(path) ? path : this.#composed.get(path.normalize('NFC'));
      if (found !== undefined) return found;
    }
    return null;
  }

  /** `a/index.html` is at `a/`; `a.html` is at `a` if the site links to it so. */
  #addressOf(page: PageFacts, linked: ReadonlySet<string>): string {
    const { canonical } = page;
    const said = canonical === undefined ? null : this.#resolve(canonical, page);
    if (said?.origin === OWN && said.pathname.startsWith(this.base)) {
      return said.pathname.slice(this.base.length) + said.search;
    }
    if (/(^|\/)index\.x?html?$/i.test(page.path)) {
      return encoded(page.path.replace(/index\.x?html?$/i, ''));
    }
    const bare = page.path.replace(/\.x?html?$/i, '');
    const isClean = linked.has(bare) && !linked.has(page.path);
    return encoded(isClean ? bare : page.path);
  }
}

/** `www.` is a second name of the same site. */
function nameOf(host: string): string {
  return host.toLowerCase().replace(/^www\./, '');
}

function folderOf(pathname: string): string {
  return pathname.endsWith('/') ? pathname : `${pathname}/`;
}

/**
 * The URL of the site's folder, as the canonical link (or `og:url`) of the start page says, or those of most pages: a post may
 * have its canonical link elsewhere.
 */
function canonicalHome(pages: readonly PageFacts[]): URL | null {
  const votes = new Map<string, number>();
  let start: string | null = null;
  for (const page of pages) {
    const said = [page.canonical, page.ogUrl].find((url) => url && /^https?:\/\//i.test(url));
    if (said === undefined || !URL.canParse(said)) continue;
    const { origin, pathname } = new URL(said);
    const own = page.path.replace(/(^|\/)index\.x?html?$/i, '$1').replace(/\.x?html?$/i, '');
    const path = decoded(pathname)
      .replace(/\.x?html?$/i, '')
      .replace(/(^|\/)index$/, '$1');
    const bare = own.replace(/\/$/, '');
    const end = path.replace(/\/$/, '');
    if (bare !== '' && !end.endsWith(`/${bare}`)) continue;
    const home = origin + encoded(folderOf(end.slice(0, end.length - bare.length)));
    votes.set(home, (votes.get(home) ?? 0) + 1);
    if (/^index\.x?html?$/i.test(page.path)) start = home;
  }
  const most = [...votes].find(([, count]) => 2 * count > pages.length);
  const best = most?.[0] ?? start;
  return best === null ? null : new URL(best);
}

/** For a site without canonical links: `/shop/img/a.jpg` in a page, where the folder has `img/a.jpg`. */
function baseOfLinks(pages: readonly PageFacts[], files: ReadonlySet<string>): string | null {
  const votes = new Map<string, number>();
  for (const { pictures } of pages) {
    for (const { url } of pictures.flatMap(({ candidates }) => candidates)) {
      if (!/^\/[^/]/.test(url)) continue;
      const path = decoded(url.slice(1).replace(/[?#].*$/, ''));
      const names = path.split('/');
      const cut = names.findIndex((_, i) => files.has(names.slice(i).join('/')));
      if (cut === -1) continue;
      const base =
        encoded(
          names
            .slice(0, cut)
            .map((name) => `/${name}`)
            .join(''),
        ) || '';
      votes.set(`${base}/`, (votes.get(`${base}/`) ?? 0) + 1);
    }
  }
  const [best] = [...votes].sort(([, a], [, b]) => b - a);
  return best?.[0] ?? null;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function encoded(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
