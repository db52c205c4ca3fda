import { SoutuError } from '../../../core/errors.ts';
import { UnderFloor } from '../../model/convert.ts';
import { FORMS } from '../../model/forms.ts';
import { PULLED } from '../../model/model-folder.ts';
import { pullVgg16 } from '../../model/pull.ts';
import { flag, type Parsed, positionals, text } from '../command.ts';
import { choice, variantOf } from '../model-options.ts';
import { ProgressReporter } from '../progress.ts';
import { printJson, tell } from '../terminal.ts';
import { comparisonOf, printForms } from './convert.ts';

export async function pull(parsed: Parsed): Promise<void> {
  const [, name] = positionals(parsed, ['pull', 'NAME']) as [string, string];
  if (!(PULLED as readonly string[]).includes(name)) {
    throw new SoutuError(
      'UsageError',
      `No model "${name}" to pull: expected ${PULLED.join(' or ')}. vgg16-lite comes with Soutu.`,
    );
  }
  const from = text(parsed, 'from');
  const form = choice(parsed, 'dtype', FORMS);
  const json = flag(parsed, 'json');
  try {
    const { folder, id, converted } = await pullVgg16({
      ...(form ? { form } : {}),
      ...(from === undefined ? {} : { from }),
      ...variantOf(parsed),
      ...comparisonOf(parsed),
      reporter: new ProgressReporter(process.stderr),
    });
    if (json) {
      printJson({ id, folder, forms: converted?.rows ?? [] });
      return;
    }
    printForms(converted?.rows ?? []);
    tell(`${id}${converted ? '' : ' (already in the cache)'}: ${folder}`);
    tell(`Use it: soutu build PHOTOS --out DIR --model ${name}`);
  } catch (error) {
    if (error instanceof UnderFloor && !json) printForms(error.rows);
    throw error;
  }
}
