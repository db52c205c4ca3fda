import { createMemoryStore } from '../../src/cache/memory-store.ts';
import { assetStoreContract } from './asset-store.contract.ts';

assetStoreContract('memory', async () => createMemoryStore());
