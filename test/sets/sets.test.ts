/** How well the shipped model finds in larger sets of photos: `npm run test:sets`, two minutes on two cores. */
import { testSets } from '../support/photo-sets.ts';

await testSets([
  { set: 'shop', top1: 0.96, mAP: 0.54 },
  { set: 'objects', top1: 0.81, mAP: 0.61 },
]);
