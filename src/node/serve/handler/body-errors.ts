import { HttpError } from './http-error.ts';

export function tooLarge(bodyBytes: number): HttpError {
  return new HttpError(
    413,
    'body-too-large',
    `The body is larger than ${bodyBytes} bytes, which is the most that this service accepts.`,
  );
}

export function slowBody(timeoutMs: number): HttpError {
  const message = `The body did not arrive within ${timeoutMs / 1000} seconds.`;
  return new HttpError(408, 'slow-body', message);
}

export function clientLeft(cause?: unknown): HttpError {
  const message = 'The client closed the connection.';
  return new HttpError(499, 'client-left', message, cause === undefined ? {} : { cause });
}
