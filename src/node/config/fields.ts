/**
 * The fields of a config, in one place: files are checked by this table, and the schema that editors read is made of it.
 * The compiler demands a line for every option of a build.
 */

import { DIALECT, type Schema, type SchemaFile } from '../../core/json-schema.ts';
import { PRESETS } from '../../core/model/input-spec.ts';
import { POOLINGS } from '../../core/model/spec.ts';
import { MAX_NEIGHBOURS } from '../build/choose/neighbours.ts';
import { INDEX_OPTIONS } from '../build/index/choose-index.ts';
import {
  MAX_PAGE_SIZE,
  MAX_PER_HOST,
  MAX_PHOTO_TIMEOUT,
  MAX_SIMILAR,
  MAX_THREADS,
  MAX_THUMB_SIDE,
  MIN_THUMB_SIDE,
} from '../build/options.ts';
import { THUMBS_OPTIONS } from '../build/thumbs.ts';
import type { SoutuConfig } from './config.ts';

const text = (description: string): Schema => ({ type: 'string', minLength: 1, description });
const flag = (description: string): Schema => ({ type: 'boolean', description });
const whole = (minimum: number, maximum: number, description: string): Schema => ({
  type: 'integer',
  minimum,
  maximum,
  description,
});
const cosine = (description: string): Schema => ({
  type: 'number',
  minimum: -1,
  maximum: 1,
  description,
});
const failures: Schema['anyOf'] = [
  { type: 'integer', minimum: 0 },
  { type: 'string', pattern: '^\\d+(\\.\\d+)?%?$' },
];
const column = text('The name of a column.');

const PUSH_FIELDS: Readonly<Record<keyof NonNullable<SoutuConfig['push']>, Schema>> = {
  to: text(
    'Where the engine is: an address without a password, or env:NAME for a variable with it.',
  ),
  name: text(
    'Of the catalogue in the engine. Default: the end of an address with https, or soutu.',
  ),
  maxFailures: {
    anyOf: failures,
    description: 'Publishes nothing if the engine refuses more: a number, or a share such as "2%".',
  },
  dropOld: flag('Deletes all other releases once this one is published. Default false.'),
  newModel: flag('Publishes vectors of another model than those of the current release.'),
  m: whole(2, 100, 'Of an HNSW graph: links of each item. Default 16.'),
  efConstruction: whole(
    4,
    1000,
    'Of an HNSW graph: width of the beam while it is built. Default 128.',
  ),
  shards: whole(1, 1000, 'Of an index of an engine with an HTTP API. Default 1.'),
  replicas: whole(0, 100, 'Copies of each shard besides the first. Default 1.'),
};

