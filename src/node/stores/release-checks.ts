import { SoutuError } from '../../core/errors.ts';
import type { ReleaseInfo } from './store.ts';

/** @throws SoutuError `StoreError` if a release that is to be written or deleted is the current one */
export function checkNotCurrent(
  { address: { label } }: { readonly address: { readonly label: string } },
  release: string,
  current: { readonly info: ReleaseInfo } | null,
): void {
  if (current?.info.release !== release) return;
  throw alreadyPublished(label, release);
}

export const alreadyPublished = (label: string, release: string) =>
  new SoutuError('StoreError', `${label}: release ${release} is already published.`);

/** @throws SoutuError `StoreError` if a release that is to be deleted is not there, or is the current one */
export function checkDroppable(
  { label, name }: { readonly label: string; readonly name: string },
  release: string,
  { isThere, isCurrent }: { readonly isThere: boolean; readonly isCurrent: boolean },
): void {
  const fault = isCurrent
    ? `release ${release} is current. Publish another one first.`
    : `there is no release ${release} of "${name}".`;
  if (isCurrent || !isThere) throw new SoutuError('StoreError', `${label}: ${fault}`);
}
