/** How well the shipped model finds in the smallest set of photos; `npm run test:sets` asks the larger ones. */
import { testSets } from '../../support/photo-sets.ts';

await testSets([{ set: 'produce', top1: 0.58, mAP: 0.38 }]);
