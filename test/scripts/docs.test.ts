/** The checks of the documents find what they are there for. */
import { describe, expect, test } from 'vitest';
import { wrongCommands } from '../../scripts/docs/commands.ts';
import { sampleErrors } from '../../scripts/docs/compile.ts';
import { parseDocument } from '../../scripts/docs/documents.ts';
import { deadLinks } from '../../scripts/docs/links.ts';

const samplesOf = (text: string) => parseDocument('README.md', text).samples;

describe('links', () => {
  test('a file or a heading that is not there', () => {
    const text =
      '# What `it` costs\n\n[a](nowhere.md) [b](#what-it-costs) [c](#other) [d](LICENSE)';
    expect(deadLinks([parseDocument('README.md', text)])).toEqual([
      'README.md:3: no file for the link "nowhere.md".',
      'README.md:3: no heading for the link "#other".',
    ]);
  });

  test('a heading of another document', () => {
    const guide = parseDocument('src/docs/guide.md', '# Guide\n\n[x](../../README.md#gone)');
    const readme = parseDocument('README.md', '# Soutu');
    expect(deadLinks([guide, readme])).toEqual([
      'src/docs/guide.md:3: no heading for the link "../../README.md#gone".',
    ]);
  });
});

describe('commands', () => {
  test('unknown commands, flags and scripts, in chains and on continued lines', async () => {
    const samples = samplesOf(
      '```sh\nnpm run nothing && npx soutu build P --out D \\\n  --shade red # --comment\nsoutu fly D\n```',
    );
    expect(await wrongCommands(samples)).toEqual([
      'README.md:1: there is no script "nothing".',
      'README.md:1: "soutu build" knows no flag --shade.',
      'README.md:1: there is no command "fly".',
    ]);
  });

  test('good ones pass', async () => {
    const samples = samplesOf('```sh\nnpm run -s soutu -- query D P --size 5 --json | head\n```');
    expect(await wrongCommands(samples)).toEqual([]);
  });
});

describe('samples', () => {
  test('a wrong option, an import that is not there, a module script in HTML, broken JSON', () => {
    const errors = sampleErrors(
      samplesOf(
        [
          "```js\nimport { createSearch } from 'soutu';\ncreateSearch({ bundel: 'x' });\n```",
          "```ts\nimport { nothing } from 'soutu/node';\n```",
          '```html\n<script type="module">const x = ;</script>\n```',
          '```json\n{ "a": }\n```',
          '```ts nocheck\nnot a program\n```',
        ].join('\n\n'),
      ),
    ).join('\n');
    expect(errors).toMatch(/README\.md:1, line 2 of the sample: .*bundel/);
    expect(errors).toMatch(/line 1 of the sample: .*no exported member 'nothing'/);
    expect(errors).toMatch(/Expression expected/);
    expect(errors).toMatch(/JSON/);
    expect(errors).not.toMatch(/program/);
  });

  test('a good one passes', () => {
    const sample =
      "```js\nimport { createSearch } from 'soutu';\nconst search = createSearch({ bundle: '/bundle/' });\nconst { hits } = await search.search({ id: 'a' });\nhits[0]?.score.toFixed();\n```";
    expect(sampleErrors(samplesOf(sample))).toEqual([]);
  });
});
