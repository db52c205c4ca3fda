import { messageOf, SoutuError } from '../../core/errors.ts';

/** The error for data that could not be deleted from the device. */
export function notDeleted(cause: unknown): SoutuError {
  return new SoutuError(
    'StorageError',
    `The browser did not delete what the search has kept (${messageOf(cause)}). ` +
      "Clear this site's data in the browser's settings.",
    { cause },
  );
}
