/** Linear light, 0…1. */
export type Colour = readonly [red: number, green: number, blue: number];

/** `#rrggbb` (sRGB) to linear light, by IEC 61966-2-1. */
export function linearOf(hex: string): Colour {
  const channel = (at: number): number => {
    const s = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** What a glaze looks like where it ran thin (lips, ridges), as it lies, and where it pooled. */
export interface Glaze {
  readonly name: string;
  /** The facet a shop would file it under. */
  readonly colour: string;
  readonly thin: Colour;
  readonly body: Colour;
  readonly deep: Colour;
  /** 1 wet and glassy … 0 dry. */
  readonly gloss: number;
  /** How cloudy: the share of thin and deep that clouds mix in. */
  readonly cloud: number;
  /** Iron spots, 0…1. */
  readonly spots: number;
}

const glaze = (
  name: string,
  colour: string,
  [thin, body, deep]: readonly [string, string, string],
  [gloss, cloud, spots]: readonly [number, number, number],
): Glaze => ({
  name,
  colour,
  thin: linearOf(thin),
  body: linearOf(body),
  deep: linearOf(deep),
  gloss,
  cloud,
  spots,
});

export const GLAZES: readonly Glaze[] = [
  glaze('celadon', 'green', ['#d5d8c0', '#a3bfa6', '#6d9686'], [1, 0.25, 0]),
  glaze('tenmoku', 'brown', ['#8f4a20', '#2c1912', '#120b0a'], [1, 0.3, 0]),
  glaze('cobalt', 'blue', ['#5b79b8', '#233f92', '#14255f'], [0.95, 0.4, 0]),
  glaze('ash white', 'white', ['#d6c6aa', '#ece6d8', '#dcded0'], [0.6, 0.3, 0.2]),
  glaze('iron red', 'red', ['#53261a', '#9a3a22', '#7c2718'], [0.7, 0.45, 0.1]),
  glaze('ochre', 'yellow', ['#94652c', '#cf9239', '#b0721f'], [0.55, 0.4, 0.2]),
  glaze('sage', 'green', ['#b4ae8c', '#83906c', '#66755a'], [0.25, 0.35, 0.35]),
  glaze('charcoal', 'black', ['#75695e', '#3a3a3c', '#29282b'], [0.3, 0.35, 0]),
  glaze('shino', 'orange', ['#b65a2a', '#e3c3a6', '#eddccb'], [0.45, 0.75, 0.2]),
  glaze('jun blue', 'blue', ['#a89784', '#94b3d0', '#6f90c2'], [0.9, 0.5, 0]),
  glaze('copper green', 'green', ['#7c9a5c', '#26694a', '#133f33'], [1, 0.5, 0]),
  glaze('turquoise', 'turquoise', ['#93d2c4', '#38a5a2', '#1c7780'], [0.9, 0.35, 0]),
  glaze('oxblood', 'red', ['#d0aa98', '#7d1720', '#490c16'], [1, 0.45, 0]),
  glaze('terracotta', 'orange', ['#c47a52', '#b9603a', '#a8542f'], [0.08, 0.25, 0]),
  glaze('plum', 'purple', ['#a58a98', '#6f4d72', '#4c3153'], [0.75, 0.4, 0]),
  glaze('butter', 'yellow', ['#dcbb74', '#ecd58c', '#dfc06a'], [0.6, 0.2, 0.1]),
  glaze('blush', 'pink', ['#cf9d84', '#e0ab9f', '#cd8f88'], [0.4, 0.35, 0.15]),
];

/** The clay under the glaze: seen at the foot, and where a potter left it bare. */
export const CLAYS: readonly Glaze[] = [
  glaze('buff clay', 'brown', ['#c9aa84', '#bf9d76', '#b39068'], [0, 0.3, 0.3]),
  glaze('red clay', 'brown', ['#a9664a', '#9a563c', '#8d4c34'], [0, 0.3, 0]),
  glaze('dark clay', 'brown', ['#5c4a40', '#4d3d35', '#43342d'], [0, 0.3, 0]),
  glaze('porcelain', 'white', ['#e9e1d4', '#e4dbcc', '#dcd2c1'], [0.02, 0.1, 0]),
];
