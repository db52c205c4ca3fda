/** In kB or MB, three digits. */
export function sizeOf(bytes: number): string {
  if (bytes >= 1e6) return `${Number((bytes / 1e6).toPrecision(3))} MB`;
  return `${Number((bytes / 1e3).toPrecision(3))} kB`;
}
