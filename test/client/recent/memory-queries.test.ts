import { memoryQueries } from '../../../src/client/recent/memory-queries.ts';
import { queriesContract } from './queries.contract.ts';

queriesContract(async () => memoryQueries());
