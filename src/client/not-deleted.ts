import { messageOf, SoutuError } from '../core/errors.ts';

/** What the visitor wanted to be forgotten is still on the device. */
export function notDeleted(cause: unknown): SoutuError {
  return new SoutuError(
    'StorageError',
    `The browser did not delete what the search has kept (${messageOf(cause)}). ` +
      "Clear this site's data in the browser's settings.",
    { cause },
  );
}
