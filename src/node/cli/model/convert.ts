import { convertModel, type FormRow, UnderFloor } from '../../model/convert.ts';
import { FORMS } from '../../model/forms.ts';
import { readJsonObject } from '../../model/read-model-file.ts';
import type { StackTemplate } from '../../model/vgg16.ts';
import { writeModelFolder } from '../../model/write-folder.ts';
import { flag, number, type Parsed, positionals, requiredText, text } from '../command.ts';
import { choice, variantOf } from '../model-options.ts';
import { ProgressReporter } from '../progress.ts';
import { print, printJson, tell } from '../terminal.ts';
import { formTable } from './form-table.ts';

export async function convert(parsed: Parsed): Promise<void> {
  const [, source] = positionals(parsed, ['convert', 'IN']) as [string, string];
  const out = requiredText(parsed, 'out', 'DIR');
  const overrides: Partial<StackTemplate> = {
    ...(await overridesOf(text(parsed, 'spec'))),
    ...(text(parsed, 'name') ? { name: text(parsed, 'name') as string } : {}),
  };
  const { photos, floor } = comparisonOf(parsed);
  const projection = text(parsed, 'projection');
  const json = flag(parsed, 'json');
  try {
    const { spec, files, rows } = await convertModel({
      source,
      form: choice(parsed, 'dtype', FORMS) ?? 'packed',
      overrides,
      ...(projection === undefined ? {} : { projection }),
      ...variantOf(parsed),
      ...(photos === undefined ? {} : { photos }),
      ...(floor === undefined ? {} : { floor }),
      reporter: new ProgressReporter(process.stderr),
    });
    await writeModelFolder(out, spec, files);
    const bytes = spec.weights.files.reduce((sum, file) => sum + file.bytes, 0);
    if (json) printJson({ out, model: spec.name, bytes, forms: rows });
    else {
      printForms(rows);
      const count = spec.weights.files.length;
      tell(
        `${out}: ${spec.name}, ${bytes.toLocaleString('en')} bytes in ${count} file${count > 1 ? 's' : ''}`,
      );
    }
  } catch (error) {
    if (error instanceof UnderFloor && !json) printForms(error.rows);
    throw error;
  }
}

/** The table is a result, so it goes to stdout. */
export function printForms(rows: readonly FormRow[]): void {
  if (rows.length > 0) print(...formTable(rows));
}

export function comparisonOf(parsed: Parsed): { photos?: string; floor?: number } {
  const photos = text(parsed, 'photos');
  const floor = number(parsed, 'min-cosine', { min: 0, max: 0.999999, whole: false });
  return { ...(photos ? { photos } : {}), ...(floor === undefined ? {} : { floor }) };
}

async function overridesOf(path: string | undefined): Promise<Partial<StackTemplate>> {
  return path === undefined ? {} : ((await readJsonObject(path)) as Partial<StackTemplate>);
}
