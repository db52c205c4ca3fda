/**
 * Transfers errors from the worker to the page. comlink transfers `name`, `message` and `stack` only, and browsers
 * differ in which fields of an error structured cloning preserves. Both sides therefore replace comlink's handler.
 */
import { type ErrorCode, messageOf, SoutuError } from '../core/errors.ts';

declare const DOMException: new (message: string, name: string) => Error;

/** comlink's `TransferHandler` for thrown values. */
interface ThrownHandler {
  canHandle(value: unknown): boolean;
  serialize(value: { value: unknown }): [unknown, object[]];
  deserialize(packed: unknown): never;
}

type Packed =
  | ({ readonly is: 'soutu'; readonly code: ErrorCode; readonly kind: string } & Words)
  | ({ readonly is: 'dom'; readonly name: string } & Words)
  /** A bug in our code or in a library. */
  | ({ readonly is: 'other'; readonly name: string } & Words);

interface Words {
  readonly message: string;
  readonly stack: string | undefined;
}

/** @param handlers comlink's `transferHandlers` */
export function transferErrors(handlers: Map<string, unknown>): void {
  const { canHandle } = handlers.get('throw') as ThrownHandler;
  const handler: ThrownHandler = {
    canHandle,
    serialize: ({ value }) => [pack(value), []],
    deserialize(packed) {
      throw unpack(packed as Packed);
    },
  };
  handlers.set('throw', handler);
}

export function pack(thrown: unknown): Packed {
  const message = messageOf(thrown);
  if (!(thrown instanceof Error)) return { is: 'other', name: 'Error', message, stack: undefined };
  const { name, stack } = thrown;
  if (thrown instanceof SoutuError) {
    return { is: 'soutu', code: thrown.name, kind: thrown.kind, message, stack };
  }
  const isDom = Object.prototype.toString.call(thrown) === '[object DOMException]';
  return { is: isDom ? 'dom' : 'other', name, message, stack };
}

/** Errors that are neither ours nor an abort become a `WorkerError`. */
export function unpack(packed: Packed): Error {
  const { message, stack } = packed;
  if (packed.is === 'dom' && packed.name === 'AbortError') {
    return new DOMException(message, packed.name);
  }
  const error =
    packed.is === 'soutu'
      ? Object.assign(new SoutuError(packed.code, message), { kind: packed.kind })
      : new SoutuError('WorkerError', `The search worker failed (${packed.name}: ${message}).`);
  if (stack !== undefined) error.stack = stack;
  return error;
}
