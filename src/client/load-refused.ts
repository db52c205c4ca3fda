import type { LoadCost } from '../browser/worker-api.ts';
import { SoutuError } from '../core/errors.ts';

/** The caller's `mayLoad` returned false, so the model was not downloaded. */
export class LoadRefused extends SoutuError {
  readonly cost: LoadCost;

  constructor(cost: LoadCost) {
    const bytes = cost.index + cost.model + cost.engine;
    super(
      'LoadError',
      `A search by photo has to load ${bytes} bytes first, which "mayLoad" refused. ` +
        'Ask the visitor, and call again with a "mayLoad" that agrees.',
    );
    this.cost = cost;
  }
}
