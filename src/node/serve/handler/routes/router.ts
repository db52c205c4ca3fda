import { HttpError } from '../http-error.ts';
import { indexIn } from './index-path.ts';
import type { Route } from './route.ts';

/** Finds the route of a path. */
export class Router {
  readonly #prefix: string;
  /** `search` and the like, without slashes. */
  readonly #named: ReadonlyMap<string, Route>;
  readonly #root: Route;
  readonly #elastic: Route;

  /**
   * @param prefix the path under which the service is mounted, without a slash at its end
   * @param named the routes that are found by their name
   */
  constructor(
    prefix: string,
    { named, root, elastic }: { named: readonly Route[]; root: Route; elastic: Route },
  ) {
    this.#prefix = prefix;
    this.#named = new Map(named.map((route) => [route.name, route]));
    this.#root = root;
    this.#elastic = elastic;
  }

  find(path: string): Route | null {
    const prefix = this.#prefix;
    if (!path.startsWith(`${prefix}/`)) return null;
    if (path === `${prefix}/`) return this.#root;
    if (indexIn(path, prefix) !== null) return this.#elastic;
    const name = path.slice(prefix.length + 1).replace(/\/$/, '');
    return this.#named.get(name) ?? null;
  }

  /** What a path without a route is answered with. */
  unknownPath(): HttpError {
    const prefix = this.#prefix;
    return new HttpError(
      404,
      'unknown-path',
      `Nothing is here. This service answers POST ${prefix}/search, POST ${prefix}/INDEX/_search and GET ${prefix}/, /info, /health and /metrics.`,
    );
  }
}
