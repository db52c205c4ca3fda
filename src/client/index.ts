/** `soutu`: searches a bundle on the visitor's device, without the element. */

export type { EngineChoice } from '../browser/engine-choice.ts';
export type { LoadCost } from '../browser/worker-api.ts';
export type {
  BundleInfo,
  Extent,
  Filter,
  Hit,
  Notice,
  NumberRange,
  Progress,
  QueryPart,
  ScoredItem,
  SearchOptions,
  SearchResponse,
  Thresholds,
} from '../core/contract.ts';
export { type ErrorCode, SoutuError } from '../core/errors.ts';
export type { IndexedItem } from '../core/item.ts';
export type { CallOptions, CreateSearchOptions, PartQuery, Search, SearchQuery } from './api.ts';
export { createSearch } from './create-search.ts';
export { LoadRefused } from './load-refused.ts';
export { keepOffline, type OfflineOptions } from './storage/keep-offline.ts';
