/** The index in `/INDEX/_search`; null for any other path. */
export function indexIn(path: string, prefix: string): string | null {
  const [, name] = /^\/([^/]+)\/_search\/?$/.exec(path.slice(prefix.length)) ?? [];
  return name === undefined ? null : decoded(name);
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
