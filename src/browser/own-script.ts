/** Addresses of our own scripts, from which workers are started on strict pages, and from another origin. */

declare const Blob: new (parts: readonly string[], options: { type: string }) => object;
declare const URL: { createObjectURL(blob: object): string };

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): unknown };
}

let policy: ReturnType<TrustedTypes['createPolicy']> | null = null;

/** Pages with `require-trusted-types-for 'script'` take a script's address from a policy only. */
export function trusted(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  if (!trustedTypes) return url;
  // Only our own files ever pass: the addresses are the build's.
  policy ??= trustedTypes.createPolicy('soutu', { createScriptURL: (own) => own });
  return policy.createScriptURL(url) as string;
}

/**
 * A worker starts from the page's own origin only: of a script that lies elsewhere a line of its own fetches it.
 * @param page the origin of the page
 */
export function workerScript(
  url: { href: string; origin: string; hash: string },
  page: string,
): string {
  if (url.origin === page) return trusted(url.href);
  const line = `import ${JSON.stringify(url.href)};`;
  // Never revoked: when the worker has read it nobody tells.
  const shim = URL.createObjectURL(new Blob([line], { type: 'text/javascript' }));
  return trusted(shim + url.hash);
}
