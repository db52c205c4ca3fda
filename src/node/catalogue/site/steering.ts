/**
 * The owner's attributes in the page:
 *
 *     data-soutu-ignore                   leaves out all pictures in the element
 *     data-soutu-group="ID"               pictures of one thing
 *     data-soutu-title, data-soutu-url    instead of what the page says
 *     data-soutu-id="ID"                  on the picture, or its <picture>
 *     data-soutu-attr-glaze="green"       an attribute; also on an element around several pictures
 */
import type { Element } from './html.ts';
import type { Steering } from './page-facts.ts';

const PREFIX = 'data-soutu-';
const ATTRIBUTE = `${PREFIX}attr-`;
/** Elements that are about one picture. */
const OF_ONE = new Set(['img', 'picture', 'amp-img', 'v-img']);

export const NO_STEERING: Steering = { ignore: false, attributes: new Map() };

export const STEERING_NAMES = ['ignore', 'group', 'title', 'url', 'id'];

export function hasSteering({ attrs }: Element): boolean {
  return attrs.some(({ name }) => name.startsWith(PREFIX));
}

/** @param outside of the element around it, which the element completes and overrides */
export function steeringOf({ attrs, tagName }: Element, outside: Steering): Steering {
  const given = new Map(attrs.map(({ name, value }) => [name, value]));
  const own = (name: string) => {
    const value = given.get(PREFIX + name);
    return value === undefined || value === '' ? {} : { [name]: value };
  };
  const attributes = new Map(outside.attributes);
  for (const [name, value] of given) {
    if (!name.startsWith(ATTRIBUTE) || name === ATTRIBUTE) continue;
    const key = name.slice(ATTRIBUTE.length);
    // Empty takes back what an element around says.
    if (value === '') attributes.delete(key);
    else attributes.set(key, value);
  }
  const ignored = given.get(`${PREFIX}ignore`);
  return {
    ...outside,
    ...own('group'),
    ...own('title'),
    ...own('url'),
    ...(OF_ONE.has(tagName) ? own('id') : {}),
    ignore: ignored === undefined ? outside.ignore : ignored.toLowerCase() !== 'false',
    attributes,
  };
}

/** `data-soutu-…` that mean nothing, for a warning: their names. */
export function unknownSteering({ attrs }: Element): string[] {
  return attrs.flatMap(({ name }) => {
    if (!name.startsWith(PREFIX) || name.startsWith(ATTRIBUTE)) return [];
    return STEERING_NAMES.includes(name.slice(PREFIX.length)) ? [] : [name];
  });
}
