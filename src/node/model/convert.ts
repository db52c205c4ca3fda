/**
 * Converts a source to a model folder:
 *
 *     source ─▶ f32 tensors ─▶ form ─▶ files ─▶ compare ─▶ canary ─▶ model.json
 */
import { SoutuError } from '../../core/errors.ts';
import type { RgbaImage } from '../../core/image/pixels.ts';
import { median } from '../../core/median.ts';
import { PRESETS, type PresetName } from '../../core/model/input-spec.ts';
import { type Pooling, parseModelSpec, type VggSpec } from '../../core/model/spec.ts';
import type { Tensor } from '../../core/model/tensor.ts';
import { readWeights } from '../../core/model/weights.ts';
import { isWide } from '../../core/model/wide.ts';
import { cosine } from '../../core/vector/arithmetic.ts';
import { makeCanary } from './canary.ts';
import { type Comparison, compareForms } from './compare.ts';
import { openTappedStack } from './embedder/tapped-stack.ts';
import { type FloatTensors, toF32 } from './float-tensors.ts';
import { FORMS, type Form, type FormFiles, plainForm, writeForm } from './forms.ts';
import { readWithProjection } from './import/projection.ts';
import { readSource } from './import/source.ts';
import { chooseSteps } from './pack/choose-steps.ts';
import { type Compensation, prepareCompensation } from './pack/compensated-rounding.ts';
import { observeInputs } from './pack/observe.ts';
import { readPhotos, spread } from './photos.ts';
import type { StackTemplate } from './vgg16.ts';

export const DEFAULT_FLOOR = 0.998;

export interface ConvertOptions {
  readonly source: string;
  readonly form: Form;
  /** Fields of the specification that replace those of the source. */
  readonly overrides?: Partial<StackTemplate>;
  /** A file with another projection, see import/projection.ts. */
  readonly projection?: string;
  readonly preset?: PresetName;
  readonly pooling?: Pooling;
  /** Folder of photos on which all forms are compared. If it is missing, the comparison is skipped. */
  readonly photos?: string;
  /** Lowest accepted mean cosine to f32; default 0.998. */
  readonly floor?: number;
  readonly reporter: ConvertReporter;
}

/** The unit of a stage's steps. */
export type Unit = 'photos' | 'items' | 'steps' | 'bytes';

export interface ConvertReporter {
  /** A stage begins; `total` is given if its length is known. */
  stage(name: string, total?: number, unit?: Unit): void;
  step(done: number): void;
}

export interface FormRow {
  readonly form: Form;
  readonly bytes: number;
  readonly files: number;
  readonly decodeMs: number;
  readonly comparison: Comparison;
}

export interface Converted {
  readonly spec: VggSpec;
  /** Contents of `spec.weights.files`. */
  readonly files: readonly Uint8Array[];
  /** One row per form; empty if no photos were given. */
  readonly rows: readonly FormRow[];
}

/** The packed form's steps are chosen on this many photos, and each layer's cost is measured on a few of them. */
const PHOTOS_FOR_STEPS = 12;
const PHOTOS_FOR_LAYERS = 4;
/** The inputs of its layers are observed on this many; not for wide models, where it takes many minutes. */
const PHOTOS_FOR_INPUTS = 240;
const PHOTOS_TO_COMPARE = 200;

/** @throws SoutuError `ModelError`, also for a form below the floor; `PhotoError` */
export async function convertModel(options: ConvertOptions): Promise<Converted> {
  const { source, form, reporter, floor = DEFAULT_FLOOR } = options;
  reporter.stage('Reading');
  const { template, floats } =
    options.projection === undefined
      ? await readSource(source, options.overrides)
      : await readWithProjection(source, options.projection, options.overrides);
  const spec = specOf(template, options);
  const folder = options.photos ?? null;
  const wanted = folder === null ? [form] : [...FORMS];
  const tensors = new Map<Form, Map<string, Tensor>>();
  for (const each of wanted) {
    if (each !== 'packed') {
      tensors.set(each, plainForm(each, floats));
      continue;
    }
    const count = isWide(spec) ? PHOTOS_FOR_STEPS : PHOTOS_FOR_INPUTS;
    const photos = await readPhotos(folder, count, spec.input);
    // Half of what the floor allows, because other photos may lose more.
    tensors.set(each, await pack(spec, floats, photos, (1 - floor) / 2, reporter));
  }
  const metadata = { model: spec.name, licence: spec.licence, attribution: spec.attribution };
  const files = new Map(
    [...tensors].map(([each, t]) => [each, writeForm(spec.name, each, t, metadata)] as const),
  );
  const rows = folder ? await compareAll(spec, floats, tensors, files, folder, reporter) : [];
  const row = rows.find((each) => each.form === form);
  if (row && !(row.comparison.mean >= floor))
    throw new UnderFloor(form, row.comparison.mean, floor, rows);
  const chosen = files.get(form) as FormFiles;
  const shipped: VggSpec = { ...spec, weights: chosen.weights };
  reporter.stage('Canary');
  const canary = await makeCanary(shipped, chosen.files);
  return { spec: { ...shipped, canary }, files: chosen.files, rows };
}

