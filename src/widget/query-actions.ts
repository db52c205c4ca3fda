/** What the visitor can do with the query: look elsewhere, add to it, search again. */
import type { SearchFlow } from './flow.ts';
import type { FrameHandlers } from './render-frame.ts';
import { type ItemSubject, withOpinion, withPhotos } from './subject.ts';

type QueryActions = Pick<
  FrameHandlers,
  | 'onView'
  | 'onAgree'
  | 'onDecline'
  | 'onLike'
  | 'onOpinion'
  | 'onQuery'
  | 'onAddPhotos'
  | 'onMore'
  | 'onRetry'
  | 'onRecent'
>;

export function queryActions(
  flow: SearchFlow,
  subjectOf: (item: Parameters<FrameHandlers['onLike']>[0]) => ItemSubject,
): QueryActions {
  return {
    onView: (view) => void flow.lookAt(view),
    onAgree: () => void flow.agree(),
    onDecline: () => flow.reset(),
    onLike: (item) => void flow.find(subjectOf(item)),
    onOpinion: (item, liked) =>
      void flow.adjust((subject) => withOpinion(subject, subjectOf(item), liked)),
    onQuery: (subject) => void flow.adjust(() => subject),
    onAddPhotos: (photos) => void flow.adjust((subject) => withPhotos(subject, photos)),
    onMore: () => void flow.showMore(),
    onRetry: () => void flow.retry(),
    onRecent: (subject) => void flow.find(subject),
  };
}