const CONFIG_FIELDS: Readonly<Record<keyof SoutuConfig, Schema>> = {
  $schema: text('The path of this schema.'),
  photos: text(
    'A folder of photos, a catalogue.json, a table, a feed, a list of URLs, or a database: mysql://user@host/database, ' +
      'postgres://user@host/database, sqlite:FILE, or env:NAME for a variable with one of these.',
  ),
  site: text('Instead of photos: the folder of a built site, whose pages are read.'),
  siteUrl: text('Where that site will be. Default: as the canonical links of its pages say.'),
  query: text('Of a database: a SELECT whose rows are the items.'),
  paging: { enum: ['key', 'offset'], description: 'How rows of a database are read. Default key.' },
  pageSize: whole(1, MAX_PAGE_SIZE, 'Rows of a database that are read at a time. Default 1000.'),
  map: {
    type: 'object',
    description: 'Which column of a table is which field of an item.',
    properties: {
      id: column,
      image: column,
      group: column,
      title: column,
      url: column,
      attributes: {
        type: 'object',
        additionalProperties: column,
        description: 'Columns by the names of their attributes.',
      },
      without: { type: 'array', items: column, description: 'Columns that are left out.' },
    },
    additionalProperties: false,
  },
  photoBase: text('A folder or an http(s) URL to which images are relative.'),
  allowPrivate: flag('Downloads photos from private addresses, too. Default false.'),
  perHost: whole(1, MAX_PER_HOST, 'Photos downloaded at a time from one host. Default 4.'),
  photoTimeout: whole(1, MAX_PHOTO_TIMEOUT, 'Seconds that a download may take. Default 300.'),
  out: text('The output folder. Default, with site: the folder soutu in it.'),
  title: text('Of the search page. Default: that of a catalogue.json, else "Search by picture".'),
  subtitle: text(
    'A sentence below the title of the page. Default: that of a catalogue.json, else how to search.',
  ),
  note: text('A small line at the end of the page. Default: that of a catalogue.json, else none.'),
  lang: text('The language of the page, such as de. Default: that of a catalogue.json, else en.'),
  bundleOnly: flag('Writes only the search index, into the output folder itself. Default false.'),
  model: text('vgg16-lite (default), vgg16, the folder of a model, or an .onnx file.'),
  engine: { enum: ['phash'], description: 'Without a model: finds copies of a picture only.' },
  modelSpec: text('The spec of an .onnx file. Default: the same name with .json.'),
  preset: {
    enum: Object.keys(PRESETS),
    description: 'From photo to pixels. Default: as the model says.',
  },
  pooling: { enum: POOLINGS, description: 'Of a convolution stack. Default: as the model says.' },
  centre: flag("Subtracts the catalogue's mean vector before comparing. Default true."),
  colour: {
    type: 'number',
    minimum: 0,
    maximum: 1,
    description: 'How much colours count. Default: measured.',
  },
  neighbours: {
    anyOf: [{ enum: ['auto'] }, { type: 'integer', minimum: 0, maximum: MAX_NEIGHBOURS }],
    description: 'Moves each vector towards this many of its neighbours. Default 0.',
  },
  rotations: {
    anyOf: [{ type: 'boolean' }, { enum: ['auto'] }],
    description: 'Embeds each photo in four rotations, for things that lie flat. Default false.',
  },
  match: cosine('The score from which a hit is a likely match. Default: measured.'),
  related: cosine('The page says that nothing is similar below this score. Default: measured.'),
  index: {
    enum: INDEX_OPTIONS,
    description: 'Codes, vectors, or vectors with a graph. Default: the fewest bytes for visitors.',
  },
  minRecall: {
    type: 'number',
    minimum: 0.01,
    maximum: 1,
    description:
      'The least share of the ten nearest that searches find. Default 0.985, in parts 0.95.',
  },
  maxBytes: whole(
    1,
    Number.MAX_SAFE_INTEGER,
    'Publishes nothing if a first search downloads more of manifest, items and index.',
  ),
  fresh: flag('Ignores the existing release in the output folder. Default false.'),
  cache: flag('Takes what has not changed from the existing release and the cache. Default true.'),
  previous: text(
    'A deployed site, as a folder or URL, whose unchanged photos are not embedded again.',
  ),
  soft: flag('Makes a second vector for each item, for blurred and small photos.'),
  similar: whole(1, MAX_SIMILAR, 'Writes similar.json, with this many similar items per item.'),
  thumbSide: whole(
    MIN_THUMB_SIDE,
    MAX_THUMB_SIDE,
    'Longest side of the thumbnails in pixels. Default 320.',
  ),
  thumbs: {
    enum: THUMBS_OPTIONS,
    description:
      'Which items get a thumbnail file: all, missing (only those without a picture of their own on the site), or auto.',
  },
  trim: flag('Cuts away borders before a photo is embedded. Default true.'),
  maxPixels: whole(1, Number.MAX_SAFE_INTEGER, 'Photos with more pixels are skipped.'),
  fast: flag('Uses fused multiply-add. Default false.'),
  threads: whole(1, MAX_THREADS, 'Number of threads that embed. Default: the number of cores.'),
  onnxruntime: flag('Includes ONNX Runtime in the page. Default false.'),
  wait: flag('Waits for another build into the same folder. Default false.'),
  report: {
    anyOf: [{ type: 'boolean' }, { type: 'string', minLength: 1 }],
    description: 'The folder of report.html and report.json, or false for none.',
  },
  retryFailed: flag('Tries only the photos again that failed last time. Default false.'),
  maxFailures: {
    anyOf: failures,
    description: 'Publishes nothing if more photos fail: a number, or a share such as "2%".',
  },
  push: {
    type: 'object',
    description: 'Options of "soutu push": the folder is that of out.',
    properties: PUSH_FIELDS,
    additionalProperties: false,
  },
};

export const CONFIG_SCHEMA: SchemaFile = {
  $schema: DIALECT,
  title: 'Config of Soutu',
  description: 'Options of "soutu build" and "soutu push". Paths are relative to the file.',
  type: 'object',
  properties: CONFIG_FIELDS,
  additionalProperties: false,
};
