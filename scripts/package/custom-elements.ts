/**
 * Generates dist/custom-elements.json, the elements' descriptions for editors and documentation tools (Custom Elements
 * Manifest, schema 1.0.0), from the tags of their classes' docstrings: attr, fires, slot, csspart, cssprop.
 */
import { readFile } from 'node:fs/promises';
import ts from 'typescript';

export const CUSTOM_ELEMENTS = 'custom-elements.json';

interface Named {
  readonly name: string;
  readonly description: string;
}

/** The class whose members `<soutu-search>` inherits. */
const BASE = ['src/widget/attribute-element.ts', 'AttributeElement'] as const;

/** Source, class, tag and file in the package of each element. */
const ELEMENTS = [
  ['src/widget/soutu-search.ts', 'SoutuSearch', 'soutu-search', 'dist/bundler/widget.js'],
  [
    'src/widget/similar/soutu-similar.ts',
    'SoutuSimilar',
    'soutu-similar',
    'dist/browser/similar.js',
  ],
] as const;

/** @param root the repository's folder */
export async function customElements(root: string): Promise<object> {
  const modules = ELEMENTS.map((element) => describeElement(root, element));
  return { schemaVersion: '1.0.0', readme: 'README.md', modules: await Promise.all(modules) };
}

async function describeElement(
  root: string,
  [source, className, tagName, path]: (typeof ELEMENTS)[number],
): Promise<object> {
  const element = await classOf(root, source, className);
  const inherited = extendsBase(element) ? membersOf(await classOf(root, ...BASE)) : [];
  const attributes = tagged(element, 'attr');
  const events = tagged(element, 'fires');
  return {
    kind: 'javascript-module',
    path,
    declarations: [
      {
        kind: 'class',
        customElement: true,
        name: className,
        tagName,
        description: descriptionOf(element),
        superclass: { name: 'HTMLElement' },
        attributes: attributes.map((one) => ({ ...one, ...defaultOf(one) })),
        members: [...inherited, ...membersOf(element)],
        events: events.map(({ name, description }) => ({
          name,
          description,
          type: { text: /`(CustomEvent<.+?>)`/.exec(description)?.[1] ?? 'CustomEvent' },
        })),
        slots: tagged(element, 'slot'),
        cssParts: partsOf(tagged(element, 'csspart')),
        cssProperties: tagged(element, 'cssprop'),
      },
    ],
    exports: [
      { kind: 'js', name: className, declaration: { name: className, module: path } },
      {
        kind: 'custom-element-definition',
        name: tagName,
        declaration: { name: className, module: path },
      },
    ],
  };
}

async function classOf(root: string, source: string, name: string): Promise<ts.ClassDeclaration> {
  const text = await readFile(`${root}/${source}`, 'utf8');
  const found = ts
    .createSourceFile(source, text, ts.ScriptTarget.Latest, true)
    .statements.filter(ts.isClassDeclaration)
    .find((one) => one.name?.text === name);
  if (!found) throw new Error(`${source} has no class ${name}.`);
  return found;
}

const extendsBase = (element: ts.ClassDeclaration): boolean =>
  (element.heritageClauses ?? []).some(({ types }) =>
    types.some(({ expression }) => expression.getText() === BASE[1]),
  );

/** Parses tags of the form `@tag name - description`. */
function tagged(element: ts.ClassDeclaration, tag: string): Named[] {
  return ts
    .getJSDocTags(element)
    .filter(({ tagName }) => tagName.text === tag)
    .map((found) => {
      const [, name, description] =
        /^@\w+\s+(\S+)\s+-\s+([\s\S]+)$/.exec(plain(found.getText())) ?? [];
      if (!name || !description) {
        throw new Error(
          `${element.name?.text}: expected "@${tag} name - description", got "${found.getText()}".`,
        );
      }
      return { name, description };
    });
}

/** Removes a comment's asterisks and line breaks. */
function plain(comment: string): string {
  return comment.replace(/\s*\n\s*\*?\/?\s*/g, ' ').trim();
}

function descriptionOf(node: ts.Node): string {
  const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return plain(ts.getTextOfJSDocComment(doc?.comment) ?? '');
}

/** Names in a part's description are parts nested in it. */
function partsOf(parts: readonly Named[]): Named[] {
  const all = new Map(parts.map((part) => [part.name, part]));
  for (const { name, description } of parts) {
    for (const [, inner] of description.matchAll(/`([a-z][a-z-]*)`/g)) {
      if (inner && !all.has(inner))
        all.set(inner, { name: inner, description: `Inside of \`${name}\`.` });
    }
  }
  return [...all.values()];
}

function defaultOf({ description }: Named): { default?: string } {
  const found = /default (\d+)|`(\w+)` \(default\)/.exec(description);
  const value = found?.[1] ?? found?.[2];
  return value ? { default: value } : {};
}

/** Public accessors and methods. Lifecycle callbacks of the platform are excluded: they have no docstring. */
function membersOf(element: ts.ClassDeclaration): object[] {
  const members = new Map<string, object>();
  for (const member of element.members) {
    const flags = ts.getCombinedModifierFlags(member);
    const hidden = ts.ModifierFlags.Protected | ts.ModifierFlags.Private | ts.ModifierFlags.Static;
    if (!member.name || ts.isPrivateIdentifier(member.name) || flags & hidden) continue;
    const name = member.name.getText();
    const description = descriptionOf(member);
    if (ts.isMethodDeclaration(member) && description) {
      members.set(name, { kind: 'method', name, description });
    } else if (ts.isGetAccessor(member)) {
      const type = { text: member.type?.getText() ?? 'unknown' };
      members.set(name, { kind: 'field', name, type, ...(description ? { description } : {}) });
    }
  }
  return [...members.values()];
}
