/**
 * Whether photos are embedded in four rotations, so that things that lie flat (tiles, fabrics, coins, leaves) are found
 * whichever way up they lie. That takes four times as long, here and on the visitor's device.
 */
import type { ModelSpec } from '../../../core/model/spec.ts';
import type { Precision } from '../../../kernel/binary.ts';
import type { Entry } from '../../catalogue/entry.ts';
import type { ModelFiles } from '../../model/model-folder.ts';
import { withVariant } from '../../model/variant.ts';
import type { BuildReporter } from '../reporter.ts';
import type { Shares } from './neighbours.ts';

/** `auto`: if the photos of a group find each other better then, beyond chance, and the first hit is right as often. */
export type RotationsOption = boolean | 'auto';

export interface RotationsReport {
  readonly rotations: boolean;
  readonly by: 'option' | 'measured' | 'default';
  /** Null if they were not measured. */
  readonly measured: { readonly without: Shares; readonly with: Shares } | null;
}

export interface RotationsSetting {
  readonly maxPixels: number;
  readonly trim: boolean;
  readonly precision: Precision;
  readonly threads?: number | undefined;
  /** Whether the previous release has them. */
  readonly before: boolean;
}

/**
 * @param entries the catalogue, with its photos on this machine
 * @returns the model that embeds the catalogue and the visitors' photos
 */
export async function chooseRotations(
  option: RotationsOption,
  model: ModelFiles,
  entries: readonly Entry[],
  setting: RotationsSetting,
  reporter: BuildReporter,
): Promise<{ model: ModelFiles; rotations: RotationsReport }> {
  const choose = async (
    on: boolean,
    by: RotationsReport['by'],
    measured: RotationsReport['measured'],
  ) => ({
    model: on ? await withVariant(model, { rotations: true }) : model,
    rotations: { rotations: on, by, measured },
  });
  if (option !== 'auto') return choose(option, 'option', null);
  // Few builds measure it, so its code is loaded when one does.
  const { tryRotations } = await import('./rotation-trial.ts');
  const rotated = await withVariant(model, { rotations: true });
  const trial = await tryRotations([model, rotated], entries, setting, reporter);
  return trial === null
    ? choose(false, 'default', null)
    : choose(trial.isTaken, 'measured', trial.measured);
}

/** Whether a model embeds photos in several rotations. */
export function hasRotations(model: ModelSpec | undefined): boolean {
  return model?.input.views?.some(({ turns = 0 }) => turns > 0) ?? false;
}
