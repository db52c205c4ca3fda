/** What the suite needs of a browser, whatever protocol drives it. Everything else happens inside the page. */
export interface BrowserDriver {
  /** Name and version, as in "Firefox 140.5". */
  readonly name: string;
  /** A line that every script of the site must begin with, for browsers that report no console messages. */
  readonly prelude?: string;
  /** A visitor with an empty profile. */
  newVisitor(): Promise<Visitor>;
  close(): Promise<void>;
}

export interface Visitor {
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /**
   * Runs a function in the page and waits for its result. The function is sent as text, so it must not
   * use anything from outside; arguments and result travel as JSON.
   * @throws Error with the page's message if the function throws
   */
  evaluate<Args extends readonly unknown[], T>(
    run: (...args: Args) => T | Promise<T>,
    ...args: Args
  ): Promise<T>;
  /** Messages of the console and uncaught errors so far, in order. */
  messages(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** The page's side of `evaluate`: the result as JSON, an error as its text. */
export const asScript = (run: (...args: never[]) => unknown, args: readonly unknown[]): string => `
  Promise.resolve(${JSON.stringify(args)})
    .then((args) => (${run.toString()})(...args))
    .then((value) => JSON.stringify({ value }), (error) => JSON.stringify({ error: String(error) }))`;

export function readResult<T>(json: unknown): T {
  if (typeof json !== 'string') throw new Error(`The page returned ${JSON.stringify(json)}.`);
  const result = JSON.parse(json) as { value?: T; error?: string };
  if (result.error !== undefined) throw new Error(result.error);
  return result.value as T;
}
