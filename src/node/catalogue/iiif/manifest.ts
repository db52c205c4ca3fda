/** The pictures of one manifest (IIIF Presentation 2 and 3), with what it says about them. */
import { isRecord } from '../../../core/check-record.ts';
import { imageUrl } from './image-service.ts';
import { idOf, linkOf, listOf, type Thing, textsOf, thingsIn, typeOf } from './json-ld.ts';

export interface IiifPicture {
  /** The id of its canvas. */
  readonly id: string | undefined;
  /** The URL that the manifest gives. */
  readonly url: string | undefined;
  readonly group: string | undefined;
  readonly title: string | undefined;
  readonly page: string | undefined;
  /** Metadata, rights and attribution: label ─▶ values. */
  readonly facts: ReadonlyMap<string, readonly string[]>;
}

/** @param side the longest side of a picture that is needed, in pixels */
export function picturesIn(manifest: Thing, side: number): IiifPicture[] {
  const canvases = canvasesOf(manifest);
  const group = idOf(manifest);
  const [name] = textsOf(manifest.label);
  const facts = factsOf(manifest);
  const page = linkOf(manifest.homepage) ?? linkOf(manifest.related);
  return canvases.map((canvas) => {
    const [label] = textsOf(canvas.label);
    const isNamed = canvases.length > 1 && label !== undefined && label !== name;
    const resource = pictureOf(canvas);
    return {
      id: idOf(canvas),
      url: resource && imageUrl(resource, canvas, side),
      group,
      title: name === undefined ? label : isNamed ? `${name}, ${label}` : name,
      page: linkOf(canvas.homepage) ?? linkOf(canvas.related) ?? page,
      facts: canvas.metadata ? new Map([...facts, ...factsOf(canvas)]) : facts,
    };
  });
}

/** Version 3: `items`. Version 2: those of the first sequence, of which others are other orders of the same. */
function canvasesOf(manifest: Thing): readonly Thing[] {
  const [sequence] = thingsIn(manifest.sequences);
  const list = sequence ? sequence.canvases : manifest.items;
  return thingsIn(list).filter((one) => typeOf(one) === 'Canvas');
}

/** The picture that is painted on a canvas; the first one if there are several. */
function pictureOf(canvas: Thing): Thing | undefined {
  const bodies = canvas.images
    ? thingsIn(canvas.images).flatMap(({ resource }) => thingsIn(resource))
    : thingsIn(canvas.items)
        .flatMap((page) => thingsIn(page.items))
        .filter(({ motivation }) => listOf(motivation ?? 'painting').includes('painting'))
        .flatMap(({ body }) => thingsIn(body));
  return bodies.flatMap(choices).find(isPicture);
}

/** A choice offers several pictures of one thing, the default first. */
function choices(body: Thing): readonly Thing[] {
  const type = typeOf(body);
  if (type === 'Choice')
    return [...thingsIn(body.default), ...thingsIn(body.item), ...thingsIn(body.items)];
  // A part of a picture.
  if (type === 'SpecificResource') return [...thingsIn(body.source), ...thingsIn(body.full)];
  return [body];
}

function isPicture(body: Thing): boolean {
  const { format } = body;
  if (typeof format === 'string' && format !== '') return format.startsWith('image/');
  return ['Image', ''].includes(typeOf(body)) || body.service !== undefined;
}

function factsOf(thing: Thing): ReadonlyMap<string, readonly string[]> {
  const facts = new Map<string, readonly string[]>();
  const add = (name: string | undefined, values: readonly string[]) => {
    if (name === undefined || values.length === 0) return;
    facts.set(name, [...new Set([...(facts.get(name) ?? []), ...values])]);
  };
  for (const { label, value } of thingsIn(thing.metadata)) add(textsOf(label)[0], textsOf(value));
  const { requiredStatement: statement } = thing;
  if (isRecord(statement)) add('attribution', textsOf(statement.value));
  add('attribution', textsOf(thing.attribution));
  add(
    'rights',
    [thing.rights, thing.license].flatMap((one) => linkOf(one) ?? []),
  );
  return facts;
}
