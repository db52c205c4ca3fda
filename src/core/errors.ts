/**
 * One error class for every layer. Across a worker boundary only `name`, `message` and `stack` of an
 * error survive, so the code lives in `name`, and the message says where, what was expected, what came
 * and what to do.
 */
export type ErrorCode =
  | 'UsageError' // the caller's words: a flag, an option, an argument
  | 'PhotoError' // a picture that cannot be read
  | 'CatalogueError' // a list of items that breaks the contract
  | 'ModelError' // a model's specification or weights
  | 'BundleError' // a bundle's file: missing, cut short, foreign, of a later version
  | 'NetworkError' // the transport, not the content
  | 'LoadError' // a load that the caller refused
  | 'StorageError' // a device that does not keep what it was asked to
  | 'IndexError' // a vector index and what is asked of it
  | 'OutputError' // a place that cannot be written
  | 'WorkerError'; // the worker died or does not answer

export class SoutuError extends Error {
  override readonly name: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = code;
  }
}

/**
 * A file that the manifest names is not there: perhaps a new release was put in place between the two
 * fetches. Whoever opens a bundle fetches the manifest once more and tries again.
 */
export class MissingFileError extends SoutuError {
  constructor(message: string, options?: ErrorOptions) {
    super('BundleError', message, options);
  }
}

/** An engine cannot run here, or computes wrongly; the model and its weights are not at fault: another may. */
export class EngineError extends SoutuError {
  constructor(message: string, options?: ErrorOptions) {
    super('ModelError', message, options);
  }
}

/** An engine's files cannot be had now; another time it may run. */
export class EngineUnreachableError extends EngineError {}

/** The words of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
