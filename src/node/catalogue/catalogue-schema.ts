/** The fields of catalogue.json, in one place: messages about unknown fields and the schema that editors read use it. */
import { DIALECT, type Schema, type SchemaFile } from '../../core/json-schema.ts';

const text = (description: string): Schema => ({ type: 'string', description });
const idLike = (description: string): Schema => ({
  anyOf: [{ type: 'string', minLength: 1 }, { type: 'number' }],
  description,
});
const cosine: Schema = { type: 'number', minimum: -1, maximum: 1 };

const ATTRIBUTE: Schema = {
  anyOf: [
    { type: 'string' },
    { type: 'number' },
    { type: 'boolean' },
    { type: 'array', items: { type: 'string' } },
  ],
};

/** The fields of an item beside a photo. */
export const SIDE_CAR_PROPERTIES = {
  id: idLike('Unique. Of several items with one id, the last one counts.'),
  group: idLike('Shared by several photos of one thing.'),
  title: text('The title on the card.'),
  url: text('The link of the card: http(s), mailto or relative.'),
  attributes: {
    type: 'object',
    additionalProperties: ATTRIBUTE,
    description: 'For filters, sorting and the card: texts, numbers, booleans or lists of texts.',
  },
} as const satisfies Readonly<Record<string, Schema>>;

export const ITEM_PROPERTIES = {
  image: { type: 'string', minLength: 1, description: 'A path relative to this file, or a URL.' },
  ...SIDE_CAR_PROPERTIES,
  links: { type: 'array', items: { type: 'string' }, description: 'Other pages that show it.' },
} as const satisfies Readonly<Record<string, Schema>>;

const ITEMS: Schema = {
  type: 'array',
  minItems: 1,
  description: 'A list of items.',
  items: { type: 'object', properties: ITEM_PROPERTIES, required: ['id', 'image'] },
};

export const CATALOGUE_PROPERTIES = {
  items: ITEMS,
  title: text('The heading of the page.'),
  subtitle: text('A sentence below the heading.'),
  note: text('A small line at the end of the page.'),
  lang: text('The language of the page, as in "de" or "zh-Hant".'),
  queries: {
    type: 'array',
    maxItems: 12,
    description: 'Photos that visitors can try.',
    items: {
      type: 'object',
      required: ['image', 'title'],
      properties: { image: text('A path relative to this file.'), title: text('What it shows.') },
    },
  },
  browse: {
    anyOf: [
      { type: 'string' },
      {
        type: 'object',
        required: ['by'],
        properties: {
          by: text('The name of an attribute.'),
          names: { type: 'object', additionalProperties: { type: 'string' } },
        },
      },
    ],
    description: 'The attribute by which the page lists all items.',
  },
  thresholds: {
    type: 'object',
    additionalProperties: false,
    properties: { match: cosine, related: cosine },
    description: 'Scores from which a picture matches, or is related; default: calibrated.',
  },
  attributes: {
    type: 'object',
    description: 'A label, or a label, a unit and colours, for each attribute.',
    additionalProperties: {
      anyOf: [
        { type: 'string', minLength: 1 },
        {
          type: 'object',
          additionalProperties: false,
          properties: {
            label: {
              anyOf: [
                { type: 'string', minLength: 1 },
                { type: 'object', additionalProperties: { type: 'string' } },
              ],
            },
            unit: text('A symbol such as "cm".'),
            swatch: { type: 'object', additionalProperties: { type: 'string' } },
          },
        },
      ],
    },
  },
  currency: { type: 'string', pattern: '^[A-Za-z]{3}$', description: 'Of prices, such as "EUR".' },
} as const satisfies Readonly<Record<string, Schema>>;

export const CATALOGUE_SCHEMA: SchemaFile = {
  $schema: DIALECT,
  title: 'Catalogue of Soutu',
  description: 'The photos of a search by picture. Images are relative to the file.',
  anyOf: [ITEMS, { type: 'object', properties: CATALOGUE_PROPERTIES, required: ['items'] }],
};
