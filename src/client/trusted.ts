/** Addresses of scripts for pages under `require-trusted-types-for 'script'`. */

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
