/** One error class for every layer; the message says where, what was expected, what came and what to do. */
export type ErrorCode =
  | 'UsageError' // an invalid flag, option or argument
  | 'PhotoError' // a picture that cannot be read
  | 'CatalogueError' // a list of items that breaks the contract
  | 'ModelError' // a model's specification or weights
  | 'BundleError' // a bundle file that is missing, truncated, foreign or of a later version
  | 'NetworkError' // the transport, not the content
  | 'BusyError' // a search service that asks to try again later
  | 'LoadError' // a download that the caller refused
  | 'StorageError' // the device cannot store or delete data
  | 'IndexError' // an invalid request to a vector index
  | 'StoreError' // an engine that holds a catalogue (PostgreSQL, OpenSearch) and refuses, or cannot be reached
  | 'OutputError' // a path that cannot be written
  | 'FailuresError' // more photos of a build failed than its owner allows
  | 'WorkerError'; // the worker died or does not respond

/**
 * `instanceof` compares `kind` instead of prototypes. Every script of the package is complete, so page, worker and
 * engines each have their own copy of these classes, and an error that crosses from the worker to the page
 * (src/browser/error-transfer.ts) is still one of its class.
 */
export class SoutuError extends Error {
  /** The classes from the base down. A subclass without its own is compared by prototype. */
  static readonly kind: string = 'soutu';
  override readonly name: ErrorCode;
  readonly kind: string;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = code;
    this.kind = new.target.kind;
  }

  static override readonly [Symbol.hasInstance] = isOf;
}

/** @this the class on the right of `instanceof` */
function isOf(this: { readonly kind: string }, value: unknown): boolean {
  if (!Object.hasOwn(this, 'kind')) return Function.prototype[Symbol.hasInstance].call(this, value);
  const kind = value instanceof Error ? (value as { kind?: unknown }).kind : null;
  return typeof kind === 'string' && `${kind}/`.startsWith(`${this.kind}/`);
}

/**
 * A file that the manifest names does not exist: perhaps a new release was published between the two requests.
 * Callers that open a bundle then read the manifest again and retry.
 */
export class MissingFileError extends SoutuError {
  static override readonly kind: string = 'soutu/missing-file';

  constructor(message: string, options?: ErrorOptions) {
    super('BundleError', message, options);
  }
}

/** A search is pinned to a release of a store that was dropped meanwhile: ask for the current one and search again. */
export class ReleaseGoneError extends SoutuError {
  static override readonly kind: string = 'soutu/release-gone';

  constructor(message: string, options?: ErrorOptions) {
    super('StoreError', message, options);
  }
}

/** An engine cannot run here, or computes wrong results. The model is not at fault: another engine may run it. */
export class EngineError extends SoutuError {
  static override readonly kind: string = 'soutu/engine';

  constructor(message: string, options?: ErrorOptions) {
    super('ModelError', message, options);
  }
}

/** An engine's files cannot be loaded at present; a later attempt may succeed. */
export class EngineUnreachableError extends EngineError {
  static override readonly kind: string = 'soutu/engine/unreachable';
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
