import { SoutuError } from '../../core/errors.ts';
import type { ReleaseInfo } from './store.ts';

/** @throws SoutuError `StoreError` if a release that is to be written or deleted is the one that searches are answered from */
export function checkNotCurrent(
  { address: { label } }: { readonly address: { readonly label: string } },
  release: string,
  current: { readonly info: ReleaseInfo } | null,
): void {
  if (current?.info.release !== release) return;
  throw new SoutuError('StoreError', `${label}: release ${release} is already published.`);
}
