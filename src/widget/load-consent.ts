/** Which downloads start only once the visitor has agreed. */
import type { LoadCost } from '../browser/worker-api.ts';
import { savesData } from '../client/connection/saves-data.ts';

/** A larger model, in bytes, needs consent. */
const LARGE_MODEL = 4_000_000;
/** Under Save-Data, anything larger than a picture needs consent. */
const SMALL_LOAD = 200_000;

export function needsConsent(cost: LoadCost): boolean {
  return cost.model > LARGE_MODEL || (savesData() && sizeOf(cost) > SMALL_LOAD);
}

export function sizeOf({ index, model, engine }: LoadCost): number {
  return index + model + engine;
}
