/**
 * How errors cross from the worker to the page. comlink keeps `name`, `message` and `stack` only, and browsers
 * differ in what structured cloning keeps of an error; so both sides replace comlink's handler by this one.
 */
import { type ErrorCode, messageOf, SoutuError } from '../core/errors.ts';

declare const DOMException: new (message: string, name: string) => Error;

/** comlink's `TransferHandler` for what is thrown. */
interface ThrownHandler {
  canHandle(value: unknown): boolean;
  serialize(value: { value: unknown }): [unknown, object[]];
  deserialize(packed: unknown): never;
}

type Packed =
  | ({ readonly is: 'soutu'; readonly code: ErrorCode; readonly kind: string } & Words)
  | ({ readonly is: 'dom'; readonly name: string } & Words)
  /** A fault of ours or of a library. */
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

/** Anything that is neither ours nor an abort is a worker that failed. */
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
