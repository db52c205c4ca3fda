/**
 * What a page knows about an attribute of the catalogue: its order, its type, its display name and its unit. The
 * manifest lists the attributes in the order in which pages display them.
 */
import { isPath } from './attribute-path.ts';
import { describe } from './describe.ts';
import type { Attributes, AttributeValue } from './item.ts';

/** `text` also covers lists of texts, and attributes with values of several types. */
export type AttributeType = 'text' | 'number' | 'boolean';

export interface AttributeInfo {
  readonly name: string;
  readonly type: AttributeType;
  /** Display name: one for every language, or one per language (BCP 47). Default: the name, capitalized. */
  readonly label?: string | Readonly<Record<string, string>>;
  /** Symbol of the unit of its numbers, such as `cm`. */
  readonly unit?: string;
  /** value → its colour in hex, such as `#a8c3b0`, which filters show beside the value. */
  readonly swatch?: Readonly<Record<string, string>>;
  /** Its values are the levels of a tree (attribute-path.ts). */
  readonly levels?: true;
}

/** What the owner says about an attribute; the rest is computed from the items. */
export type DeclaredAttribute = Omit<AttributeInfo, 'type' | 'levels'>;

const HEX_COLOUR = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i;

/** The manifest is loaded on every visit, so it describes this many attributes at most. */
export const MAX_ATTRIBUTES = 64;

const TYPES: readonly unknown[] = ['text', 'number', 'boolean'] satisfies AttributeType[];

/**
 * @param declared attributes that the owner describes, in their order; the others follow in order of appearance
 * @returns attributes that at least one item has
 */
export function attributesOf(
  items: Iterable<{ readonly attributes?: Attributes }>,
  declared: readonly DeclaredAttribute[] = [],
): AttributeInfo[] {
  const types = new Map<string, AttributeType | null>(declared.map(({ name }) => [name, null]));
  const levels = new Map<string, boolean>();
  for (const { attributes = {} } of items) {
    for (const [name, value] of Object.entries(attributes)) {
      const before = types.get(name) ?? null;
      types.set(name, before === null || before === typeOf(value) ? typeOf(value) : 'text');
      const isLevels = hasLevels(value);
      if (isLevels !== null) levels.set(name, isLevels && levels.get(name) !== false);
    }
  }
  const described = new Map(declared.map((one) => [one.name, one]));
  return [...types]
    .flatMap(([name, type]): AttributeInfo[] => {
      if (type === null) return [];
      const tree = levels.get(name) ? ({ levels: true } as const) : {};
      return [{ name, type, ...described.get(name), ...tree }];
    })
    .slice(0, MAX_ATTRIBUTES);
}

/** Whether a value is a path; null if it may be the first level of one. */
function hasLevels(value: AttributeValue): boolean | null {
  if (typeof value === 'string') return null;
  if (typeof value !== 'object') return false;
  return value.length < 2 ? null : isPath(value);
}

function typeOf(value: AttributeValue): AttributeType {
  return typeof value === 'number' || typeof value === 'boolean'
    ? (typeof value as 'number' | 'boolean')
    : 'text';
}

/** The display name for a language (BCP 47); undefined if there is none. */
export function labelOf({ label }: AttributeInfo, language: string): string | undefined {
  if (label === undefined || typeof label === 'string') return label;
  const names = new Map(Object.entries(label).map(([tag, name]) => [tag.toLowerCase(), name]));
  const wanted = language.toLowerCase();
  const [primary = ''] = wanted.split('-');
  return names.get(wanted) ?? names.get(primary) ?? names.values().next().value;
}

/**
 * Checks the list in a manifest.
 * @param bad throws an error about the manifest
 */
export function checkAttributes(value: unknown, bad: (what: string) => never): void {
  if (value === undefined) return;
  if (!Array.isArray(value)) {
    bad(`"items.attributes" must be a list of { name, type }, got ${describe(value)}.`);
  }
  for (const [i, one] of (value as unknown[]).entries()) {
    const { name, type, label, unit, swatch, levels } = (one ?? {}) as Partial<
      Record<keyof AttributeInfo, unknown>
    >;
    const at = `items.attributes[${i}]`;
    if (typeof name !== 'string') bad(`"${at}.name" must be a text, got ${describe(name)}.`);
    if (!TYPES.includes(type)) {
      bad(`"${at}.type" must be "text", "number" or "boolean", got ${describe(type)}.`);
    }
    if (label !== undefined && typeof label !== 'string' && !isTextsByKey(label)) {
      bad(`"${at}.label" must be a text, or a text per language, got ${describe(label)}.`);
    }
    if (unit !== undefined && typeof unit !== 'string') {
      bad(`"${at}.unit" must be a text, got ${describe(unit)}.`);
    }
    if (swatch !== undefined && !isSwatch(swatch)) {
      bad(`"${at}.swatch" must be { value: "#rrggbb" }, got ${describe(swatch)}.`);
    }
    if (levels !== undefined && levels !== true) {
      bad(`"${at}.levels" must be true or missing, got ${describe(levels)}.`);
    }
  }
}

/** Colours in hex by value. */
export function isSwatch(value: unknown): value is Readonly<Record<string, string>> {
  return isTextsByKey(value) && Object.values(value).every((colour) => HEX_COLOUR.test(colour));
}

function isTextsByKey(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((text) => typeof text === 'string')
  );
}
