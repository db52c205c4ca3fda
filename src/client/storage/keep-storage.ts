/**
 * Requests persistent storage (`navigator.storage.persist`) after the first successful search, so that the
 * browser does not evict the downloaded files. Some browsers show a permission prompt for this, so the request
 * is made only after the visitor has seen a result, and only once.
 */
const ASKED = 'soutu-persist-asked';

export function keepStorage(): void {
  void ask().catch(() => undefined);
}

async function ask(): Promise<void> {
  const { storage } = navigator;
  // Undefined outside secure contexts.
  if (!storage?.persist || (await storage.persisted())) return;
  if (localStorage.getItem(ASKED)) return;
  localStorage.setItem(ASKED, '1');
  await storage.persist();
}

/** Deletes the flag that the request was made. */
export function forgetAsking(): void {
  try {
    localStorage.removeItem(ASKED);
  } catch {
    // Storage is blocked, so there is no flag.
  }
}
