import { createHash } from 'node:crypto';
import type { PoolClient, Submittable } from 'pg';

/** A statement with values `$1`, `$2`, …: texts, numbers, lists of texts, or bytes in the binary format of the type. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly Value[];
  /** Parsed and planned once for a connection, under a name. Only for one of a few texts: the server keeps them all. */
  readonly isPrepared?: boolean;
}

export type Value = string | number | Buffer | readonly string[];

/** What pg's connection has for the extended protocol, which its types leave out. */
interface Connection {
  parse(statement: { name: string; text: string }): void;
  bind(portal: {
    statement: string;
    values: readonly Value[];
    valueMapper(value: Value): string | Buffer;
  }): void;
  execute(portal: { portal: string }): void;
  close(of: { type: 'S'; name: string }): void;
  sync(): void;
  readonly stream: { cork(): void; uncork(): void };
}

/** Names of the statements that a connection has parsed, by their texts; least recently used first. */
type Names = Map<string, string>;
const prepared = new WeakMap<object, Names>();

/** Most named statements of a connection: each holds some kilobytes of the server's memory. */
const MOST_NAMES = 32;

/**
 * Several statements in one round trip and one transaction, which pg sends one after the other (protocol: "Extended Query",
 * "Pipelining"). So `set_config(…, true)` of the first holds for those that follow, and behind a pool of connections, too.
 */
export class PostgresBatch implements Submittable {
  readonly #statements: readonly Statement[];
  #done = 0;
  #rows: (readonly (string | null)[])[] = [];
  /** Become names of the connection once the batch has succeeded. */
  readonly #parsed: Names = new Map();
  #names: Names = new Map();
  #settle: (error: Error | null) => void = () => undefined;

  constructor(statements: readonly Statement[]) {
    this.#statements = statements;
  }

  /** @returns the rows of the last statement, as texts */
  run(client: Pick<PoolClient, 'query'>): Promise<readonly (readonly (string | null)[])[]> {
    return new Promise((resolve, reject) => {
      this.#settle = (error) => (error ? reject(error) : resolve(this.#rows));
      client.query(this);
    });
  }

  submit(given: unknown): void {
    const connection = given as Connection;
    this.#names = prepared.get(connection) ?? new Map();
    prepared.set(connection, this.#names);
    connection.stream.cork();
    for (const { sql, values, isPrepared = false } of this.#statements) {
      const statement = this.#parse(connection, sql, isPrepared);
      connection.bind({ statement, values, valueMapper });
      connection.execute({ portal: '' });
    }
    connection.sync();
    connection.stream.uncork();
  }

  /** @returns the name of the statement */
  #parse(connection: Connection, text: string, isPrepared: boolean): string {
    const known = isPrepared ? this.#names.get(text) : undefined;
    if (known !== undefined) {
      this.#names.delete(text);
      this.#names.set(text, known);
      return known;
    }
    const name = isPrepared ? nameOf(text) : '';
    if (isPrepared) {
      const [oldest] = this.#names.keys();
      if (oldest !== undefined && this.#names.size >= MOST_NAMES) {
        connection.close({ type: 'S', name: nameOf(oldest) });
        this.#names.delete(oldest);
      }
      // One that a batch parsed before it failed; to close none is no error.
      connection.close({ type: 'S', name });
      this.#parsed.set(text, name);
    }
    connection.parse({ name, text });
    return name;
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    if (this.#done === this.#statements.length - 1) this.#rows.push(fields);
  }

  handleCommandComplete(): void {
    this.#done++;
  }

  handleRowDescription(): void {}

  handleReadyForQuery(): void {
    for (const [text, name] of this.#parsed) this.#names.set(text, name);
    this.#settle(null);
  }

  /** Called in place of `handleReadyForQuery`. */
  handleError(error: Error & { readonly code?: string }): void {
    // DISCARD ALL, or a pool in front of the server: the session has none of them.
    if (error.code === '26000') this.#names.clear();
    this.#settle(error);
  }
}

/** A name that no other statement has: a pool in front of the server may give a connection to another client. */
function nameOf(text: string): string {
  return `soutu_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}

function valueMapper(value: Value): string | Buffer {
  if (typeof value === 'object' && !Buffer.isBuffer(value)) return arrayLiteral(value);
  return typeof value === 'number' ? String(value) : (value as string | Buffer);
}

/** The literal of a `text[]`: `{"a","b"}`. */
export function arrayLiteral(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
