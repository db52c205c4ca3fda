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

/** A glaze's look where it is thin (lips, ridges), at normal thickness, and where it pooled. */
export interface Glaze {
  readonly name: string;
  /** Value of the colour facet. */
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
  glaze('celadon', 'green', ['#d5d6c2', '#a6bda6', '#729485'], [1, 0.25, 0]),
  glaze('tenmoku', 'brown', ['#8f4a20', '#2c1912', '#120b0a'], [1, 0.3, 0]),
  glaze('cobalt', 'blue', ['#6d83ae', '#2b4583', '#182a58'], [0.95, 0.4, 0]),
  glaze('ash white', 'white', ['#d6c6aa', '#ece6d8', '#dcded0'], [0.6, 0.3, 0.2]),
  glaze('iron red', 'red', ['#55291d', '#94402a', '#762c1d'], [0.7, 0.45, 0.1]),
  glaze('ochre', 'yellow', ['#8f6738', '#c49347', '#a8752f'], [0.55, 0.4, 0.2]),
  glaze('sage', 'green', ['#b4ae8e', '#858f70', '#68745d'], [0.25, 0.35, 0.35]),
  glaze('charcoal', 'black', ['#75695e', '#3a3a3c', '#29282b'], [0.3, 0.35, 0]),
  glaze('shino', 'orange', ['#b4683f', '#e4cfb8', '#ece0d0'], [0.45, 0.75, 0.2]),
  glaze('jun blue', 'blue', ['#b0a08c', '#93aec6', '#6f8db5'], [0.9, 0.5, 0]),
  glaze('copper green', 'green', ['#8a9a66', '#366650', '#1c4038'], [1, 0.5, 0]),
  glaze('turquoise', 'turquoise', ['#a3cfc2', '#4d9f9c', '#2b747a'], [0.9, 0.35, 0]),
  glaze('oxblood', 'red', ['#d0ae9c', '#7c2226', '#4c1119'], [1, 0.45, 0]),
  glaze('terracotta', 'orange', ['#b9805f', '#a9674a', '#985940'], [0.08, 0.3, 0]),
  glaze('plum', 'purple', ['#a08a94', '#6c5069', '#4a344d'], [0.75, 0.4, 0]),
  glaze('butter', 'yellow', ['#d3b67c', '#e3cf96', '#d3b873'], [0.6, 0.2, 0.1]),
  glaze('blush', 'pink', ['#c79c85', '#d6aa9d', '#c29188'], [0.4, 0.35, 0.15]),
];

/** The clay under the glaze: visible at the foot and on unglazed parts. */
export const CLAYS: readonly Glaze[] = [
  glaze('buff clay', 'brown', ['#c9aa84', '#bf9d76', '#b39068'], [0, 0.3, 0.3]),
  glaze('red clay', 'brown', ['#a9664a', '#9a563c', '#8d4c34'], [0, 0.3, 0]),
  glaze('dark clay', 'brown', ['#5c4a40', '#4d3d35', '#43342d'], [0, 0.3, 0]),
  glaze('porcelain', 'white', ['#e9e1d4', '#e4dbcc', '#dcd2c1'], [0.02, 0.1, 0]),
];

export const CORK: Glaze = glaze('cork', 'brown', ['#8a6844', '#c69c6d', '#d0ab7f'], [0, 0.3, 0]);
