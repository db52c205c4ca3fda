/** `soutu/node`: builds, pushes and the search service as functions. */

export { SoutuError } from '../core/errors.ts';
export { build } from './build/build.ts';
export type { BuildOptions, BuildSummary } from './build/options.ts';
export type { MaxFailures } from './build/report/max-failures.ts';
export type { BuildReporter } from './build/reporter.ts';
export type { Failure } from './build/summary.ts';
export type {
  ItemInput,
  Items,
  OpenPhoto,
  PhotoBytes,
} from './catalogue/items/items-source.ts';
export type { ColumnMap } from './catalogue/table/column-map.ts';
export { type ConfigExport, defineConfig, type SoutuConfig } from './config/config.ts';
export { FolderStore } from './serve/folder-store.ts';
export {
  createHandler,
  type HandlerOptions,
  type RequestContext,
  type SearchHandler,
} from './serve/handler/handler.ts';
export type { ServeLimits } from './serve/handler/limits.ts';
export type { LogEntry } from './serve/handler/log.ts';
export { type NodeServerOptions, type RunningServer, serveHandler } from './serve/node-server.ts';
export { type OpenOptions, openStore } from './stores/open-store.ts';
export type { PushOptions, PushReporter, PushSummary } from './stores/push/options.ts';
export { push } from './stores/push/push.ts';
export type { Store } from './stores/store.ts';
