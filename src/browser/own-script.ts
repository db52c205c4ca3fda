/** URLs of our own scripts, to start workers on pages with a strict policy and from another origin. */

declare const Blob: new (parts: readonly string[], options: { type: string }) => object;
declare const URL: { createObjectURL(blob: object): string };

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): unknown };
}

let policy: ReturnType<TrustedTypes['createPolicy']> | null = null;

/** Pages with `require-trusted-types-for 'script'` accept script URLs only from a Trusted Types policy. */
export function trusted(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  if (!trustedTypes) return url;
  // Safe: only URLs of our own build output reach this policy.
  policy ??= trustedTypes.createPolicy('soutu', { createScriptURL: (own) => own });
  return policy.createScriptURL(url) as string;
}

/**
 * Workers can only start from the page's own origin. A script on another origin is imported by a one-line blob: script.
 * @param page the origin of the page
 */
export function workerScript(
  url: { href: string; origin: string; hash: string },
  page: string,
): string {
  if (url.origin === page) return trusted(url.href);
  const line = `import ${JSON.stringify(url.href)};`;
  // Never revoked, because the page cannot know when the worker has read it.
  const shim = URL.createObjectURL(new Blob([line], { type: 'text/javascript' }));
  return trusted(shim + url.hash);
}
