/** Makes a photo's plain vector, for every engine that has the model. */
import type { Manifest } from '../core/bundle/manifest.ts';
import type { CancelSignal } from '../core/contract.ts';
import type { RgbaImage } from '../core/image/pixels.ts';
import { isSoft } from '../core/image/soft.ts';
import { cropPixels, trimFrame } from '../core/image/trim.ts';
import { regionWithin } from '../core/image/view.ts';
import {
  proposeSubjects,
  type Strengths,
  strengthsOf,
  withoutFilling,
} from '../core/model/subjects.ts';
import type { EmbeddedFrame } from './resolve-query.ts';
import type { RunningModel } from './running-model.ts';

/**
 * Embeds a photo as the catalogue's photos were embedded: without borders, if they were trimmed.
 * @param trim false to embed the whole photo
 */
export async function embedTrimmed(
  running: RunningModel,
  { items, index, model }: Manifest,
  photo: RgbaImage,
  trim: boolean,
  signal?: CancelSignal,
): Promise<EmbeddedFrame> {
  const frame = trim && items.trimmed ? trimFrame(photo) : null;
  const inside = frame ? cropPixels(photo, frame) : photo;
  const soft = index.soft !== undefined && isSoft(inside, model.input.alpha);
  const views: Strengths[] = [];
  const embedded = await running.embed(inside, signal, (map, window) => {
    views.push(strengthsOf(map, window));
  });
  const subjects = withoutFilling(proposeSubjects(views, inside), inside);
  return {
    ...embedded,
    frame,
    soft,
    subjects: subjects.map((subject) => regionWithin(frame, subject)),
  };
}