/** The form loses more than the caller allows; nothing was written. */
export class UnderFloor extends SoutuError {
  readonly rows: readonly FormRow[];

  constructor(form: Form, mean: number, floor: number, rows: readonly FormRow[]) {
    super(
      'ModelError',
      `${form}: mean cosine ${mean.toFixed(6)} to f32 on these photos, expected at least ${floor}. Choose ` +
        'another --dtype, or a lower --min-cosine.',
    );
    this.rows = rows;
  }
}

function specOf(template: StackTemplate, { preset, pooling, source }: ConvertOptions): VggSpec {
  const raw = {
    ...template,
    ...(pooling ? { pooling } : {}),
    input: { ...template.input, ...(preset ? PRESETS[preset] : {}) },
    canary: null,
    weights: { dtype: 'F32', files: [{ file: 'f32', bytes: 0, sha256: '0'.repeat(64) }] },
  };
  return parseModelSpec(raw, source) as VggSpec;
}

async function pack(
  spec: VggSpec,
  floats: FloatTensors,
  photos: readonly RgbaImage[],
  aim: number,
  reporter: ConvertReporter,
): Promise<Map<string, Tensor>> {
  const embedAll = async (tensors: ReadonlyMap<string, Tensor>, some: readonly RgbaImage[]) => {
    const stack = await openTappedStack(spec, tensors, []);
    try {
      const vectors: Float32Array[] = [];
      for (const photo of some) vectors.push((await stack.run(photo)).vector);
      return vectors;
    } finally {
      await stack.dispose();
    }
  };
  const compensations = isWide(spec)
    ? new Map<string, Compensation>()
    : await observe(spec, floats, photos, reporter);
  const judges = { few: spread(photos, PHOTOS_FOR_LAYERS), all: spread(photos, PHOTOS_FOR_STEPS) };
  const truth = {
    few: await embedAll(toF32(floats), judges.few),
    all: await embedAll(toF32(floats), judges.all),
  };
  let isBegun = false;
  return chooseSteps(
    floats,
    compensations,
    async (tensors, which) => {
      const vectors = await embedAll(tensors, judges[which]);
      const losses = vectors.map((v, i) => 1 - cosine(v, truth[which][i] as Float32Array));
      return losses.reduce((a, b) => a + b, 0) / losses.length;
    },
    aim,
    (done, total) => {
      if (!isBegun) reporter.stage('Choosing the bits of each layer', total, 'steps');
      isBegun = true;
      reporter.step(done);
    },
  );
}

/** @returns by tensor */
async function observe(
  spec: VggSpec,
  floats: FloatTensors,
  photos: readonly RgbaImage[],
  reporter: ConvertReporter,
): Promise<Map<string, Compensation>> {
  reporter.stage('Observing', photos.length);
  const moments = await observeInputs(spec, floats, photos, (done) => reporter.step(done));
  return new Map([...moments].map(([name, seen]) => [name, prepareCompensation(seen)]));
}

async function compareAll(
  spec: VggSpec,
  floats: FloatTensors,
  tensors: ReadonlyMap<Form, ReadonlyMap<string, Tensor>>,
  files: ReadonlyMap<Form, FormFiles>,
  folder: string,
  reporter: ConvertReporter,
): Promise<FormRow[]> {
  const photos = await readPhotos(folder, PHOTOS_TO_COMPARE, spec.input);
  reporter.stage('Comparing', photos.length);
  const comparisons = await compareForms(spec, toF32(floats), tensors, photos, (done) =>
    reporter.step(done),
  );
  return [...files].map(([form, { weights, files: contents }]) => ({
    form,
    bytes: weights.files.reduce((sum, { bytes }) => sum + bytes, 0),
    files: weights.files.length,
    decodeMs: decodeTime({ ...spec, weights }, contents),
    comparison: comparisons.get(form) as Comparison,
  }));
}

/** Milliseconds to decode the files into tensors for an engine; median of five. */
function decodeTime(spec: VggSpec, files: readonly Uint8Array[]): number {
  const times = Array.from({ length: 5 }, () => {
    const started = performance.now();
    readWeights(spec, files);
    return performance.now() - started;
  });
  return median(times);
}
