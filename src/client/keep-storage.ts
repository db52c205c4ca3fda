/**
 * Asks the browser, once a search has succeeded, not to evict what was loaded. Some browsers ask the
 * visitor then: so never before he has seen what it is good for, and never twice.
 */
const ASKED = 'soutu-persist-asked';

export function keepStorage(): void {
  void ask().catch(() => undefined);
}

async function ask(): Promise<void> {
  const { storage } = navigator;
  // Only in secure contexts.
  if (!storage?.persist || (await storage.persisted())) return;
  if (localStorage.getItem(ASKED)) return;
  localStorage.setItem(ASKED, '1');
  await storage.persist();
}

/** Also what this file has left behind. */
export function forgetAsking(): void {
  try {
    localStorage.removeItem(ASKED);
  } catch {
    // Blocked: then nothing is there.
  }
}
