/** Which page a picture belongs to: the page of its product or post, not one of the lists that show it, too. */
import type { SiteAddresses } from './addresses.ts';
import type { PageFacts, Product } from './page-facts.ts';
import type { Picture, Sighting } from './pictures.ts';

export interface Home {
  readonly page: PageFacts;
  readonly product: Product | null;
  /** All pages that show it, its own first. */
  readonly pages: readonly PageFacts[];
  /** Whether its page shows it as more than a link to another page. */
  readonly isAtHome: boolean;
  /** Whether a link around the picture leads to its page. */
  readonly isLinked: boolean;
}

export class Homes {
  readonly #addresses: SiteAddresses;
  readonly #products = new Map<PageFacts, Product | null>();
  readonly #counts = new Map<PageFacts, number>();

  constructor(addresses: SiteAddresses, pictures: readonly Picture[]) {
    this.#addresses = addresses;
    for (const { sightings } of pictures) {
      for (const page of new Set(sightings.map((one) => one.page))) {
        this.#counts.set(page, (this.#counts.get(page) ?? 0) + 1);
      }
    }
  }

  of(picture: Picture): Home {
    const scores = new Map<PageFacts, number>();
    const vote = (page: PageFacts, score: number) => {
      scores.set(page, Math.max(scores.get(page) ?? 0, score));
    };
    const atHome = new Set<PageFacts>();
    const linked = new Set<PageFacts>();
    let described: Product | null = null;
    for (const { page, occurrence } of picture.sightings) {
      const { area, link, product } = occurrence;
      const target = this.linkOf({ page, occurrence });
      if (product) {
        described ??= product;
        const own = this.#pageOf(product, page);
        vote(own ?? page, own ? 5 : 2);
        if (own) atHome.add(own);
      } else if (area === 'og') {
        vote(page, 1.5);
      } else if (target) {
        // A logo links to the start page.
        vote(target, this.#isStart(target) ? 0.5 : 3);
        linked.add(target);
        vote(page, 1);
      } else if (area === 'main' && link === undefined) {
        vote(page, this.#mainProduct(page) ? 4 : 2);
        atHome.add(page);
      } else vote(page, 1);
    }
    for (const page of atHome) if (linked.has(page) && !this.#isStart(page)) vote(page, 4.5);
    const ranked = [...scores].sort(
      ([a, x], [b, y]) =>
        y - x ||
        (this.#counts.get(a) ?? 0) - (this.#counts.get(b) ?? 0) ||
        a.path.length - b.path.length ||
        (a.path < b.path ? -1 : 1),
    );
    const page = (ranked[0] as [PageFacts, number])[0];
    const shown = new Set(picture.sightings.map((one) => one.page));
    return {
      page,
      product: described ?? (atHome.has(page) || linked.has(page) ? this.#mainProduct(page) : null),
      pages: [page, ...[...shown].filter((one) => one !== page && one.hidden === null)],
      isAtHome: atHome.has(page),
      isLinked: linked.has(page) && !this.#isStart(page),
    };
  }

  /**
   * The picture once for each page of a product that it shows: a shirt may have one photo and a page for each size.
   * Usually once.
   */
  split(picture: Picture): { picture: Picture; home: Home }[] {
    const products = new Map<PageFacts, Product>();
    for (const { page, occurrence } of picture.sightings) {
      const { product } = occurrence;
      const own = product && this.#pageOf(product, page);
      if (own && !products.has(own)) products.set(own, product);
    }
    if (products.size < 2) return [{ picture, home: this.of(picture) }];
    return [...products].map(([page, product]) => {
      const sightings = picture.sightings.filter((one) => {
        const target = one.occurrence.product
          ? this.#pageOf(one.occurrence.product, one.page)
          : (this.linkOf(one) ?? one.page);
        return target === page;
      });
      const part = { ...picture, sightings };
      const home = { ...this.of(part), page, product };
      return {
        picture: part,
        home: { ...home, pages: [page, ...home.pages.filter((one) => one !== page)] },
      };
    });
  }

  /** The other page of this site to which a picture links. */
  linkOf({ page, occurrence }: Sighting): PageFacts | null {
    const { link } = occurrence;
    const target = link === undefined ? null : this.#addresses.pageAt(link, page);
    return target === page ? null : target;
  }

  #isStart(page: PageFacts): boolean {
    return /^index\.x?html?$/i.test(page.path);
  }

  /** The page of a product: as it says, or the page that is about it alone. */
  #pageOf(product: Product, page: PageFacts): PageFacts | null {
    return this.#targetOf(product, page) ?? (this.#mainProduct(page) === product ? page : null);
  }

  /** null if the product has no URL, or one that leads to no page of this site. */
  #targetOf({ url }: Product, page: PageFacts): PageFacts | null {
    return url === undefined ? null : this.#addresses.pageAt(url, page);
  }

  /** The product that a page is about. */
  #mainProduct(page: PageFacts): Product | null {
    const known = this.#products.get(page);
    if (known !== undefined) return known;
    const { products } = page;
    const others = products.filter((one) => this.#targetOf(one, page) === null);
    const pictured = others.filter(({ images }) => images.length > 0);
    const [first, second] = pictured.length > 0 ? pictured : others;
    const found =
      products.find((one) => this.#targetOf(one, page) === page) ??
      // Of several, the first one if it is a group, whose variants are the others.
      (first && (!second || first.group !== undefined) ? first : null);
    this.#products.set(page, found);
    return found;
  }
}
