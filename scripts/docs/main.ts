/** `npm run docs`: writes the generated pages of the guide. `tsc -b` must have run. */
import { writeFile } from 'node:fs/promises';
import { at } from '../package/paths.ts';
import { API_PAGE, apiPage } from './api.ts';
import { CLI_PAGE, cliPage } from './cli.ts';
import { FORMATS_PAGE, formatsPage } from './formats.ts';

await writeFile(at(API_PAGE), apiPage());
await writeFile(at(CLI_PAGE), await cliPage());
await writeFile(at(FORMATS_PAGE), await formatsPage());
